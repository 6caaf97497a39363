"""The walls stand in the database itself; one that was forgotten or taken down is noticed before anybody is served."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from ams.models import Individual, Invoice
from privacy import catalog, checks
from privacy.database import (
    HeaderCheck,
    after_migrate,
    append_only_tables,
    columns,
    header_checks,
    present_header_checks,
)
from privacy.inventory import declarations
from privacy.ledger.models import LedgerEntry
from privacy.tenancy import as_owner

pytestmark = pytest.mark.django_db


def run(sql: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall() if cursor.description else []


@contextmanager
def owner_did(sql: str) -> Iterator[None]:
    """In a savepoint that is rolled back: the walls of the other tests stay."""
    before = transaction.savepoint()
    with as_owner():
        run(sql)
    yield
    transaction.savepoint_rollback(before)


def test_every_wall_stands(db: None) -> None:
    assert catalog.gaps() == []


def test_every_column_of_the_database_is_declared(db: None) -> None:
    """From the database's side: what is here and in no declaration is what somebody forgot."""
    there = {column for column in columns() if column[0] != "django_migrations"}
    assert there == catalog.declared_columns()
    assert ("ams_individual", "given_name") in there


@pytest.mark.parametrize(
    ("did", "gap"),
    [
        ("ALTER TABLE ams_invoice NO FORCE ROW LEVEL SECURITY", "ams_invoice has no row-level security."),
        ("ALTER TABLE ams_invoice DISABLE ROW LEVEL SECURITY", "ams_invoice has no row-level security."),
        ("DROP POLICY association ON ams_invoice", "ams_invoice has no row-level security."),
        ("CREATE TABLE stray (id int)", "stray has no row-level security."),
        ("CREATE TABLE stray (id int)", "Column stray.id is declared nowhere."),
        (
            "ALTER TABLE ams_individual ADD nickname text",
            "Column ams_individual.nickname is declared nowhere.",
        ),
        (
            "ALTER TABLE ams_invoice DROP COLUMN note CASCADE",
            "Column ams_invoice.note is declared, and the database does not have it.",
        ),
        (
            "CREATE VIEW everybody AS SELECT * FROM ams_individual",
            "View everybody shows rows of every association.",
        ),
        (
            "DROP TRIGGER append_only_all ON privacy_ledgerentry",
            "privacy_ledgerentry is append-only, and the database does not refuse a change.",
        ),
        (
            "ALTER TABLE privacy_ledgerentry DISABLE TRIGGER append_only_row",
            "privacy_ledgerentry is append-only, and the database does not refuse a change.",
        ),
        (
            "ALTER TABLE privacy_ledgerentry ENABLE TRIGGER append_only_row",
            "privacy_ledgerentry is append-only, and the database does not refuse a change.",
        ),
        (
            "GRANT UPDATE ON privacy_ledgerentry TO ams_app",
            "The application may UPDATE in privacy_ledgerentry, which is append-only.",
        ),
        (
            "ALTER TABLE django_content_type OWNER TO ams_app",
            "The database role of the application owns tables.",
        ),
        (
            "ALTER ROLE ams_app BYPASSRLS",
            "The database role of the application goes past row-level security.",
        ),
    ],
)
def test_a_wall_that_was_taken_down_is_noticed(db: None, did: str, gap: str) -> None:
    with owner_did(did):
        assert gap in catalog.gaps()
    assert gap not in catalog.gaps()


def test_a_foreign_key_without_its_twin_is_noticed(db: None) -> None:
    twin = run(
        "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = 'ams_invoice'::regclass "
        "AND array_length(conkey, 1) = 2 AND confrelid = 'ams_individual'::regclass"
    )[0][0]
    with owner_did(f'ALTER TABLE ams_invoice DROP CONSTRAINT "{twin}"'):
        assert "ams_invoice.individual_id can point into another association." in catalog.gaps()


def test_a_list_of_shared_tables_that_has_rotted_is_noticed(db: None, settings: Any) -> None:
    settings.PRIVACY_SHARED_TABLES = (settings.PRIVACY_SHARED_TABLES | {"ams_invoice"}) - {
        "django_content_type"
    }
    gaps = catalog.gaps()
    assert "ams_invoice is listed as shared (PRIVACY_SHARED_TABLES) and is not, or does not exist." in gaps
    assert "django_content_type has no row-level security." in gaps


