"""What names a row inside a sealed value: sixteen bytes of its primary key, the same in Python and in SQL.

A UUID is such bytes already, a number is padded. So a row has its key before anything in it is sealed: a number is
taken from the table's sequence first.
"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Model

NAME: Final = 16


def row_name(pk: Any) -> bytes:
    return pk.bytes if isinstance(pk, UUID) else int(pk).to_bytes(NAME, "big")


def row_name_sql(model: type[Model], column: str) -> str:
    """`column`: the primary key's, quoted, with its table where one is needed."""
    pk: Any = model._meta.pk
    if pk.rel_db_type(connection) == "uuid":
        return f"uuid_send({column})"
    return rf"('\x0000000000000000'::bytea || int8send({column}))"


def reserve_keys(rows: Sequence[Model]) -> None:
    """One statement for all rows of one model that have none."""
    without = [row for row in rows if row.pk is None]
    if not without:
        return
    meta = without[0]._meta
    table, column = connection.ops.quote_name(meta.db_table), str(meta.pk.column)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [table, column, len(without)],
        )
        for row, (key,) in zip(without, cursor.fetchall(), strict=True):
            row.pk = key
