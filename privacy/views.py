"""The pages of the Privacy tab that speak about what is held; a feature's page extends the same frame."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from privacy.access import member_required
from privacy.holdings import holdings, number_of_things
from privacy.recipients import recipients
from privacy.requests.models import Request, State


@require_safe
@member_required
def hold(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy/hold.html", facts_about(person_of(request)))


@require_safe
@member_required
def who(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy/who.html", facts_about(person_of(request)))


@require_safe
@member_required
def requests(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy/requests.html", {"requests": requests_of(person_of(request))})


def facts_about(individual: Any) -> dict[str, Any]:
    found, asked = holdings(individual), requests_of(individual)
    return {
        "holdings": found,
        "things": number_of_things(found),
        "recipients": recipients(found),
        "requests": asked,
        "open_requests": [request for request in asked if request.state == State.OPEN],
    }


def requests_of(individual: Any) -> list[Request]:
    """The newest first."""
    return list(Request.objects.filter(individual=individual).order_by("-received_at"))


def person_of(request: HttpRequest) -> Any:
    user: Any = request.user
    return user.individual
