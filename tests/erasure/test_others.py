"""A row of two people: Mona, a member, answers for her child Ann. Both see their part, and it goes with either."""

from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.db import connection, transaction

from ams.models import Association, Individual
from consent.models import Guardian
from erasure import erase
from erasure.models import Erasure
from erasure.plan import plan
from portability.collect import collect
from privacy import catalog
from privacy.database import build_header_checks
from privacy.declarations import TWO_PEOPLE
from privacy.holdings import holdings, number_of_things
from privacy.tenancy import as_owner, speaking_for
from privacy.vault import Erased
from privacy.vault.generations import keys_of_purpose
from privacy.vault.index import turn_indexes
from tests import factories
from tests.erasure.people import asked_and_approved

pytestmark = pytest.mark.usefixtures("transactional_db")  # an erasure commits several times


@pytest.fixture
def mona(association: Association) -> Individual:
    with speaking_for(association.pk):
        return factories.make_member("Mona", "Archer", "mona@example.org", "1010", joined_on=date(2019, 3, 4))


def named(child: Individual, name: str = "Mona Archer", email: str = "Mona@example.org") -> Guardian:
    return Guardian.objects.create(individual=child, name=name, email=email)


def guardians_in(person: Individual) -> list[list[tuple[str, Any]]]:
    section: Any = collect(person).section("consent.guardian")
    return [[(value.column.name, value.text) for value in record.filled] for record in section.records]


def test_each_sees_it_in_tab_and_copy_and_nobody_else_does(
    association: Association, ann: Individual, ben: Individual, mona: Individual
) -> None:
    with speaking_for(association.pk):
        before = number_of_things(holdings(mona))
        assert guardians_in(mona) == []
        named(ann)
        assert number_of_things(holdings(mona)) == before + 1
        for person in (ann, mona):
            ((name, email, _when),) = guardians_in(person)
            assert (name, email) == (("name", "Mona Archer"), ("email", "Mona@example.org"))
        assert guardians_in(ben) == []


def test_the_plan_of_the_parent_takes_it_along(
    association: Association, ann: Individual, mona: Individual
) -> None:
    with speaking_for(association.pk):
        assert "guardian" not in {str(line.label) for line in plan(mona).goes}
        named(ann)
        assert "guardian" in {str(line.label) for line in plan(mona).goes}


def test_with_the_parent_the_key_of_the_row_goes_too_and_the_child_loses_nothing_else(
    association: Association, ann: Individual, mona: Individual
) -> None:
    with speaking_for(association.pk):
        row = named(ann)
        (key,) = keys_of_purpose(ann.pk, TWO_PEOPLE)
        copy = raw(row)
        assert opened(copy) == "Mona Archer"
    erasure = asked_and_approved(association, mona)
    assert erase.carry_out(association.pk, erasure.pk) == "completed"
    with speaking_for(association.pk):
        assert not Guardian.objects.exists()
        assert isinstance(opened(copy), Erased)
        assert Erasure.objects.get(pk=erasure.pk).other_keys == []
        assert keys_of_purpose(ann.pk, TWO_PEOPLE) == []
        assert Individual.objects.get(pk=ann.pk).given_name == "Ann"
        another = named(ann, "Otto Archer", "otto@example.org")
        assert Guardian.objects.get(pk=another.pk).name == "Otto Archer"
        assert keys_of_purpose(ann.pk, TWO_PEOPLE) != [key]


def test_with_the_child_it_goes_as_well(association: Association, ann: Individual, mona: Individual) -> None:
    with speaking_for(association.pk):
        copy = raw(named(ann))
        assert opened(copy) == "Mona Archer"
    assert erase.carry_out(association.pk, asked_and_approved(association, ann).pk) == "completed"
    with speaking_for(association.pk):
        assert not Guardian.objects.exists()
        assert isinstance(opened(copy), Erased)
        assert Individual.objects.get(pk=mona.pk).given_name == "Mona"


def raw(row: Guardian) -> bytes:
    """As it lies in every back-up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM consent_guardian WHERE id = %s", [row.pk])
        return bytes(cursor.fetchone()[0])


def opened(copy: bytes) -> Any:
    field: Any = Guardian._meta.get_field("name")
    return field.open(copy)


def test_addresses_of_before_are_found_after_the_migration_and_a_turn(
    association: Association, ann: Individual, mona: Individual
) -> None:
    migration = import_module("consent.migrations.0008_guardians_are_found")
    with speaking_for(association.pk):
        named(ann)
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(migration.IN_FRONT)  # one front too many
        cursor.execute("ALTER TABLE consent_guardian NO FORCE ROW LEVEL SECURITY")
        cursor.execute("UPDATE consent_guardian SET email = overlay(email placing '' from 17 for 16)")
        cursor.execute("ALTER TABLE consent_guardian FORCE ROW LEVEL SECURITY")
    with speaking_for(association.pk):
        assert Guardian.objects.get().email == "Mona@example.org"
        assert guardians_in(mona) == []
    turn_indexes(association.pk)
    with speaking_for(association.pk):
        assert len(guardians_in(mona)) == 1
    with as_owner():
        build_header_checks()
    assert catalog.gaps() == []
