"""End my membership: what ends and what stays, one press, and a way back until the last day is over."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ams.accounts.successor import reason_to_stay
from ams.leaving import leave
from ams.leaving.forms import LeaveForm
from ams.members.access import is_listed
from ams.models import Individual, Membership
from ams.profile.views import me
from privacy.access import member_required

HERE = "profile:membership"


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def end(request: HttpRequest) -> HttpResponse:
    individual = me(request)
    held = list(leave.held_after(individual, timezone.localdate()))
    if not held:
        messages.info(request, _("There is no membership that you could end."))
        return redirect(HERE)
    if reason := reason_to_stay(individual):
        messages.warning(request, reason)
        return redirect(HERE)
    form = LeaveForm(request.POST or None, days=leave.last_days(held, timezone.localdate()))
    if request.method == "POST" and form.is_valid():
        if leave.leave(individual, **form.cleaned_data, actor=individual.pk):
            messages.success(
                request, _("We have written down the end of your membership, and sent you a letter.")
            )
        return redirect(HERE)
    page = {"form": form, "memberships": held, "is_listed": is_listed(individual.pk)}
    return render(request, "leaving/end.html", page)


@require_POST
@member_required
def stay(request: HttpRequest) -> HttpResponse:
    individual = me(request)
    if leave.stay(individual, actor=individual.pk):
        messages.success(request, _("Your membership goes on. We have sent you a letter."))
    else:
        messages.info(
            request, _("There is nothing that you could call off. Write to us, and we look into it.")
        )
    return redirect(HERE)


def ending_of(individual: Individual) -> dict[str, Any]:
    """Of the page about the membership: what can be ended, what ends, and what of it can be called off."""
    held = list(leave.held_by(individual))
    ends: list[Membership] = [each for each in held if each.ended_on is not None]
    return {
        "can_end": leave.held_after(individual, timezone.localdate()).exists(),
        "ends": ends,
        "can_stay": any(leave.own_wish(each) for each in ends),
    }
