"""Days that stood in plain before are sealed by the migration: the same days, each under its own person's key."""

from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython

from ams import models as m
from ams.models import Association, Individual
from privacy.tenancy import as_owner, speaking_for
from privacy.vault.ids import uid_of
from privacy.vault.seals import key_id_of
from tests import factories

pytestmark = pytest.mark.django_db
MIGRATION: Any = import_module("ams.migrations.0014_days_that_single_out_are_sealed")
TABLES = {model: f"ams_{model}" for model in MIGRATION.SEALED}


def half_way() -> Any:
    """The apps as the migration sees them when it seals: with the plain columns and the sealed ones."""
    state = MigrationLoader(connection).project_state(("ams", "0013_lists_have_keys_of_their_own"))
    for operation in MIGRATION.Migration.operations:
        if isinstance(operation, RunPython):
            return state.apps
        operation.state_forwards("ams", state)
    raise AssertionError


def put_back() -> None:
    """The columns of before beside those of today, which are empty again. The test's transaction takes it all back."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model, name in MIGRATION.EACH:
            kind = "timestamptz" if name == "booked_at" else "date"
            cursor.execute(f"ALTER TABLE {TABLES[model]} ADD COLUMN plain_{name} {kind}")
            cursor.execute(f"ALTER TABLE {TABLES[model]} ALTER COLUMN {name} DROP NOT NULL")
            cursor.execute(f"UPDATE {TABLES[model]} SET {name} = NULL")  # noqa: S608 names only


def plain(table: str, name: str, pk: Any, value: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET plain_{name} = %s WHERE id = %s", [value, pk])  # noqa: S608 as above


def test_each_day_is_the_same_afterwards_and_sealed_for_its_person(
    sister: Association, ann: Individual, ben: Individual
) -> None:
    booked = datetime(2026, 5, 1, 12, tzinfo=UTC)
    membership = ann.memberships.get()
    booking = ann.registrations.first()
    assert booking is not None
    certificate = m.Certificate.objects.create(
        individual=ben, title="First aid", number="7", issued_on=date(2020, 1, 1)
    )
    with speaking_for(sister.pk):
        dora = factories.make_individual(email="dora@example.org")
    with as_owner():
        put_back()
        plain("ams_individual", "joined_on", ann.pk, date(2019, 3, 4))
        plain("ams_membership", "began_on", membership.pk, date(2019, 3, 4))
        plain("ams_membership", "ended_on", membership.pk, date(2024, 9, 5))
        plain("ams_certificate", "issued_on", certificate.pk, date(2021, 2, 3))
        plain("ams_eventregistration", "booked_at", booking.pk, booked)
        with speaking_for(sister.pk):
            plain("ams_individual", "joined_on", dora.pk, date(2025, 6, 7))
        assert Individual.objects.get(pk=ann.pk).joined_on is None
        MIGRATION.seal(half_way(), None)
    assert Individual.objects.get(pk=ann.pk).joined_on == date(2019, 3, 4)
    assert Individual.objects.get(pk=ben.pk).joined_on is None
    found = m.Membership.objects.get(pk=membership.pk)
    assert (found.began_on, found.ended_on) == (date(2019, 3, 4), date(2024, 9, 5))
    found_certificate = m.Certificate.objects.get(pk=certificate.pk)
    assert (found_certificate.issued_on, found_certificate.valid_until) == (date(2021, 2, 3), None)
    assert m.EventRegistration.objects.get(pk=booking.pk).booked_at == booked
    with connection.cursor() as cursor:
        cursor.execute("SELECT issued_on FROM ams_certificate WHERE id = %s", [certificate.pk])
        assert uid_of(key_id_of(bytes(cursor.fetchone()[0]))) == ben.pk
    with speaking_for(sister.pk):
        assert Individual.objects.get(pk=dora.pk).joined_on == date(2025, 6, 7)
