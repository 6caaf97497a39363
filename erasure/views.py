"""A member's way out: read the plan, confirm it, stop it while it cools off, and see the proof."""

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from erasure import flow
from erasure.forms import OwnConfirmation
from erasure.links import CANCEL, CERTIFICATE, erasure_behind
from erasure.models import Channel, Erasure, State
from erasure.pages import fates_of, owed_of, progress_of, stays_of_record, time_line
from erasure.plan import moments, plan
from privacy.access import member_required
from webhooks.models import Delivery

CONFLICT = 409


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan_view(request: HttpRequest) -> HttpResponse:
    """The plan; or, once asked, how far it is."""
    user: Any = request.user
    individual = user.individual
    if erasure := flow.open_erasure(individual.pk):
        return render(request, "erasure/asked.html", {"erasure": erasure, **standing_of(erasure)})
    form = OwnConfirmation(request.POST or None, individual=individual)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            flow.ask(
                individual,
                actor=user.individual_id,
                channel=Channel.MEMBER,
                fingerprint=form.cleaned_data["fingerprint"],
            )
        except flow.Refused as refusal:
            form.add_error(None, str(refusal))
            status = CONFLICT
        else:
            messages.success(request, _("We have your request, and stopped using your data."))
            return redirect("erasure:plan")
    return render(request, "erasure/plan.html", page_of(individual, form), status=status)


def page_of(individual: Any, form: Any) -> dict[str, Any]:
    """The fingerprint in the form is always that of the plan on the page."""
    current = plan(individual)
    return {
        "individual": individual,
        "plan": current,
        "fates": fates_of(current),
        "owed": owed_of(individual),
        "moments": (line := moments(individual.association.cooling_off_days)),
        "times": time_line(line),
        "form": form,
        "fingerprint": current.fingerprint,
    }


def standing_of(erasure: Erasure) -> dict[str, Any]:
    """How far it is, and who has been told."""
    return {"steps": progress_of(erasure, deliveries_of(erasure)), "states": State}


def deliveries_of(erasure: Erasure) -> list[Delivery]:
    if not erasure.event_id:
        return []
    return list(
        Delivery.objects.filter(event_id=erasure.event_id).select_related("endpoint").order_by("endpoint_id")
    )


@member_required
@require_POST
def cancel_view(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    erasure = flow.open_erasure(user.individual_id)
    if erasure is None:
        raise Http404
    return stop(request, erasure, actor=user.individual_id, back="privacy:tab")


def stop(request: HttpRequest, erasure: Erasure, *, actor: Any, back: str) -> HttpResponse:
    try:
        flow.cancel(erasure, actor=actor)
    except flow.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The erasure is stopped. Nothing was erased."))
    return redirect(back)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """From the letter, without signing in. Asks once more: scanners of mail follow links."""
    erasure = erasure_behind(token, CANCEL)
    if erasure is None:
        raise Http404
    if request.method == "POST":
        with suppress(flow.Refused):  # the page says how far it is
            flow.cancel(erasure, actor=erasure.requested_by)
        erasure.refresh_from_db()
    return render(request, "erasure/cancel.html", {"erasure": erasure, "states": State})


def certificate(request: HttpRequest, token: str) -> HttpResponse:
    """The proof, behind the link in the last letter: nobody can sign in any more."""
    erasure = erasure_behind(token, CERTIFICATE)
    if erasure is None:
        raise Http404
    page = {"erasure": erasure, "stays": stays_of_record(erasure), **standing_of(erasure)}
    return render(request, "erasure/certificate.html", page)
