"""A member's choices: read them, change one at once, and read the words of any decision again."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from consent import guardians
from consent.choices import asked_now, in_language
from consent.decide import CannotWithdraw, beside, give, withdraw
from consent.history import words_of
from consent.models import Act, Channel, Decision, Kind, Version
from consent.page import page_of
from privacy.access import member_required
from privacy.numbers import row_number
from privacy.visitor import evidence_of

A_WHILE: Final = timedelta(hours=1)


@require_safe
@member_required
def choices(request: HttpRequest) -> HttpResponse:
    just = {name: request.GET.get(name, "") for name in ("saved", "pressed")}
    return render(request, "consent/choices.html", page_of(_individual(request), **just))


@require_POST
@member_required
def switch(request: HttpRequest, slug: str) -> HttpResponse:
    """Says what is wanted, not "the other way round": a double click asks for the same thing twice."""
    version = get_object_or_404(
        Version.objects.in_force().select_related("statement"),
        statement__slug=slug,
        pk=row_number(request.POST.get("version")),
    )
    return _change(request, version, yes=request.POST.get("to") == "yes")


@require_POST
@member_required
def undo(request: HttpRequest, decision: UUID) -> HttpResponse:
    """The other way round, to the same words, as a new decision: what was said in between stays on record."""
    individual = _individual(request)
    undone = get_object_or_404(
        Decision.objects.select_related("version__statement"), pk=decision, individual_id=individual.pk
    )
    statement = undone.version.statement
    if statement.ended_at or statement.kind == Kind.NOTICE or not _is_latest(undone):
        return redirect("consent:choices")
    yes = not (undone.is_yes() or undone.act == Act.PENDING)
    return _change(request, undone.version, yes=yes, confirmed=_was_confirmed(undone, individual))


@require_safe
@member_required
def wording(request: HttpRequest, decision: UUID) -> HttpResponse:
    """The exact words of a decision that this person took, in the language in which they read them."""
    found = get_object_or_404(
        Decision.objects.select_related("version__statement", "shown"),
        pk=decision,
        individual_id=_individual(request).pk,
    )
    context = {"decision": found, "version": found.version, "words": words_of(found)}
    return render(request, "consent/wording.html", context)


@require_safe
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Open to everybody: what an association asks is no secret, and who joins reads it before they decide."""
    found = get_object_or_404(
        Version.objects.in_force().select_related("statement"), statement__slug=slug, number=number
    )
    return render(
        request, "consent/version.html", {"version": found, "words": in_language(found.wordings.all())}
    )


def _change(request: HttpRequest, version: Version, *, yes: bool, confirmed: bool = False) -> HttpResponse:
    individual = _individual(request)
    verb = give if yes else withdraw
    how = _circumstances(request, individual, version) | {"confirmed": confirmed}
    try:
        decision = verb(individual, version, **how)
    except CannotWithdraw as refusal:
        context = page_of(individual) | {"refusal": refusal.reason}
        return render(request, "consent/choices.html", context, status=HTTPStatus.CONFLICT)
    if onward := _to_guardian(individual, decision) or _onward(request):
        return HttpResponseClientRedirect(onward) if request.headers.get("HX-Request") else redirect(onward)
    if request.headers.get("HX-Request"):
        context = page_of(individual, saved=str(decision.pk))
        return render(request, "consent/changed.html", context | {"changed": decision.statement_id})
    return redirect(f"{reverse('consent:choices')}?saved={decision.pk}")


def _circumstances(request: HttpRequest, individual: Any, version: Version) -> Any:
    """What is kept with the answer: whose hand it was, in which language they read, and what stood around it."""
    wanted = request.POST.get("language")
    language = in_language(version.wordings.all(), wanted).language
    # A card may stand alone on a page about its use.
    versions = [version] if "alone" in request.POST else [question.version for question in asked_now()]
    return {
        "channel": Channel.TAB,
        "actor": individual.pk,
        "language": language,
        "shown": beside(individual, versions, language=language),
        "evidence": evidence_of(request),
    }


def _to_guardian(individual: Any, decision: Decision) -> str:
    """A child's yes waits for somebody of whom we do not know yet."""
    is_asked = decision.act == Act.PENDING and guardians.is_missing(individual)
    return reverse("consent:guardian_name") if is_asked else ""


def _onward(request: HttpRequest) -> str:
    """A page of ours about the use itself, where the card stood."""
    url = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if is_ours else ""


def _was_confirmed(undone: Decision, individual: Any) -> bool:
    """A yes that was taken back a moment ago needs no second letter; a child's guardian is asked all the same."""
    is_recent = timezone.now() - undone.at < A_WHILE
    return undone.act == Act.WITHDRAWN and is_recent and not guardians.must_confirm(individual)


def _is_latest(decision: Decision) -> bool:
    return hasattr(decision, "standing")


def _individual(request: HttpRequest) -> Any:
    user: Any = request.user
    return user.individual
