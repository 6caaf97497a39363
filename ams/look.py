"""What an association adds to the house: its colour and its mark. And the style guide."""

from hashlib import sha256

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import condition, require_safe

from ams import colour, marks
from ams.specimens import specimens

A_YEAR = 365 * 24 * 3600
A_DAY = 24 * 3600
FIVE_MINUTES = 300


@require_safe
@condition(etag_func=lambda request: _etag("css", request))
def brand(request: HttpRequest) -> HttpResponse:
    """All that the association adds to house.css."""
    css = f":root {{ --brand: {_colour(request)}; }}\n"
    return _kept(request, HttpResponse(css, content_type="text/css; charset=utf-8"))


@require_safe
@condition(etag_func=lambda request: _etag("svg", request))
def favicon(request: HttpRequest) -> HttpResponse:
    """The mark in the brand colour, on paper, so that it is seen on dark tabs too."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 -4 48 48">'
        '<rect x="-4" y="-4" width="48" height="48" rx="8" fill="#fff"/>'
        f'<g fill="none" stroke="{_colour(request)}" stroke-width="2.5">{_shapes(request)}</g></svg>'
    )
    response = HttpResponse(svg, content_type="image/svg+xml")
    patch_cache_control(response, public=True, max_age=A_DAY)
    return response


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every block in every state, for those who build."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "styleguide.html", specimens())


def _colour(request: HttpRequest) -> str:
    return colour.valid(request.association.brand)  # type: ignore[attr-defined]  # AssociationMiddleware sets it


def _shapes(request: HttpRequest) -> str:
    return marks.drawing(request.association.mark)  # type: ignore[attr-defined]  # as above


def _etag(kind: str, request: HttpRequest) -> str:
    told = f"{kind} {_colour(request)} {_shapes(request)}"
    return f'"{sha256(told.encode()).hexdigest()[:16]}"'


def _kept(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """An address that names the colour never changes its answer; without it, ask again soon."""
    if request.META["QUERY_STRING"].lower() == _colour(request).lstrip("#"):
        patch_cache_control(response, public=True, max_age=A_YEAR, immutable=True)
    else:
        patch_cache_control(response, public=True, max_age=FIVE_MINUTES)
    return response
