"""Behind the link of a letter that asks for one more click: the page, the click, and a new letter."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from consent import complete, confirm, guardians
from consent.choices import in_language
from consent.decide import NothingToDecide, beside
from consent.letter_pages import language_for, page
from consent.models import Act, Confirmation, Decision, Shown, Standing
from consent.terms import terms
from consent.waiting import pending_of
from privacy.access import member_required
from privacy.visitor import evidence_of

OVER, DONE, OPEN, CLOSED, SENT, NO = "over", "done", "open", "closed", "sent", "no"


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def click(request: HttpRequest, token: str) -> HttpResponse:
    """Asks for one press: mail programs follow links. Whoever sends this has the letter, and needs no other token."""
    read = confirm.read(token)
    if read is None:
        return page(request, "consent/stop_void.html", {}, status=HTTPStatus.NOT_FOUND)
    confirmation = _found(*read)
    if confirmation is None:
        return page(request, "consent/confirm_closed.html", {}, status=HTTPStatus.GONE)
    state = _answer(request, confirmation) if request.method == "POST" else state_of(confirmation)
    return _page(request, confirmation, state)


def _found(number: UUID, mark: str) -> Confirmation | None:
    """None too where the person's address has changed since: who reads mail at the old one is not asked."""
    rows = Confirmation.objects.filter(pk=number, by=Confirmation.By.SELF, individual__erased_at=None)
    found = rows.select_related(
        "decision__individual__association", "decision__version__statement", "decision__statement"
    ).first()
    return found if found and mark == confirm.mark_of(found.decision.individual) else None


def _answer(request: HttpRequest, confirmation: Confirmation) -> str:
    whose: complete.Click = {
        "actor": confirmation.individual_id,
        "evidence": dict(evidence_of(request)),
        "shown": _page_as_shown(confirmation.decision),
    }
    try:
        match request.POST.get("answer"):
            case "yes":
                complete.accept(confirmation, **whose)
            case "no":
                return NO if complete.refuse(confirmation, **whose) else state_of(confirmation)
            case "again" if state_of(confirmation) == OVER:
                return SENT if complete.ask_anew(confirmation, **whose) else CLOSED
    except NothingToDecide:
        return CLOSED
    return state_of(confirmation)


def _page_as_shown(decision: Decision) -> Shown:
    language = in_language(decision.version.wordings.all(), decision.language).language
    return beside(decision.individual, [decision.version], language=language)


def state_of(confirmation: Confirmation) -> str:
    """Open; done; over, as nobody came in time; closed, as the person has answered otherwise since."""
    confirmation.refresh_from_db(fields=["answered_at", "expires_at"])
    decision = confirmation.decision
    standing = Standing.objects.get(individual=confirmation.individual_id, statement=decision.statement_id)
    if confirmation.answered_at:
        return DONE if standing.is_yes() and standing.version_id == decision.version_id else CLOSED
    if standing.act == Act.PENDING and standing.decision_id == decision.pk:
        return OPEN if confirmation.expires_at > timezone.now() else OVER
    return OVER if standing.act == Act.EXPIRED and standing.version_id == decision.version_id else CLOSED


def _page(request: HttpRequest, confirmation: Confirmation, state: str) -> HttpResponse:
    decision, person = confirmation.decision, confirmation.decision.individual
    words = in_language(decision.version.wordings.all(), decision.language)
    context = {
        "words": words,
        "terms": terms(words),
        "version": decision.version,
        "said_at": decision.at,
        "until": confirmation.expires_at,
    }
    status = HTTPStatus.GONE if state in {OVER, CLOSED} else HTTPStatus.OK
    language = language_for(request, person)
    return page(request, PAGES[state], context, language=language, status=status)


PAGES = {
    OPEN: "consent/confirm.html",
    DONE: "consent/confirm_done.html",
    OVER: "consent/confirm_over.html",
    CLOSED: "consent/confirm_closed.html",
    SENT: "consent/confirm_sent.html",
    NO: "consent/confirm_no.html",
}


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def again(request: HttpRequest, number: UUID) -> HttpResponse:
    """For whoever looks at their choices and finds no letter."""
    user: Any = request.user
    confirmation = get_object_or_404(pending_of(user.individual_id), pk=number)
    if confirmation.by == Confirmation.By.GUARDIAN and guardians.is_missing(user.individual):
        return redirect("consent:guardian_name")
    if request.method == "POST":
        confirm.write_again(confirmation)
        messages.success(request, _("The letter is on its way."))
        return redirect("consent:choices")
    words = in_language(confirmation.decision.version.wordings.all())
    context = {
        "confirmation": confirmation,
        "words": words,
        "to_guardian": confirmation.by == Confirmation.By.GUARDIAN,
    }
    return render(request, "consent/confirm_again.html", context)
