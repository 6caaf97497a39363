"""The directory as members read it: a list to search, and a page for each person in it."""

from typing import Any, Final
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_countries import countries

from ams.members.access import is_listed, members_only, politely
from ams.members.entry import entry_of, shown_by
from ams.members.listing import MOST, Found, find
from ams.members.read import Card, card_of, lines
from ams.models import Individual
from ams.profile.views import as_file
from privacy import searching

A_PAGE: Final = 50


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
@politely
def listed(request: HttpRequest) -> HttpResponse:
    """Searched by POST: a name in an address would stand in logs and in the browser's history."""
    live = bool(getattr(request, "htmx", False))
    if request.method == "POST" and not live:
        return searching.redirected(request, country=request.POST.get("country", ""))
    asked = request.POST if request.method == "POST" else request.GET
    text = request.POST.get("q", "").strip() if live else searching.text_of(request)
    found = find(association_of(request), text, asked.get("country", ""))
    page = Paginator(found.people, A_PAGE).get_page(asked.get("page"))
    country = asked.get("country", "") if asked.get("country") in found.countries else ""
    values = {
        "text": text,
        "country": country,
        "query": query_of(request, text, country),
        "countries": facet(found),
        "page": page,
        "cards": there(lines(list(page)), country),
        "listed": found.listed,
        "is_cut": bool(text) and len(found.people) == MOST,
        "is_listed": is_listed(me(request)),
    }
    return render(request, "members/found.html" if live else "members/list.html", values)


def query_of(request: HttpRequest, text: str, country: str) -> str:
    """For the links to other pages of what was found."""
    said = {"q": searching.keep(request, text), "country": country}
    return "".join(f"{urlencode({name: value})}&" for name, value in said.items() if value)


def there(cards: list[Card], country: str) -> list[Card]:
    """Who has moved, or shows it no more, since the list was read."""
    return [card for card in cards if not country or card.country == country]


def facet(found: Found) -> list[tuple[str, str, int]]:
    """By name, in the reader's language."""
    named = ((code, str(countries.name(code)), number) for code, number in found.countries.items())
    return sorted(named, key=lambda each: each[1])


@require_safe
@members_only
@politely
def person(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Somebody who is not listed is not there, like somebody who never was."""
    card = card_of(uid)
    if card is None:
        raise Http404(_("Nobody is listed here."))
    return render(request, "members/person.html", {"card": card, "is_me": uid == me(request)})


@require_safe
@members_only
def photo(request: HttpRequest, uid: UUID) -> HttpResponseBase:  # noqa: ARG001 the wrappers read it
    if not is_listed(uid) or "photo" not in shown_by(entry_of(uid)):
        raise Http404
    return as_file(
        get_object_or_404(Individual.objects.only("thumbnail"), pk=uid).thumbnail, attachment=False
    )


def me(request: HttpRequest) -> UUID:
    user: Any = request.user
    uid: UUID = user.individual_id
    return uid


def association_of(request: HttpRequest) -> UUID:
    uid: UUID = request.association.pk  # type: ignore[attr-defined]  # the middleware's
    return uid
