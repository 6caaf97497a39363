"""A sealed value belongs to one row: what stood in another one of the same person is neither taken nor opened."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, F, OuterRef, Subquery

from ams.models import Individual, PostalAddress
from privacy.database import header_checks
from privacy.tenancy import as_owner
from privacy.vault import Unreadable

pytestmark = pytest.mark.django_db

COPY = (
    "UPDATE ams_postaladdress SET street = (SELECT street FROM ams_postaladdress WHERE id = %s) WHERE id = %s"
)


def run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)


def drop_checks(table: str) -> None:
    with as_owner():
        run("SET CONSTRAINTS ALL IMMEDIATE")
        for check in header_checks():
            if check.table == table:
                run(f'ALTER TABLE {table} DROP CONSTRAINT "{check.name}"')


def address(person: Individual, street: str) -> PostalAddress:
    return PostalAddress.objects.create(individual=person, street=street)


def test_anns_old_street_is_refused_in_another_row_of_hers(ann: Individual) -> None:
    old, new = address(ann, "Old Lane 1"), address(ann, "New Lane 2")
    with pytest.raises(IntegrityError, match="sealed_for_street"), transaction.atomic():
        run(COPY, old.pk, new.pk)
    run(COPY, old.pk, old.pk)
    assert PostalAddress.objects.get(pk=new.pk).street == "New Lane 2"


def test_without_the_databases_check_it_does_not_open_there(ann: Individual) -> None:
    old, new = address(ann, "Old Lane 1"), address(ann, "New Lane 2")
    drop_checks("ams_postaladdress")
    run(COPY, old.pk, new.pk)
    there = PostalAddress.objects.filter(pk__in=[old.pk, new.pk])
    assert there.get(pk=old.pk).street == "Old Lane 1"
    assert isinstance(there.get(pk=new.pk).street, Unreadable)
    assert set(there.values_list("pk", "street")) == {(old.pk, "Old Lane 1"), (new.pk, "unreadable")}


def test_anns_values_open_whichever_way_they_are_asked_for(ann: Individual) -> None:
    given, people = ann.given_name, Individual.objects.filter(pk=ann.pk)
    rows = PostalAddress.objects.filter(pk=address(ann, "New Lane 2").pk)
    streets = PostalAddress.objects.filter(individual=OuterRef("pk")).order_by("-pk").values("street")[:1]
    assert rows.annotate(name=F("individual__given_name")).values_list("name", "street").get() == (
        given,
        "New Lane 2",
    )
    assert rows.select_related("individual").get().individual.given_name == given
    assert rows.distinct().union(rows.distinct()).get().street == "New Lane 2"
    assert people.annotate(street=Subquery(streets)).get().street == "New Lane 2"
    assert people.values("given_name").annotate(number=Count("addresses")).get()["given_name"] == given


def test_a_copy_of_a_row_is_sealed_for_itself(ann: Individual) -> None:
    old = address(ann, "Old Lane 1")
    copy = PostalAddress.objects.get(pk=old.pk)
    copy.pk, copy._state.adding = None, True
    copy.save()
    assert copy.pk != old.pk
    assert {row.street for row in PostalAddress.objects.filter(pk__in=[old.pk, copy.pk])} == {"Old Lane 1"}
