"""A row that PostgreSQL gave as JSON (`to_jsonb`) → the instance that a queryset would have given."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Field, ForeignKey, Model

Decoder = Callable[[Any], Any]


def as_it_is(value: Any) -> Any:
    return value


# By how the column's type begins.
DECODERS: Final[dict[str, Decoder]] = {
    "bytea": lambda value: memoryview(bytes.fromhex(value[2:])),
    "uuid": UUID,
    "date": date.fromisoformat,
    "timestamp with time zone": lambda value: datetime.fromisoformat(value).astimezone(UTC),
    "numeric": Decimal,
    "double precision": float,
    "jsonb": lambda value: json.dumps(value, default=float),  # its field reads text
    "varchar": as_it_is,
    "text": as_it_is,
    "char": as_it_is,
    "boolean": as_it_is,
    "integer": as_it_is,
    "bigint": as_it_is,
    "smallint": as_it_is,
    "inet": as_it_is,
}


@dataclass(frozen=True, slots=True)
class Rows:
    """Makes the rows of one model. What converts is found once."""

    model: type[Model]
    columns: tuple[tuple[str, str, tuple[Decoder, ...]], ...]  # name of the attribute, name of the column

    def row_of(self, found: Mapping[str, Any]) -> Model:
        values = [decoded(found[column], decoders) for _name, column, decoders in self.columns]
        return self.model.from_db(connection.alias, [name for name, *_ in self.columns], values)


def rows_of(model: type[Model]) -> Rows:
    """Raises LookupError for a column of a kind that nobody has thought of: no value is guessed."""
    fields = model._meta.concrete_fields
    return Rows(model, tuple((each.attname, str(each.column), decoders_of(each)) for each in fields))


def decoders_of(field: "Field[Any, Any]") -> tuple[Decoder, ...]:
    base: Any = field
    while isinstance(base, ForeignKey):
        base = base.target_field
    kind = str(base.db_type(connection))
    first = next((decode for name, decode in DECODERS.items() if kind.startswith(name)), None)
    if first is None:
        raise LookupError(f"{field}: say how {kind} is read (privacy/row_of_json.py).")
    own: list[Any] = field.get_db_converters(connection)
    return (first, *((lambda value, convert=convert: convert(value, None, connection)) for convert in own))


def decoded(value: Any, decoders: tuple[Decoder, ...]) -> Any:
    if value is None:
        return None
    for decode in decoders:
        value = decode(value)
    return value
