"""Ann calls to end her membership: staff write it down, she has a letter, and she can call it off."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from ams.models import Individual, Membership, SentMail
from privacy.ledger.models import LedgerEntry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Nearly midnight it would be two days at once: here and where the association is."""
    with time_machine.travel(datetime(2026, 11, 25, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def said() -> dict[str, str]:
    return {"last_day": timezone.localdate().isoformat(), "reason": "Moves to Ghent", "channel": "phone"}


def page_of(person: Individual) -> str:
    return f"/console/ams/individual/{person.pk}/leave/"


def test_staff_end_it_once_and_ann_calls_it_off(
    client: Client, ann: Individual, ben: Individual, cleo: Individual, said: dict[str, str]
) -> None:
    client.force_login(cleo.account)
    assert page_of(ann) in client.get(f"/console/ams/individual/{ann.pk}/change/").content.decode()
    assert "Individual member, since" in client.get(page_of(ann)).content.decode()
    for _twice in range(2):
        assert client.post(page_of(ann), said).status_code == 302
    membership = Membership.objects.get(individual=ann)
    assert str(membership.ended_on) == said["last_day"]
    assert membership.reason_for_leaving == "Moves to Ghent"
    assert Membership.objects.get(individual=ben).ended_on is None
    entry = LedgerEntry.objects.get(kind="membership.leaving")
    assert (entry.payload["channel"], entry.subject_uid) == ("phone", ann.pk)
    assert "Ghent" not in str(entry.payload)
    assert SentMail.objects.get(template="leaving/mail/ends").recipient == ann.email

    client.force_login(ann.account)
    client.post("/profile/membership/stay/")
    assert Membership.objects.get(individual=ann).ended_on is None


def test_a_day_that_was_not_offered_ends_nothing(
    client: Client, ann: Individual, cleo: Individual, said: dict[str, str]
) -> None:
    client.force_login(cleo.account)
    page = client.post(page_of(ann), said | {"last_day": "2020-01-01"}).content.decode()
    assert "Choose one of these days." in page
    assert Membership.objects.get(individual=ann).ended_on is None


def test_who_has_no_role_may_not(
    client: Client, ann: Individual, ben: Individual, said: dict[str, str]
) -> None:
    client.force_login(ben.account)
    assert client.post(page_of(ann), said).status_code in {302, 403, 404}
    assert Membership.objects.get(individual=ann).ended_on is None
