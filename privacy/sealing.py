"""For migrations: what stood in plain columns is sealed into others, each value with the key of its own person."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from django.apps.registry import Apps
from django.conf import settings
from django.db import connection
from django.db.models import Model

from privacy.tenancy import speaking_for
from privacy.vault import current
from privacy.vault.fields import SealedMixin
from privacy.vault.generations import living_key
from privacy.vault.queryset import sealed_fields

BATCH: Final = 1000
Column = SealedMixin[Any, Any]


def seal_columns(apps: Apps, label: str, moves: Mapping[str, str]) -> None:
    """`moves`: the sealed column for each plain one. Needs the keyrings: run `migrate` where the application runs."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    associations = apps.get_model(settings.PRIVACY_ASSOCIATION)._base_manager
    for association_id in associations.values_list("pk", flat=True):
        with speaking_for(association_id):
            for rows in batches(apps.get_model(label), association_id):
                for plain, sealed in moves.items():
                    seal_column(rows, plain, sealed)


def batches(model: type[Model], association_id: UUID) -> Iterator[list[Model]]:
    """Filtered in so many words: the owner of a database may be one whom row-level security does not hold."""
    sealed = [field.name for field in sealed_fields(model)]
    rows = model._base_manager.filter(association_id=association_id).defer(*sealed).order_by("pk")
    last: list[Model] = list(rows[:BATCH])
    while last:
        yield last
        last = list(rows.filter(pk__gt=last[-1].pk)[:BATCH])


def seal_column(rows: list[Model], plain: str, sealed: str) -> None:
    """One write to the keyring and one statement a batch."""
    filled = [row for row in rows if getattr(row, plain) is not None]
    if not filled:
        return
    field: Any = filled[0]._meta.get_field(sealed)
    current.keyring().make({living_key(row, field) for row in filled})
    for row in filled:
        setattr(row, field.attname, getattr(row, plain))
    write(field, [(row.pk, field.pre_save(row, add=False)) for row in filled])


def write(field: Column, values: list[tuple[Any, bytes]]) -> None:
    meta, quote = field.model._meta, connection.ops.quote_name
    pk: Any = meta.pk
    table, name, key = quote(meta.db_table), quote(str(field.column)), quote(pk.column)
    sql = (
        f"UPDATE {table} SET {name} = fresh.value FROM "  # noqa: S608 names only
        f"unnest(%s::{pk.rel_db_type(connection)}[], %s::bytea[]) AS fresh(pk, value) WHERE {table}.{key} = fresh.pk"
    )
    pks = [pk.get_db_prep_value(value, connection) for value, _ in values]
    with connection.cursor() as cursor:
        cursor.execute(sql, [pks, [bytes(value) for _, value in values]])
