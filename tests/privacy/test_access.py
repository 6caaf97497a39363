"""Who may open a page."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from ams.models import Individual
from ams.roles import Role
from privacy.access import member_required, role_required

pytestmark = pytest.mark.django_db


@member_required
def page(request: HttpRequest, number: int = 0) -> HttpResponse:
    return HttpResponse(f"page {number}")


@role_required("approver")
def desk(request: HttpRequest) -> HttpResponse:
    return HttpResponse("desk")


def asked_by(user: Any) -> HttpRequest:
    request = RequestFactory().get("/privacy/?a=1")
    request.user = user
    return request


def test_a_stranger_is_led_to_the_door_and_back() -> None:
    for view in (page, desk):
        answer = view(asked_by(AnonymousUser()))
        assert answer.status_code == 302
        assert answer["Location"].endswith("?next=/privacy/%3Fa%3D1")


def test_ann_opens_a_members_page_and_not_the_desk(ann: Individual) -> None:
    assert page(asked_by(ann.account), number=7).content == b"page 7"
    with pytest.raises(PermissionDenied):
        desk(asked_by(ann.account))


@pytest.mark.parametrize(
    ("role", "opens"),
    [(Role.MEMBER, False), (Role.STAFF, False), (Role.APPROVER, True), (Role.ADMINISTRATOR, True)],
)
def test_each_role_includes_the_ones_before(ann: Individual, role: Role, opens: bool) -> None:
    ann.account.role = role
    if opens:
        assert desk(asked_by(ann.account)).content == b"desk"
    else:
        with pytest.raises(PermissionDenied):
            desk(asked_by(ann.account))


def test_a_closed_account_opens_nothing(cleo: Individual) -> None:
    assert desk(asked_by(cleo.account)).content == b"desk"
    cleo.account.is_active = False
    for view in (page, desk):
        with pytest.raises(PermissionDenied):
            view(asked_by(cleo.account))


def test_the_view_keeps_its_name() -> None:
    assert (page.__name__, desk.__name__) == ("page", "desk")
