"""A sealed value belongs to one row: what stood in another one of the same person is neither taken nor opened."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

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
