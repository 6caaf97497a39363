"""Who may look into the directory: members of this association who are signed in, and as often as people read."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from ams.accounts import throttle
from ams.models import Membership
from ams.models.membership import lasts
from ams.uses import DIRECTORY
from consent import gate
from privacy.access import member_required

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
A_QUARTER_OF_AN_HOUR = 900


def members_only(view: View[P]) -> View[P]:
    """Whoever is not signed in is led to the door; and no search engine keeps what it never sees."""
    guarded = member_required(_if_member(view))

    @wraps(view)
    def unseen(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        answer = guarded(request, *args, **kwargs)
        answer.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return answer

    return unseen


def politely(view: View[P]) -> View[P]:
    """Under members_only: enough to read, too little to copy."""

    @wraps(view)
    def counted(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        user: Any = request.user
        if throttle.looks_too_often(user.individual_id):
            answer = render(request, "members/later.html", status=HTTPStatus.TOO_MANY_REQUESTS)
            answer.headers["Retry-After"] = str(A_QUARTER_OF_AN_HOUR)
            return answer
        throttle.count_look(user.individual_id)
        return view(request, *args, **kwargs)

    return counted


def _if_member(view: View[P]) -> View[P]:
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not is_member(request.user):
            return render(request, "members/members_only.html", status=HTTPStatus.FORBIDDEN)
        return view(request, *args, **kwargs)

    return guarded


def is_member(user: Any) -> bool:
    """A login may outlive a membership; people said yes to members."""
    return bool(user.is_staff) or active().filter(individual_id=user.individual_id).exists()


def listed() -> "QuerySet[Any, UUID]":
    """The uids of all whom members may find: they said yes, and are members still."""
    return gate.who_allows(DIRECTORY.slug).filter(Exists(active().filter(individual=OuterRef("pk"))))


def is_listed(uid: UUID) -> bool:
    return listed().filter(pk=uid).exists()


def active() -> QuerySet[Membership]:
    return Membership.objects.filter(lasts(), state=Membership.State.ACTIVE)
