"""A value whose seal is broken is unreadable and an alarm; nobody else's page is closed by it."""

import json
import logging
from typing import Any

import pytest
from django.test import Client

from ams import directory
from ams.models import Individual
from privacy import alarms
from privacy.ledger import verify
from privacy.ledger.models import LedgerEntry
from privacy.logs import OpaqueFormatter
from privacy.vault import Unreadable
from tests import factories
from tests.privacy.vault.toys import put_raw, raw

pytestmark = pytest.mark.django_db
COLUMN = "ams.individual.given_name"


@pytest.fixture(autouse=True)
def _nothing_told_yet() -> None:
    alarms.told.clear()


@pytest.fixture
def broken(ann: Individual) -> Individual:
    """As somebody who can write into the database does it, or a disk."""
    put_raw(ann, "given_name", raw(ann, "family_name") or b"")
    return ann


def page(client: Client, url: str) -> str:
    answer = client.get(url, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_lists_and_pages_go_on(broken: Individual, ben: Individual, cleo: Individual, client: Client) -> None:
    assert isinstance(Individual.objects.get(pk=broken.pk).given_name, Unreadable)
    signed_in = client.post("/sign-in/", {"email": "ann@example.org", "password": factories.PASSWORD})
    assert signed_in.status_code == 302
    assert "Archer" in page(client, "/profile/")
    client.force_login(cleo.account)
    assert {each.name for each in directory.find(broken.association_id, "e")} >= {"Archer", ben.display_name}
    for url in ("", f"{broken.pk}/change/", f"{ben.pk}/change/"):
        assert page(client, f"/console/ams/individual/{url}")


def test_it_is_told_once_in_the_log_by_column_and_number_alone(
    broken: Individual, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            Individual.objects.get(pk=broken.pk)
    (record,) = caplog.records
    line = json.loads(OpaqueFormatter().format(record))
    assert (line["column"], line["subject_uid"]) == (COLUMN, str(broken.pk))
    assert "Archer" in str(broken.family_name)
    assert "Archer" not in str(record.__dict__)


def test_bytes_that_were_never_sealed_are_not_taken_for_a_number(
    ann: Individual, caplog: pytest.LogCaptureFixture
) -> None:
    """What stands where the number should be may be a name."""
    field: Any = Individual._meta.get_field("about")
    with caplog.at_level(logging.ERROR):
        assert isinstance(field.open(b"Ann Archer, born 1984, of Archer Lane 9"), Unreadable)
    (record,) = caplog.records
    assert record.subject_uid is None  # type: ignore[attr-defined]  # by extra
    assert b"nn Archer, born ".hex() not in str(record.__dict__).replace("-", "")


def test_today_says_it_until_it_is_mended(
    broken: Individual, cleo: Individual, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        Individual.objects.get(pk=broken.pk)
    entry = LedgerEntry.objects.get(kind="value.unreadable")
    assert (entry.subject_uid, entry.payload) == (broken.pk, {"column": COLUMN})
    assert verify(broken.association_id) is None
    client.force_login(cleo.account)
    said = page(client, "/console/")
    assert "First name of" in said
    assert "cannot be read" in said
    assert f"/console/ams/individual/{broken.pk}/change/" in said
    row = Individual.objects.get(pk=broken.pk)
    row.given_name = "Ann"
    row.save()
    assert "cannot be read" not in page(client, "/console/")


def test_a_column_that_is_gone_alarms_nobody(ann: Individual) -> None:
    assert not alarms.is_unreadable("ams.nothing.name", ann.pk)
    assert not alarms.is_unreadable("ams.individual.given_name", ann.pk)
