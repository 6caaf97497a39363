"""Behind the link in the letter to a parent or guardian: each use, a yes or a no to it, and a yes taken back."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from consent import complete, guardians, lock
from consent.decide import NothingToDecide, beside, withdraw
from consent.letter_pages import language_for, page
from consent.models import Channel, Confirmation, Decision, Guardian, Shown, Standing
from consent.waiting import open_of
from privacy.visitor import evidence_of


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Without signing in, for as long as the child does not decide alone: the letter is the key."""
    number = guardians.number_in(token)
    if number is None:
        return page(request, "consent/stop_void.html", {}, status=HTTPStatus.NOT_FOUND)
    guardian = _found(number)
    if guardian is None:
        return page(request, "consent/confirm_closed.html", {}, status=HTTPStatus.GONE)
    child: Any = guardian.individual
    if not guardians.must_confirm(child):
        return _grown_up(request, child)
    if request.method == "POST":
        _keep(request, guardian)
        return redirect(f"{guardians.path_of(guardian)}?saved=1")
    return _page(request, guardian)


def _found(number: UUID) -> Guardian | None:
    rows = Guardian.objects.filter(pk=number, individual__erased_at=None)
    return rows.select_related("individual__association").first()


def _grown_up(request: HttpRequest, child: Any) -> HttpResponse:
    context = {"child": child.given_name}
    language = language_for(request, child)
    return page(request, "consent/guardian_over.html", context, language=language, status=HTTPStatus.GONE)


def _keep(request: HttpRequest, guardian: Guardian) -> None:
    """What is left open stays open. All locks first: the ledger is locked behind the first answer."""
    waiting, standing = _waiting(guardian), guardians.agreed_for(guardian.individual)
    concerned = [each.decision.statement_id for each in waiting] + [each.statement_id for each in standing]
    lock.hold(guardian.individual_id, *concerned)
    whose: complete.Click = {
        "actor": guardian.pk,
        "evidence": dict(evidence_of(request)),
        "shown": _page_as_shown(guardian, waiting, standing),
    }
    for confirmation in waiting:
        _answer(confirmation, request.POST.get(confirmation.decision.statement.slug, ""), whose)
    for each in standing:
        if request.POST.get("stop") == each.statement.slug:
            language = each.decision.language
            withdraw(guardian.individual, each.version, channel=Channel.MAIL, language=language, **whose)


def _page_as_shown(guardian: Guardian, waiting: list[Confirmation], agreed: list[Standing]) -> Shown:
    """Each use stands there in the language in which the child read it; the page as a whole in that of the first."""
    concerned: list[Decision] = [each.decision for each in waiting] + [each.decision for each in agreed]
    language = concerned[0].language if concerned else ""
    return beside(guardian.individual, [each.version for each in concerned], language=language)


def _answer(confirmation: Confirmation, said: str, whose: complete.Click) -> None:
    verbs = {"yes": complete.accept, "no": complete.refuse}
    if said not in verbs:
        return
    try:
        verbs[said](confirmation, **whose)
    except NothingToDecide:  # the association asks it no more
        return


def _page(request: HttpRequest, guardian: Guardian) -> HttpResponse:
    child: Any = guardian.individual
    context = {
        "child": child.given_name,
        "waiting": [guardians.in_full(each.decision) for each in _waiting(guardian)],
        "agreed": [_agreed(each, guardian) for each in guardians.agreed_for(child)],
        "path": guardians.path_of(guardian),
        "saved": "saved" in request.GET,
    }
    return page(request, "consent/guardian.html", context, language=language_for(request, child))


def _waiting(guardian: Guardian) -> list[Confirmation]:
    return open_of(guardian.individual_id, Confirmation.By.GUARDIAN)


def _agreed(standing: Standing, guardian: Guardian) -> dict[str, Any]:
    return {**guardians.in_full(standing.decision), "by_another": standing.since < guardian.named_at}
