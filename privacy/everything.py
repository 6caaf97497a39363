"""Everything about one person in one statement, compiled from the declarations once in a process.

Each declared model is an arm of one UNION ALL, its rows as JSON: so a model that is declared is read, and one that is
forgotten does not pass `manage.py check`. What a personal foreign key leads to comes along in an arm of its own.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import ForeignKey, Model, QuerySet

from privacy.declarations import Match
from privacy.inventory import declaration_of, declarations, individual_model, rows_about
from privacy.row_of_json import Rows, rows_of

Models = tuple[type[Model], ...]
Read = Mapping[type[Model], list[Any]]
SOMEBODY: Final = UUID(int=0x5EED)  # stands for the person while the statement is compiled


@dataclass(frozen=True, slots=True)
class Arm:
    """One SELECT. `is_linked`: of what personal foreign keys lead to, and not of the person's own rows."""

    rows: Rows
    sql: str
    parameters: tuple[Any, ...]
    is_linked: bool = False

    @property
    def named(self) -> str:
        """A sealed column comes with its row's name in front, and so without a name of its own."""
        columns = ", ".join(
            connection.ops.quote_name(column) for _name, column, _decoders in self.rows.columns
        )
        return f"({self.sql}) r({columns})"

    def parameters_for(self, individual: Model) -> list[Any]:
        return [individual.pk if each == SOMEBODY else each for each in self.parameters]


def everything_about(individual: Model, models: Iterable[type[Model]] | None = None) -> Read:
    """The rows of each declared model, by their keys: for numbered rows the order of arrival."""
    return everything_and(individual, models=models)[0]


def everything_and(
    individual: Model, *more: "QuerySet[Any]", models: Iterable[type[Model]] | None = None
) -> tuple[Read, list[list[Any]]]:
    """`more`: what else a page shows of the person, read in the same statement; in no order."""
    wanted = tuple(models or (declaration.model for declaration in declarations.about_people()))
    arms = [*compiled(wanted), *matched(wanted, individual), *map(arm_of, more)]
    found: list[list[Any]] = [[] for _arm in arms]
    for number, row in fetched(arms, individual):
        found[number].append(arms[number].rows.row_of(row))
    first = len(arms) - len(more)
    return grouped(wanted, arms[:first], found[:first]), found[first:]


def grouped(wanted: Models, arms: list[Arm], found: list[list[Any]]) -> Read:
    own: dict[type[Model], list[Any]] = {model: [] for model in wanted}
    linked: dict[type[Model], dict[Any, Any]] = defaultdict(dict)
    for arm, rows in zip(arms, found, strict=True):
        if arm.is_linked:
            linked[arm.rows.model] = {row.pk: row for row in rows}
        else:
            own[arm.rows.model] += rows
    for model, there in linked.items():
        if name_together := getattr(model, "name_together", None):  # its name would cost a statement a row
            name_together(there.values())
    return {model: sorted(joined(rows, linked), key=by_key) for model, rows in own.items()}


def by_key(row: Model) -> Any:
    return row.pk


def fetched(arms: list[Arm], individual: Model) -> Iterator[tuple[int, Mapping[str, Any]]]:
    parts = [f"(SELECT {n}, to_jsonb(r)::text FROM {arm.named})" for n, arm in enumerate(arms)]  # noqa: S608 Django wrote it
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(parts), [value for arm in arms for value in arm.parameters_for(individual)]
        )
        for number, row in cursor.fetchall():
            yield number, json.loads(row, parse_float=Decimal)


def joined(rows: list[Any], linked: Mapping[type[Model], Mapping[Any, Any]]) -> list[Any]:
    """As `select_related` does it."""
    for row in rows:
        model: type[Model] = type(row)
        for field in links_of(model):
            there = linked.get(field.related_model, {}).get(getattr(row, field.attname))
            if there is not None:
                field.set_cached_value(row, there)
    return rows


@lru_cache(maxsize=64)
def compiled(models: Models) -> tuple[Arm, ...]:
    """Of all models that columns alone lead to the person."""
    somebody = individual_model()(pk=SOMEBODY)
    own = {model: rows_about(declaration_of(model), [somebody]) for model in models if not is_matched(model)}
    arms = [arm_of(rows) for rows in own.values()]
    return (*arms, *linked_arms(own))


def linked_arms(own: Mapping[type[Model], "QuerySet[Any]"]) -> Iterator[Arm]:
    targets: dict[type[Model], list[QuerySet[Any]]] = defaultdict(list)
    for model, rows in own.items():
        for field in links_of(model):
            targets[field.related_model].append(rows.order_by().values(field.attname))
    for model, (first, *others) in targets.items():
        keys = first.union(*others) if others else first
        yield arm_of(model._base_manager.filter(pk__in=keys), is_linked=True)


def matched(models: Models, individual: Model) -> list[Arm]:
    """Rows found by a value of the person too. Compiled each time: the value decides about the statement."""
    arms = []
    for model in models:
        if is_matched(model):
            with suppress(EmptyResultSet):  # a person without that value
                arms.append(arm_of(rows_about(declaration_of(model), [individual])))
    return arms


def is_matched(model: type[Model]) -> bool:
    declaration = declaration_of(model)
    ways = (declaration.subject, *(other.found for other in declaration.others))
    return any(isinstance(way, Match) for way in ways)


def arm_of(rows: "QuerySet[Any]", *, is_linked: bool = False) -> Arm:
    sql, parameters = rows.order_by().query.sql_with_params()
    return Arm(rows_of(rows.model), sql, tuple(parameters), is_linked)


@lru_cache(maxsize=256)
def links_of(model: type[Model]) -> tuple["ForeignKey[Any, Any]", ...]:
    """Personal foreign keys: a member reads what they lead to by its name."""
    fields = (model._meta.get_field(name) for name in declaration_of(model).personal())
    return tuple(field for field in fields if isinstance(field, ForeignKey))
