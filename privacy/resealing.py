"""Seals values of the first version anew, row by row: their header named the person and not the row."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Model

from privacy.database import header_checks_of, sealed_fields
from privacy.inventory import declarations
from privacy.sealing import Column, write
from privacy.tenancy import speaking_for
from privacy.vault import blind, current
from privacy.vault.errors import Forgotten, SealBroken
from privacy.vault.row_keys import row_name
from privacy.vault.seals import WITHOUT_ROW, key_id_of, seal, unseal, with_row

BATCH: Final = 500
ENABLED: Final = {"O": "ENABLE", "A": "ENABLE ALWAYS", "R": "ENABLE REPLICA"}

# Those that would see an UPDATE (bit 4 of their type), and are on.
ON_UPDATE = """
SELECT tgname, tgenabled FROM pg_trigger
WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled <> 'D' AND tgtype & 16 = 16
"""


@dataclass(frozen=True, slots=True)
class Table:
    model: type[Model]
    fields: tuple[Column, ...]
    where: str

    @property
    def name(self) -> str:
        return connection.ops.quote_name(self.model._meta.db_table)

    @property
    def key(self) -> str:
        return connection.ops.quote_name(str(self.model._meta.pk.column))


def sealed_tables() -> list[Table]:
    """By name, so that two runs go the same way."""
    models = sorted(
        (each.model for each in declarations.by_label.values()), key=lambda model: model._meta.label
    )
    return [table_of(model) for model in models if sealed_fields(model)]


def table_of(model: type[Model]) -> Table:
    checks = header_checks_of(declarations.by_label[model._meta.label_lower])
    old = " OR ".join(check.is_old for check in checks)
    return Table(model, tuple(sealed_fields(model)), f"association_id = %s AND ({old})")


def count_old(association_id: UUID, table: Table) -> int:
    with speaking_for(association_id), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table.name} WHERE {table.where}", [association_id])  # noqa: S608 names only
        return int(cursor.fetchone()[0])


def reseal_table(association_id: UUID, table: Table) -> Iterator[int]:
    """After each batch, how many rows it held. A transaction a batch: stopped anywhere, the next run goes on.

    For the owner of the tables: what is append-only says the same as before, and is sealed anew all the same.
    """
    while done := reseal_batch(association_id, table):
        yield done


def reseal_batch(association_id: UUID, table: Table) -> int:
    with speaking_for(association_id), triggers_off(table.name):
        rows = old_rows(association_id, table)
        for number, field in enumerate(table.fields, start=1):
            there = [(row[0], bytes(row[number])) for row in rows if row[number] is not None]
            old = [(pk, raw) for pk, raw in there if sealed_in(field, raw)[:1] == WITHOUT_ROW]
            write(field, [(pk, sealed_anew(field, pk, raw)) for pk, raw in old])
    return len(rows)


def old_rows(association_id: UUID, table: Table) -> list[Any]:
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in table.fields)
    sql = (
        f"SELECT {table.key}, {columns} FROM {table.name} WHERE {table.where} "  # noqa: S608 names only
        f"ORDER BY {table.key} LIMIT {BATCH} FOR UPDATE"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [association_id])
        return list(cursor.fetchall())


def sealed_in(field: Column, raw: bytes) -> bytes:
    return raw[blind.FRONT :] if field.findable else raw


def sealed_anew(field: Column, pk: Any, raw: bytes) -> bytes:
    """With the key that it had. What opens no more keeps its body, and says in its header where it stands."""
    old, row, ring = sealed_in(field, raw), row_name(pk), current.keyring()
    front = raw[: len(raw) - len(old)]
    try:
        return front + seal(ring, key_id_of(old), row, field.aad, unseal(ring, field.aad, old))
    except (Forgotten, SealBroken):
        return front + with_row(old, row)


@contextmanager
def triggers_off(table: str) -> Iterator[None]:
    """For this transaction, and nobody else writes there meanwhile: a table without triggers needs no such lock."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(ON_UPDATE, [table])
        triggers = [(connection.ops.quote_name(name), enabled) for name, enabled in cursor.fetchall()]
        for name, _enabled in triggers:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        yield
        for name, enabled in triggers:
            cursor.execute(f"ALTER TABLE {table} {ENABLED[enabled]} TRIGGER {name}")
