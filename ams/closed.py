"""A part that we need does not answer: 503 in words, with the time to come back; for the API as a problem document."""

import logging
import sys
from typing import Final

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import ConnectionError as RedisAway
from redis.exceptions import TimeoutError as RedisSilent

from ams.languages import language_for

log = logging.getLogger(__name__)
SERVER_ERROR: Final = 500
SERVICE_UNAVAILABLE: Final = 503
A_MINUTE: Final = 60  # a database or a broker that restarts
TEN_MINUTES: Final = 600  # somebody has to look after the keys
AWAY: Final = (OperationalError, InterfaceError, BrokerError, RedisAway, RedisSilent)
PROBLEM: Final = "application/problem+json"


def closed(request: HttpRequest, reason: BaseException, *, back_in: int = TEN_MINUTES) -> HttpResponse:
    """And an alarm for those who run the place. Needs neither database nor session."""
    log.error("Closed: %s", type(reason).__name__)
    response = problem(SERVICE_UNAVAILABLE) if is_api(request) else page_of(request, back_in)
    response.headers["Retry-After"] = str(back_in)
    return response


def page_of(request: HttpRequest, back_in: int) -> HttpResponse:
    with translation.override(language_for(request)):  # it may come before the language is known
        told = {"is_soon": back_in == A_MINUTE, "was_sent": request.method == "POST"}
        return render(request, "errors/503.html", told, status=SERVICE_UNAVAILABLE)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's `handler500`: whatever raised, and wherever, ends here."""
    error = sys.exc_info()[1]
    if isinstance(error, AWAY):
        return closed(request, error, back_in=A_MINUTE)
    if is_api(request):
        return problem(SERVER_ERROR)
    with translation.override(language_for(request)):
        return render(request, "errors/500.html", status=SERVER_ERROR)


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def problem(status: int) -> HttpResponse:
    """RFC 9457, as ams/api/problems.py says what the asker did wrong."""
    return JsonResponse(
        {"type": "about:blank", "title": TITLES[status], "status": status},
        status=status,
        content_type=PROBLEM,
    )


TITLES: Final = {
    SERVER_ERROR: "Something broke here, and nothing was changed.",
    SERVICE_UNAVAILABLE: "A part of our systems does not answer. Nothing was changed: try again later.",
}
