"""Who may open a page: signed in as a person, or with a role. Few functions, so that no view makes its own rule."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def member_required(view: View[P]) -> View[P]:
    """Signed in, with a person behind the account."""
    return _only_if(_is_a_person, view)


def role_required(role: str) -> Callable[[View[P]], View[P]]:
    """`role`: "staff", "approver" or "administrator". Each includes the ones before (ams/roles.py)."""

    def decorate(view: View[P]) -> View[P]:
        return _only_if(lambda user: _is_a_person(user) and user.is_at_least(role), view)

    return decorate


def _is_a_person(user: Any) -> bool:
    return bool(user.is_active and user.individual_id)


def _only_if(allowed: Callable[[Any], bool], view: View[P]) -> View[P]:
    """Who is not signed in is led to the door; who is, and may not, is told so (403)."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        user: Any = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not allowed(user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
