"""No address of the product answers with an error of ours, whoever comes and whatever stands in it."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.urls import path

from ams.models import Association, Individual, Newsletter
from ams.roles import Role
from privacy.tenancy import speaking_for
from tests import addresses, factories
from tests.ams.test_api_matrix import ALL, key_of
from tests.consent import asked

pytestmark = pytest.mark.django_db

ODD_QUESTION = {
    "q": "\x00", "p": "-1", "page": "x" * 99, "o": "zz", "next": "//x", "id__in": "é", "e": "1", "day": "31",
}  # fmt: skip
PROBES = {"healthz", "readyz"}


@pytest.fixture
def there(association: Association, cleo: Individual) -> Individual:
    """Somebody with a row in every model, and a newsletter that has not been sent."""
    person, _planted = factories.make_full_person(association, "Dora")
    asked.letter()
    Newsletter.objects.update(state=Newsletter.State.SENT)  # Dora has a copy of it
    Newsletter.objects.create(
        pk=UUID(int=1), name="Spring", purpose="letter"
    )  # the first, so it is asked for
    return person


def visitor(person: Individual | None, role: Role | None) -> Client:
    client = Client(raise_request_exception=False)
    if person is not None and role is not None:
        account: Any = person.account
        account.role = role
        account.save()
        client.force_login(account)
    return client


def broken(client: Client, method: str, url: str, **sent: Any) -> Iterator[str]:
    """Undone afterwards, sign-out and all: each address is met by the same visitor."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        answer: Any = getattr(client, method)(url, **sent)
        if answer.streaming:
            b"".join(answer.streaming_content)
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            yield f"{answer.status_code} {method} {url!r} {getattr(answer, 'exc_info', None)}"
        transaction.set_rollback(True)
    client.cookies = cookies


def walk(client: Client, methods: list[str], urls: list[str], **sent: Any) -> list[str]:
    calls = [(method, url) for url in urls for method in methods]
    return [each for method, url in calls for each in broken(client, method, url, **sent)]


def test_the_walk_meets_every_kind_of_address() -> None:
    routes = {address.route for address in addresses.every_address()}
    assert len(routes) > 350
    assert {"sign-in/", "api/v1/exports/<uuid:pk>/", "console/ams/newsletter/<uuid:pk>/status/"} <= routes


def there_are(*, console: bool, bare: bool = True) -> list[str]:
    """Addresses that lead somewhere. The probes of machines answer 503 on purpose (tests/ams/test_health.py)."""
    return [
        address.to_what_is_there()
        for address in addresses.every_address()
        if address.route not in PROBES
        and address.route.startswith("console/") == console
        and (bare or address.arguments)
    ]


@pytest.mark.parametrize("role", [None, Role.MEMBER], ids=str)
def test_no_address_breaks_for_whoever_may_not_enter_the_console(
    role: Role | None, there: Individual
) -> None:
    client = visitor(there, role)
    assert walk(client, ["get", "post"], there_are(console=False)) == []
    assert walk(client, ["get"], there_are(console=True)) == []


def test_no_address_of_the_console_breaks_that_is_read_or_sent_an_empty_form(there: Individual) -> None:
    assert walk(visitor(there, Role.ADMINISTRATOR), ["get", "post"], there_are(console=True)) == []


@pytest.mark.parametrize("role", [Role.STAFF, Role.APPROVER], ids=str)
def test_no_odd_question_breaks_a_page_of_the_console(role: Role, there: Individual) -> None:
    assert walk(visitor(there, role), ["get"], there_are(console=True), data=ODD_QUESTION) == []


def test_no_odd_question_breaks_a_page_of_a_member(there: Individual) -> None:
    assert walk(visitor(there, Role.MEMBER), ["get"], there_are(console=False), data=ODD_QUESTION) == []


def test_no_odd_argument_breaks_an_address_for_whoever_may_go_everywhere(there: Individual) -> None:
    urls = [url for address in addresses.every_address() for url in address.to_oddities()]
    assert walk(visitor(there, Role.ADMINISTRATOR), ["get"], urls) == []


def test_no_address_of_the_api_breaks_for_a_program_with_every_right(there: Individual) -> None:
    found = [address for address in addresses.every_address() if address.route.startswith("api/")]
    urls = [url for each in found for url in (each.to_what_is_there(), *each.to_oddities())]
    client, headers = visitor(there, None), key_of(there, *ALL)
    assert walk(client, ["get", "post"], urls, headers=headers) == []
    sent = {"data": '{"x": [1e999, null, "\\u0000"]}', "content_type": "application/json", "headers": headers}
    assert walk(client, ["put", "patch", "post"], urls, **sent) == []


def test_staff_of_another_association_break_nothing_here(there: Individual, sister: Association) -> None:
    with speaking_for(sister.pk):
        stranger = factories.make_individual()
        factories.make_account(stranger, role=Role.ADMINISTRATOR)
        client = visitor(stranger, Role.ADMINISTRATOR)
    assert walk(client, ["get"], there_are(console=True, bare=False), HTTP_HOST="vdk.localhost") == []


def fail(_request: Any) -> None:
    raise ValueError


urlpatterns = [path("fails/", fail)]


@pytest.mark.urls(__name__)
def test_the_walk_sees_an_address_that_breaks(association: Association) -> None:
    (address,) = addresses.every_address()
    assert len(walk(visitor(None, None), ["get", "post"], [address.to_what_is_there()])) == 2
