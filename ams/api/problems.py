"""Errors of the API as problem documents (RFC 9457): what is wrong and where, never the value that was sent."""

from typing import Any

from django.db import transaction
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

TYPE = "application/problem+json"


def as_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """None for what is no answer but a fault: Django then says 500 without details."""
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.AuthenticationFailed):
        transaction.set_rollback(False)  # the guess stays counted; nothing else was written yet
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": title_of(error),
        "status": response.status_code,
    }
    if isinstance(error, exceptions.ValidationError) and isinstance(response.data, dict):
        problem["errors"] = [
            {"field": name, "detail": " ".join(map(str, texts))} for name, texts in response.data.items()
        ]
    response.data = problem | getattr(error, "more", {})
    response.content_type = TYPE
    return response


def title_of(error: Exception) -> str:
    if isinstance(error, Http404):
        return "There is nothing here."
    if isinstance(error, exceptions.ValidationError):
        return "The request cannot be understood."
    return str(getattr(error, "detail", "This did not work."))
