"""What somebody looks for stands in their session; an address, which proxies and browsers keep, names only where."""

import secrets
from typing import Final

from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect

PARAMETER: Final = "q"
IN_SESSION: Final = "looked_for"
KEPT: Final = 10  # so that Back still works


def redirected(request: HttpRequest, **more: str) -> HttpResponseRedirect:
    """After the press on "Find": the same page, with the filters that are on, and at its beginning."""
    query = request.GET.copy()
    for name in (PARAMETER, "p", "page"):
        query.pop(name, None)
    add(query, {**more, PARAMETER: keep(request, request.POST.get(PARAMETER, ""))})
    return redirect(f"{request.path}?{query.urlencode()}" if query else request.path)


def add(query: QueryDict, values: dict[str, str]) -> None:
    for name, value in values.items():
        if value:
            query[name] = value


def keep(request: HttpRequest, text: str) -> str:
    """The key under which it is found again. The session itself is sealed with the visitor's cookie."""
    text = text.strip()
    if not text:
        return ""
    before = request.session.get(IN_SESSION, [])
    key = next((key for key, kept in before if kept == text), None) or secrets.token_hex(8)
    others = [pair for pair in before if pair[0] != key]
    request.session[IN_SESSION] = [*others, [key, text]][-KEPT:]
    return key


def text_of(request: HttpRequest, key: str | None = None) -> str:
    """Nothing for a key of another session, of long ago, or made up: words typed into an address find nothing."""
    wanted = request.GET.get(PARAMETER, "") if key is None else key
    return next((text for kept, text in request.session.get(IN_SESSION, []) if kept == wanted), "")
