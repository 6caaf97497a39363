"""Who finds Ann's browser open makes and takes no copy: the password is asked for once more."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ams.accounts import throttle
from ams.models import Individual
from portability.make import make
from portability.models import Export
from tests.factories import PASSWORD
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
AGAIN, TAKE = "/password/again/", "/privacy/take/"
LATER = timedelta(minutes=11)


@pytest.fixture
def anns(client: Client, ann: Individual) -> Client:
    """She signed in, and left the browser open."""
    return sign_in(client, ann.account)


@pytest.fixture
def hers(anns: Client, ann: Individual) -> Export:
    anns.post(f"{TAKE}make/")
    export = Export.objects.get(individual=ann)
    make(export)
    export.refresh_from_db()
    return export


@pytest.fixture
def later(hers: Export) -> Iterator[None]:
    with time_machine.travel(timezone.now() + LATER):
        yield


def answers(client: Client, address: str, **how: Any) -> Any:
    return client.post(address, headers={"Referer": f"http://testserver{TAKE}"}, **how)


@pytest.mark.usefixtures("later")
def test_after_ten_minutes_each_way_to_a_copy_asks_again(anns: Client, hers: Export) -> None:
    for address in (f"{TAKE}make/", f"{TAKE}{hers.pk}/pdf/"):
        assert answers(anns, address)["Location"] == f"{AGAIN}?next={TAKE}"
    assert Export.objects.count() == 1


def test_a_link_that_was_made_before_does_not_open_either(anns: Client, hers: Export) -> None:
    with time_machine.travel(timezone.now() + LATER / 2):
        link = answers(anns, f"{TAKE}{hers.pk}/pdf/")["Location"]
    with time_machine.travel(timezone.now() + LATER):
        asked = anns.get(link)["Location"]
        assert asked.startswith(f"{AGAIN}?next={TAKE}{hers.pk}/pdf/")
        given = anns.post(asked, {"password": PASSWORD}, follow=True)
        assert b"".join(given.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]  # of a file


@pytest.mark.usefixtures("later")
def test_with_the_password_she_goes_on_and_is_not_asked_twice(anns: Client, hers: Export) -> None:
    asked = answers(anns, f"{TAKE}{hers.pk}/pdf/")["Location"]
    assert anns.post(asked, {"password": PASSWORD})["Location"] == TAKE
    assert AGAIN not in answers(anns, f"{TAKE}{hers.pk}/pdf/")["Location"]


@pytest.mark.usefixtures("later")
def test_a_wrong_password_is_said_and_counted(anns: Client) -> None:
    for _time in range(throttle.FREE):
        assert "This is not your password" in anns.post(AGAIN, {"password": "wrong"}).content.decode()
    page = anns.post(AGAIN, {"password": PASSWORD}).content.decode()
    assert "Wait a few minutes" in page
    assert answers(anns, f"{TAKE}make/")["Location"].startswith(AGAIN)


def test_it_leads_to_no_other_site(anns: Client) -> None:
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        answer = anns.post(AGAIN, {"password": PASSWORD, "next": elsewhere})
        assert answer["Location"] == reverse("profile:show")


def test_signing_in_counts_as_giving_the_password(client: Client, ann: Individual) -> None:
    client.post(reverse("login"), {"email": ann.email, "password": PASSWORD})
    assert client.post(f"{TAKE}make/")["Location"] == TAKE


@pytest.mark.usefixtures("later")
def test_staff_give_theirs_before_they_take_a_copy_of_ann(
    hers: Export, ann: Individual, cleo: Individual
) -> None:
    staff = Client()
    staff.force_login(cleo.account)
    for name, number in (("for", ann.pk), ("paper", hers.pk)):
        address = reverse(f"admin:portability_export_{name}", args=[number])
        assert staff.get(address)["Location"] == f"{AGAIN}?next={address}"
    assert staff.post(AGAIN, {"password": PASSWORD}).status_code == 302
    assert staff.get(address).status_code == 200
