"""A page with errors gets an address of its own, so that Back and Reload find it: redirect after POST, for every form.

The page is kept in the session, which only the visitor's cookie opens, until another one is kept or the visitor signs
in or out. Browsers say that they go to a page (Sec-Fetch-Mode); a program that posts has its answer at once.
"""

import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final
from zlib import compress, decompress

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

KEPT: Final = "page_with_errors"
QUERY: Final = "shown"
LARGEST: Final = 500_000
GetResponse = Callable[[HttpRequest], HttpResponse]


class SeeOther(HttpResponseRedirect):
    status_code = HTTPStatus.SEE_OTHER


class ShowAgain:
    """Innermost, so that signing in, the policy and all other headers are as for any page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (page := kept_page(request)) is not None:
            return page
        response = self.get_response(request)
        return moved(request, response) if is_to_move(request, response) else response


def has_errors(request: HttpRequest) -> None:
    """Said by the error summary while the page is made (ams/templatetags/blocks.py)."""
    request.has_errors = True  # type: ignore[attr-defined]  # ours


def is_to_move(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        request.method == "POST"
        and request.headers.get("Sec-Fetch-Mode") == "navigate"
        and getattr(request, "has_errors", False)
        and not response.streaming
        and len(response.content) <= LARGEST
    )


def moved(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    key = secrets.token_urlsafe(8)
    request.session[KEPT] = {
        "key": key,
        "path": request.path,
        "who": who(request),
        "status": response.status_code,
        "page": b64encode(compress(response.content)).decode(),
    }
    query = request.GET.copy()
    query[QUERY] = key
    answer = SeeOther(f"{request.path}?{query.urlencode()}")
    answer.cookies = response.cookies
    return answer


def kept_page(request: HttpRequest) -> HttpResponse | None:
    """None where another one has been kept since: then the address shows the form as it is now."""
    key = request.GET.get(QUERY) if request.method == "GET" else None
    kept: dict[str, Any] = request.session.get(KEPT, {}) if key else {}
    if not kept or (kept["key"], kept["path"], kept["who"]) != (key, request.path, who(request)):
        return None
    return HttpResponse(decompress(b64decode(kept["page"])), status=kept["status"])


def who(request: HttpRequest) -> str:
    user: Any = request.user
    return str(user.pk)
