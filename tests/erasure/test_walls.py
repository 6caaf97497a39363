"""The wall stands before each table whose rows an erasure deletes, and a migrate builds it again."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from erasure.walls import tables_that_go
from privacy.tenancy import as_owner

pytestmark = pytest.mark.django_db


def standing() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'about_erased' AND tgenabled = 'O'"
        )
        return {name for (name,) in cursor.fetchall()}


def test_no_table_was_missed() -> None:
    assert len(tables_that_go()) > 15
    assert standing() == tables_that_go()


def test_what_a_law_keeps_may_still_come() -> None:
    assert not {"ams_invoice", "ams_payment", "privacy_request"} & standing()


def test_migrate_builds_what_is_missing(db: Any) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER about_erased ON ams_postaladdress")
    assert "ams_postaladdress" not in standing()
    with as_owner():
        call_command("migrate", verbosity=0)
    assert standing() == tables_that_go()
