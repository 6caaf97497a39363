"""A child names who answers for them: in the join wizard, or under Privacy once a yes needs it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from consent import guardians
from consent.ages import age_of_consent
from consent.audience import facts_of
from privacy.access import member_required
from privacy.emails import normal_email


class GuardianForm(forms.Form):
    """`own`: the address of the child, who cannot answer for themselves."""

    name = forms.CharField(
        label=gettext_lazy("Name of your parent or guardian"),
        max_length=200,
        error_messages={"required": gettext_lazy("Write the name of your parent or guardian.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("Their e-mail"),
        max_length=254,
        help_text=gettext_lazy("We write to them once for each time that you say yes, and for nothing else."),
        error_messages={
            "required": gettext_lazy("Write their e-mail address."),
            "invalid": gettext_lazy("Look at the address once more: it should read like name@example.org."),
        },
    )

    def __init__(self, *args: Any, own: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = own

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if normal_email(email) == normal_email(self.own or ""):
            raise forms.ValidationError(
                _("This is your own address. Write the one at which your parent or guardian reads mail.")
            )
        return email


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def name(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    individual = user.individual
    if not guardians.must_confirm(individual):
        return redirect("consent:choices")
    guardian = guardians.of(individual)
    known = {"name": guardian.name, "email": guardian.email} if guardian else None
    form = GuardianForm(request.POST or None, own=individual.email, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            guardians.name(individual, **form.cleaned_data, actor=individual.pk, channel="privacy")
        except guardians.NamedTooOften:
            form.add_error(None, _("You have named several people today. Try again tomorrow."))
        else:
            messages.success(request, _("Thank you. We write to them when something waits for their answer."))
            return redirect("consent:choices")
    return render(request, "consent/guardian_name.html", {"form": form, **reason(individual)})


def reason(individual: Any) -> dict[str, Any]:
    """From which age one decides alone where they live."""
    return {"age": age_of_consent(facts_of(individual).country, timezone.localdate())}