def test_a_gap_stops_the_start(db: None) -> None:
    assert checks.check_database(databases=["default"]) == []
    with owner_did("ALTER TABLE ams_invoice NO FORCE ROW LEVEL SECURITY"):
        found = checks.check_database(databases=["default"])
    assert [(error.id, error.hint) for error in found] == [
        ("privacy.E011", "Run `manage.py migrate`, which builds the walls (privacy/database.py).")
    ]


def test_each_sealed_column_compares_its_header_with_the_row(db: None) -> None:
    assert {(check.table, check.name) for check in header_checks()} == present_header_checks()
    own = {check.column: check for check in header_checks() if check.table == "ams_individual"}
    assert (own["email"].subject, own["email"].start) == ("id", 18)
    assert (own["given_name"].subject, own["given_name"].start) == ("id", 2)
    invoice = {check.column: check for check in header_checks() if check.table == "ams_invoice"}
    assert {check.subject for check in invoice.values()} == {"individual_id"}


@pytest.mark.parametrize("column", ["given_name", "email"])
def test_bens_value_cannot_be_copied_into_anns_row(ann: Individual, ben: Individual, column: str) -> None:
    bens = f"SELECT {column} FROM ams_individual WHERE id = %s"  # noqa: S608 the test's own word
    copied = f"UPDATE ams_individual SET {column} = ({bens}) WHERE id = %s"  # noqa: S608 as above
    with pytest.raises(IntegrityError, match=f"sealed_for_{column}"), transaction.atomic():
        run(copied, str(ben.pk), str(ann.pk))
    run(copied, str(ann.pk), str(ann.pk))


def test_anns_invoice_cannot_be_moved_to_ben(ann: Individual, ben: Individual) -> None:
    assert Invoice.objects.filter(individual=ann).exists()
    with pytest.raises(IntegrityError, match="sealed_for_"), transaction.atomic():
        run("UPDATE ams_invoice SET individual_id = %s WHERE individual_id = %s", str(ben.pk), str(ann.pk))


def test_a_changed_rule_is_a_new_constraint() -> None:
    once, again = (
        HeaderCheck("t", "c", each, 2, "uuid_send(id)") for each in ("individual_id", "association_id")
    )
    assert once.name != again.name
    assert all(len(check.name) <= 63 for check in header_checks())


def test_building_twice_changes_nothing(db: None) -> None:
    everything = (
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "UNION ALL SELECT polname, polcmd::text FROM pg_policy"
    )
    before = sorted(run(everything))
    with as_owner():
        after_migrate(plan=[], using="default")
    assert sorted(run(everything)) == before


def test_a_wall_that_fell_is_built_again(db: None) -> None:
    before = transaction.savepoint()
    with as_owner():
        run("DROP POLICY association ON ams_invoice")
        run("GRANT UPDATE ON privacy_ledgerentry TO ams_app")
        run("ALTER TABLE ams_individual ADD CONSTRAINT sealed_for_nothing CHECK (id IS NOT NULL)")
        after_migrate(plan=[], using="default")
    assert catalog.gaps() == []
    assert not run("SELECT FROM pg_constraint WHERE conname = 'sealed_for_nothing'")
    transaction.savepoint_rollback(before)


def test_a_flush_builds_nothing(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        after_migrate(using="default")


def test_what_is_shared_by_all_cannot_be_written_to(db: None) -> None:
    rights = run(
        "SELECT has_table_privilege('auth_permission', 'INSERT'), has_table_privilege('django_admin_log', 'INSERT'), "
        "has_table_privilege('django_migrations', 'DELETE'), has_table_privilege('ams_association', 'UPDATE')"
    )
    assert rights == [(False, False, False, True)]


def test_append_only_is_said_by_the_model() -> None:
    assert LedgerEntry._meta.db_table in append_only_tables()
    assert "ams_individual" not in append_only_tables()


@pytest.mark.django_db(transaction=True)
def test_migrate_runs_as_the_owner_and_leaves_the_weaker_role(transactional_db: None, capsys: Any) -> None:
    call_command("migrate", verbosity=0)
    assert run("SELECT current_user") == [("ams_app",)]
    assert catalog.gaps() == []


def test_a_declared_table_that_is_not_there_is_named_once(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LedgerEntry._meta, "db_table", "privacy_gone")
    gaps = [gap for gap in catalog.gaps() if "privacy_gone" in gap and "declared" in gap]
    assert gaps == ["Table privacy_gone is declared, and the database does not have it."]
    assert declarations.by_label["privacy.ledgerentry"]
