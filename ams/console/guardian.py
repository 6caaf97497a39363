"""Staff name who answers for a child: the address was wrong, or somebody else has custody now."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ams.console import person as page_of
from ams.console.names import me, opened
from ams.models import Individual
from consent import guardians
from consent.naming import GuardianForm, reason


class StaffGuardianForm(GuardianForm):
    why = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy(
            "Such as: the address was wrong. It is sealed beside the entry in the ledger."
        ),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write why somebody is named.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = _(
            "We write to them about each yes of the child, and for nothing else."
        )


def guardian_view(pages: Any, request: HttpRequest, uid: UUID) -> HttpResponse:
    """What the one before agreed to stays; what waits is asked of the new one, and the old link is void."""
    pages.require(request, "change")
    individual = pages.person(request, uid)
    if not guardians.must_confirm(individual):
        raise Http404
    before = guardians.of(individual)
    known = {"name": before.name, "email": before.email} if before else None
    form = StaffGuardianForm(request.POST or None, own=individual.email or "", initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            name_them(individual, dict(form.cleaned_data), by=me(request))
        except guardians.NamedTooOften:
            form.add_error(None, _("Several people were named today. Try again tomorrow."))
        else:
            messages.success(
                request, _("Saved. We write to them as soon as there is something to answer or to know.")
            )
            return redirect("admin:ams_individual_choices", individual.pk)
    return shown(pages, request, individual, form)


def name_them(individual: Individual, values: dict[str, str], *, by: UUID) -> None:
    """Raises NamedTooOften."""
    why = {"why": values.pop("why")}
    guardians.name(individual, **values, actor=by, channel="staff", evidence=why)


def shown(pages: Any, request: HttpRequest, individual: Individual, form: StaffGuardianForm) -> HttpResponse:
    before = guardians.of(individual)
    head = {"individual": individual, "name": page_of.head_of(individual)["name"], "before": before}
    values = {"title": _("Parent or guardian"), "form": form, **head, **reason(individual)}
    page: HttpResponse = pages.page(request, "guardian", values)
    if request.method == "GET":
        opened(request, individual.pk)
    return page
