"""Stopping from a letter: a page that asks once more, and an answer for mail programs that do not ask at all."""

from datetime import date
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from consent import stop as link
from consent.choices import in_language, objection_to
from consent.consequences import names_of, sentence
from consent.decide import CannotWithdraw, NothingToDecide, beside
from consent.letter_pages import language_for, page
from consent.models import Act, Channel, Kind, Standing, Statement, Version
from consent.removal import due_on, held_by, waiting
from privacy.numbers import row_number
from privacy.vault.generations import keys_of_purpose
from privacy.visitor import evidence_of


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Needs no token against forgery: whoever sends this has the letter, and a mail program has nothing else."""
    found = link.behind(token)
    if found is None:
        return page(request, "consent/stop_void.html", {}, status=HTTPStatus.NOT_FOUND)
    if found.individual is None:
        return page(request, "consent/stop_gone.html", {}, status=HTTPStatus.GONE)
    version = _version_before_them(request, found)
    if version is None:
        return page(request, "consent/stop_void.html", {}, status=HTTPStatus.NOT_FOUND)
    answer = _end if request.method == "POST" else _ask
    return answer(request, found.individual, version)


def _version_before_them(request: HttpRequest, found: link.Stop) -> Version | None:
    """The one that stood on the page; a mail program has shown none, and means what is in force."""
    in_force = Version.objects.in_force().select_related("statement").filter(statement=found.statement)
    shown = row_number(request.POST.get("version"))
    return (shown and in_force.filter(pk=shown).first()) or found.statement.current()


def _ask(request: HttpRequest, individual: Any, version: Version) -> HttpResponse:
    """Tells first what follows; looking changes nothing, as scanners of mail follow links."""
    language = language_for(request, individual)
    context = _facts(individual, version, language)
    if not context["can_stop"]:
        return page(request, "consent/stop_stays.html", context, language=language)
    if not context["is_on"]:
        return page(request, "consent/stopped.html", context, language=language)
    return page(request, "consent/stop.html", context, language=language)


def _end(request: HttpRequest, individual: Any, version: Version) -> HttpResponse:
    language = language_for(request, individual)
    by_program = request.POST.get("List-Unsubscribe") == "One-Click"
    words = in_language(version.wordings.all(), language)
    shown = None if by_program else beside(individual, [version], language=words.language)
    try:
        link.end(individual, version, shown=shown, **_how(request, individual, words.language))
    except (CannotWithdraw, NothingToDecide):
        context = _facts(individual, version, language)
        return page(
            request, "consent/stop_stays.html", context, language=language, status=HTTPStatus.CONFLICT
        )
    if by_program:
        return _short(language)
    return page(request, "consent/stopped.html", _facts(individual, version, language), language=language)


def _short(language: str) -> HttpResponse:
    """RFC 8058: no cookie, no redirect; nobody reads it."""
    with translation.override(language):
        text = _("Done. You get no more of these letters.")
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@csrf_exempt
@require_POST
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """From the page that said "stopped", for an hour; afterwards that page says how things stand."""
    decision = link.undone_by(token)
    if decision is None:
        return page(request, "consent/stop_void.html", {}, status=HTTPStatus.NOT_FOUND)
    person: Any = decision.individual
    shown = beside(person, [decision.version], language=decision.language)
    link.undo(decision, shown=shown, **_how(request, person, decision.language))
    return redirect(link.stop_path(person.pk, decision.statement_id))


def _how(request: HttpRequest, individual: Any, language: str) -> Any:
    return {
        "channel": Channel.MAIL,
        "actor": individual.pk,
        "language": language,
        "evidence": evidence_of(request),
    }


def _facts(individual: Any, version: Version, language: str) -> dict[str, Any]:
    """Where the person stands, and what a no means: Art. 7(3), told beforehand."""
    statement, words = version.statement, in_language(version.wordings.all(), language)
    rows = Standing.objects.select_related("decision", "version__statement").filter(individual=individual.pk)
    standings = {each.statement_id: each for each in rows}
    own, objection = standings.get(statement.pk), objection_to(version, standings)
    standing = objection or own
    decision = standing.decision if standing else None
    is_on = objection is None if version.can_be_objected_to() else _is_on(own)
    goes_on = _goes_on(individual, statement, is_on=is_on)
    return {
        "statement": statement,
        "version": version,
        "words": words,
        "stays": sentence(words.stays),
        "can_stop": statement.kind == Kind.CONSENT or version.can_be_objected_to(),
        "is_objection": version.can_be_objected_to(),
        "is_all_advertising": objection.is_against_advertising()
        if objection
        else version.is_for_advertising(),
        "is_on": is_on,
        "is_agreement": statement.kind == Kind.AGREEMENT,
        "reason": CannotWithdraw.reason,
        "decision": decision,
        "undo_path": link.undo_path(own.decision) if own and link.can_undo(own.decision) else "",
        "goes": names_of(statement) if goes_on else "",
        "goes_on": goes_on,
    }


def _is_on(standing: Standing | None) -> bool:
    """Is there anything to stop? A yes that waits for a click is ended as well."""
    return standing is not None and (standing.is_yes() or standing.act == Act.PENDING)


def _goes_on(individual: Any, statement: Statement, *, is_on: bool) -> date | None:
    """The day on which what was written by this yes alone is erased: the announced one, else as from today."""
    announced = waiting().filter(individual=individual.pk, statement=statement).first()
    if announced:
        return announced.due_on
    rests = is_on and held_by(statement) and keys_of_purpose(individual.pk, statement.number)
    return due_on(statement) if rests else None
