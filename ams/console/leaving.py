"""Staff end a membership for a member who wrote or called: the member has a letter, and may call it off."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ams.accounts.successor import reason_to_stay
from ams.console import person as page_of
from ams.console.names import me, opened
from ams.console.person_form import AskedForm
from ams.leaving import leave
from ams.leaving.forms import LeaveForm


class LeaveForMemberForm(LeaveForm):
    channel = forms.ChoiceField(
        label=gettext_lazy("How it came"),
        choices=AskedForm.base_fields["channel"].choices,  # type: ignore[attr-defined]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].label = _("The last day as a member")
        self.fields["reason"].label = _("Why, if the member said so")
        self.fields["reason"].help_text = _("The member can read it.")


def leave_view(pages: Any, request: HttpRequest, uid: UUID) -> HttpResponse:
    pages.require(request, "change")
    individual = pages.person(request, uid)
    if individual.is_erased:
        raise Http404
    held = list(leave.held_after(individual, timezone.localdate()))
    if not held:
        messages.info(request, _("There is no membership that could be ended."))
        return redirect("admin:ams_individual_see", uid, "membership")
    if reason := reason_to_stay(individual):
        messages.warning(request, reason)
        return redirect("admin:ams_individual_see", uid, "membership")
    form = LeaveForMemberForm(request.POST or None, days=leave.last_days(held, timezone.localdate()))
    if request.method == "POST" and form.is_valid():
        if leave.leave(individual, **form.cleaned_data, actor=me(request)):
            messages.success(
                request, _("The end is written down. The member has a letter, if there is an address.")
            )
        return redirect("admin:ams_individual_see", uid, "membership")
    values = {
        "title": _("End the membership"),
        "form": form,
        "memberships": held,
        **page_of.head_of(individual),
    }
    page: HttpResponse = pages.page(request, "leave", values)
    if request.method == "GET":
        opened(request, individual.pk)
    return page
