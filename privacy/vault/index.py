"""Turning the blind indexes: after it, an old backup cannot be asked "was she a member?".

Two keys are alive while it lasts. Begin: the new key joins; everybody writes with it and looks up with both. Rewrite:
one transaction, alone with itself. End: the old key is destroyed. Each step may be repeated; a crash between them
leaves both keys alive, and everything is found.
"""

import secrets
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, transaction

from privacy.tenancy import speaking_for
from privacy.vault import blind, current
from privacy.vault.fields import SealedMixin
from privacy.vault.frames import FORGOTTEN, KEY
from privacy.vault.ids import index_id
from privacy.vault.keyring import Keyring
from privacy.vault.values import Erased

BATCH = 5000
Column = SealedMixin[Any, Any]


def turn_indexes(association_id: UUID) -> None:
    """Nightly and after an erasure; writers of findable values wait, readers do not."""
    ring, columns = current.keyring_of(association_id), findable_columns()
    names = [column.label for column in columns]
    begin(ring, names)
    with speaking_for(association_id):
        blind.lock(association_id, "pg_advisory_xact_lock")
        for column in columns:
            rewrite(column, blind.index_keys(ring, column.label)[-1])
    # Inside somebody else's transaction the rewriting is not sure yet: the old key lives until it is.
    transaction.on_commit(lambda: end(ring, names))


def findable_columns() -> list[Column]:
    models = [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]
    fields = [field for model in models for field in model._meta.local_concrete_fields]
    return [field for field in fields if isinstance(field, SealedMixin) and field.findable]


def begin(ring: Keyring, names: Iterable[str]) -> None:
    ring.refresh()
    missing = [name for name in names if ring.keys.get(index_id(name, 1), FORGOTTEN) == FORGOTTEN]
    if missing:
        ring.change({index_id(name, 1): secrets.token_bytes(KEY) for name in missing})
        current.record_epoch(ring)


def end(ring: Keyring, names: Iterable[str]) -> None:
    ring.refresh()
    done = [name for name in names if ring.keys.get(index_id(name, 1), FORGOTTEN) != FORGOTTEN]
    if done:
        newest = {index_id(name, 0): ring.keys[index_id(name, 1)] for name in done}
        ring.change(newest | {index_id(name, 1): FORGOTTEN for name in done})
        current.record_epoch(ring)


def rewrite(column: Column, key: bytes) -> None:
    """All rows of the association that speaks."""
    rows = column.model._base_manager.filter(**{f"{column.attname}__isnull": False}).order_by("pk")
    values = list(rows.values_list("pk", column.attname))
    for start in range(0, len(values), BATCH):
        replace_fronts(
            column, [(pk, front_under(key, column, value)) for pk, value in values[start : start + BATCH]]
        )


def front_under(key: bytes, column: Column, value: object) -> bytes:
    """An erased value cannot be read, so it is found by nothing from now on."""
    return blind.no_front() if isinstance(value, Erased) else blind.digest(key, column.normal(str(value)))


def replace_fronts(column: Column, fronts: list[tuple[Any, bytes]]) -> None:
    meta, quote = column.model._meta, connection.ops.quote_name
    pk: Any = meta.pk
    table, name, key = quote(meta.db_table), quote(str(column.column)), quote(pk.column)
    sql = (
        f"UPDATE {table} SET {name} = fresh.front || substring({name} from {blind.FRONT + 1}) "  # noqa: S608 names only
        f"FROM unnest(%s::{pk.db_type(connection)}[], %s::bytea[]) AS fresh(pk, front) WHERE {table}.{key} = fresh.pk"
    )
    pks = [pk.get_db_prep_value(value, connection) for value, _ in fronts]
    with connection.cursor() as cursor:
        cursor.execute(sql, [pks, [front for _, front in fronts]])
