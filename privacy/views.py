"""Rooms of the Privacy tab that speak about what is held. Its opening page, made of every feature, is in ams."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from privacy.access import member_required
from privacy.everything import Read, everything_about
from privacy.holdings import holdings_of, number_of_things
from privacy.notice import notice as uses
from privacy.openings import Opening, openings
from privacy.recipients import recipients
from privacy.requests.models import Request


@require_safe
@member_required
def hold(request: HttpRequest) -> HttpResponse:
    """Every value, with its source and its end."""
    return render(request, "privacy/hold.html", facts_about(person_of(request)))


@require_safe
@member_required
def who(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy/who.html", facts_about(person_of(request)))


@require_safe
@member_required
def requests(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy/requests.html", {"requests": requests_of(person_of(request))})


@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    """Art. 13 and 14 GDPR. Open to everybody: it is read before joining."""
    return render(request, "privacy/notice.html", {"uses": uses()})


@require_safe
def complain(request: HttpRequest) -> HttpResponse:
    """Art. 77 GDPR. Open to everybody: whoever was erased may complain too."""
    return render(request, "privacy/complain.html")


def facts_about(individual: Any) -> dict[str, Any]:
    return {**facts_of(individual, everything_about(individual)), **looks(openings(individual))}


def facts_of(individual: Any, rows: Read) -> dict[str, Any]:
    """What is held, from what was read in one statement."""
    found = holdings_of(individual, rows)
    asked = sorted(rows[Request], key=lambda each: each.received_at, reverse=True)
    return {
        "holdings": found,
        "things": number_of_things(found),
        "recipients": recipients(found),
        "requests": asked,
    }


def looks(opened: list[Opening]) -> dict[str, Any]:
    return {"openings": opened, "opened": sum(opening.times for opening in opened)}


def requests_of(individual: Any) -> list[Request]:
    """The newest first."""
    return list(Request.objects.filter(individual=individual).order_by("-received_at"))


def person_of(request: HttpRequest) -> Any:
    user: Any = request.user
    return user.individual
