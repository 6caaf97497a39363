"""Turning the blind indexes: after it, an old backup cannot be asked "was she a member?".

Two keys are alive while it lasts. Begin: the new key joins; everybody writes with it and looks up with both. Rewrite:
one transaction, alone with itself. End: the old key is destroyed. Each step may be repeated; a crash between them
leaves both keys alive, and everything is found.
"""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, transaction

from privacy.tenancy import speaking_for
from privacy.vault import blind, current
from privacy.vault.fields import SealedMixin
from privacy.vault.frames import FORGOTTEN, KEY, Keys
from privacy.vault.ids import index_id
from privacy.vault.keyring import Keyring
from privacy.vault.values import Closed

BATCH = 5000
Column = SealedMixin[Any, Any]


def turn_indexes(association_id: UUID) -> None:
    """Nightly and after an erasure. Ends with keys that were begun after this call; writers wait, readers do not."""
    ring = current.keyring_of(association_id)
    ring.refresh()
    too_old = {key for column in findable_columns() for key in blind.index_keys(ring, column.label)}
    turn(association_id, too_old)


def turn(association_id: UUID, too_old: set[bytes]) -> None:
    """A turn that another has begun, or a crash left half done, is ended first, and one of our own follows."""
    ring, columns = current.keyring_of(association_id), findable_columns()
    begin(ring, [column.label for column in columns])
    with speaking_for(association_id):
        blind.lock(association_id, "pg_advisory_xact_lock")
        ring.refresh()  # while we waited, another turn may have ended and the next begun
        newest = {column.label: blind.index_keys(ring, column.label)[-1] for column in columns}
        for column in columns:
            rewrite(column, newest[column.label])

    def go_on() -> None:
        end(ring, newest)
        if too_old & set(newest.values()):
            turn(association_id, too_old)

    # Inside somebody else's transaction the rewriting is not sure yet: the old key lives until it is.
    transaction.on_commit(go_on)


def findable_columns() -> list[Column]:
    models = [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]
    fields = [field for model in models for field in model._meta.local_concrete_fields]
    return [field for field in fields if isinstance(field, SealedMixin) and field.findable]


def begin(ring: Keyring, names: Iterable[str]) -> None:
    def new(keys: Keys) -> Keys:
        slots = [index_id(name, 1) for name in names]
        return {slot: secrets.token_bytes(KEY) for slot in slots if keys.get(slot, FORGOTTEN) == FORGOTTEN}

    ring.change(new)
    current.record_epoch(ring)


def end(ring: Keyring, newest: Mapping[str, bytes]) -> None:
    """The keys under which all rows are found now take the place of the old ones, unless another turn saw to it."""

    def moved(keys: Keys) -> Keys:
        done = [name for name, key in newest.items() if keys.get(index_id(name, 1)) == key]
        return {index_id(name, 0): newest[name] for name in done} | {
            index_id(name, 1): FORGOTTEN for name in done
        }

    ring.change(moved)
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
    return blind.no_front() if isinstance(value, Closed) else blind.digest(key, column.normal(str(value)))


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
