"""Who may open a page: signed in as a person, or with a role. Few functions, so that no view makes its own rule."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import reverse

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
SAFE: Final = {"GET", "HEAD", "OPTIONS"}
PASSWORD_GIVEN: Final = "password_given_at"  # noqa: S105  a name in the session
LATELY: Final = 10 * 60


def member_required(view: View[P]) -> View[P]:
    """Signed in, with a person behind the account."""
    return _only_if(_is_a_person, view)


def role_required(role: str) -> Callable[[View[P]], View[P]]:
    """`role`: "staff", "approver" or "administrator". Each includes the ones before (ams/roles.py)."""

    def decorate(view: View[P]) -> View[P]:
        return _only_if(lambda user: _is_a_person(user) and user.is_at_least(role), view)

    return decorate


def password_required(view: View[P]) -> View[P]:
    """A person who has given the password a few minutes ago: for what a stolen session must not do."""

    @wraps(view)
    def proven(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not gave_password_lately(request):
            return redirect_to_login(page_of(request), reverse("password_again"))
        return view(request, *args, **kwargs)

    return member_required(proven)


def note_password(request: HttpRequest) -> None:
    request.session[PASSWORD_GIVEN] = int(time.time())


def gave_password_lately(request: HttpRequest) -> bool:
    return bool(time.time() - request.session.get(PASSWORD_GIVEN, 0) < LATELY)


def page_of(request: HttpRequest) -> str:
    """Where to come back to: the page with the button, as the address of a button answers to nothing but a press."""
    if request.method in SAFE:
        return request.get_full_path()
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.netloc != request.get_host():
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    return came_from._replace(scheme="", netloc="", fragment="").geturl()


def _is_a_person(user: Any) -> bool:
    return bool(user.is_active and user.individual_id)


def _only_if(allowed: Callable[[Any], bool], view: View[P]) -> View[P]:
    """Who is not signed in is led to the door; who is, and may not, is told so (403)."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        user: Any = request.user
        if not user.is_authenticated:
            return redirect_to_login(page_of(request))
        if not allowed(user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
