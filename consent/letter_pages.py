"""Pages behind a link in a letter: nobody needs to sign in, and they speak the language of the letter."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

OURS = {code for code, _name in settings.LANGUAGES}


def language_for(request: HttpRequest, individual: Any = None) -> str:
    """What was chosen here; else the language in which we write to this person; else what the browser wants."""
    association: Any = request.association  # type: ignore[attr-defined]  # AssociationMiddleware's
    wishes = [request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""), getattr(individual, "language", "")]
    spoken = OURS.intersection(association.languages)
    return next((wish for wish in wishes if wish in spoken), translation.get_language() or "en")


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, language: str = "", status: int = 200
) -> HttpResponse:
    with translation.override(language or language_for(request)):
        response = render(request, template, dict(context), status=status)
        response.headers["Content-Language"] = translation.get_language() or ""
    return response
