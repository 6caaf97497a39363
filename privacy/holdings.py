"""What is held about one person, in the order in which a member reads it: one statement for each declared model."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Field, ForeignKey, Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from privacy.counting import is_filled, things_in
from privacy.declarations import SELF, Basis, Category, Declaration, Origin, Personal, Recipient, Text
from privacy.inventory import declarations, part_of, rows_about
from privacy.links import without_keys
from privacy.vault import Closed


@dataclass(frozen=True, slots=True)
class Value:
    """One filled field."""

    name: str
    label: str
    value: Any
    origin: Origin
    special: bool
    kept_until: date | None  # outlives an erasure until then
    because: Text


@dataclass(frozen=True, slots=True)
class Entry:
    """What one model holds. `records` are its rows, each a tuple of filled values."""

    label: str
    model: str
    purpose: Text
    basis: Basis
    recipients: tuple[Recipient, ...]
    retention: Text
    records: tuple[tuple[Value, ...], ...]
    number: int
    for_machines: bool = False

    @property
    def kept_until(self) -> date | None:
        """The last day of what outlives an erasure."""
        days = [value.kept_until for record in self.records for value in record if value.kept_until]
        return max(days, default=None)


@dataclass(frozen=True, slots=True)
class Holding:
    """All that is held under one heading."""

    category: Category
    entries: tuple[Entry, ...]

    @property
    def label(self) -> str:
        return str(self.category.label)

    @property
    def number(self) -> int:
        return sum(entry.number for entry in self.entries)

    @property
    def purposes(self) -> list[Text]:
        return _each_once(entry.purpose for entry in self.entries)

    @property
    def recipients(self) -> list[Recipient]:
        return _each_once(name for entry in self.entries for name in entry.recipients)

    @property
    def retentions(self) -> list[Text]:
        return _each_once(entry.retention for entry in self.entries if entry.retention)

    @property
    def kept_until(self) -> date | None:
        return max((entry.kept_until for entry in self.entries if entry.kept_until), default=None)


def holdings(individual: Model) -> list[Holding]:
    """Only headings under which there is something, in the order of Category."""
    entries = [
        (d.category, entry) for d in declarations.about_people() if (entry := entry_of(d, individual)).number
    ]
    grouped = {c: tuple(entry for category, entry in entries if category == c) for c in Category}
    return [Holding(category, found) for category, found in grouped.items() if found]


def number_of_things(found: list[Holding]) -> int:
    return sum(holding.number for holding in found)


def entry_of(declaration: Declaration, individual: Model) -> Entry:
    rows = rows_with_links(declaration, individual)
    records = tuple(record_of(declaration, row, individual) for row in rows)
    things = things_in(records, of_the_person=declaration.subject is SELF)
    return Entry(
        label=capfirst(str(declaration.model._meta.verbose_name_plural)),
        model=declaration.model._meta.label_lower,
        purpose=declaration.purpose,
        basis=declaration.basis,
        recipients=declaration.seen_by(),
        retention=declaration.retention,
        records=records,
        number=things if declaration.personal() else 0,
        for_machines=all(held.data_only for held in declaration.personal().values()),
    )


def rows_with_links(declaration: Declaration, individual: Model) -> Iterator[Model]:
    """The rows to which a personal foreign key leads come along, or each would cost a statement."""
    links = [name for name in declaration.personal() if isinstance(field_of(declaration, name), ForeignKey)]
    rows = rows_about(declaration, [individual])
    # By the key, which for numbered rows is their order of arrival.
    return iter((rows.select_related(*links) if links else rows).order_by("pk"))


def record_of(declaration: Declaration, row: Model, individual: Model) -> tuple[Value, ...]:
    return tuple(filled(declaration, row, part_of(declaration, row, individual)))


def filled(declaration: Declaration, row: Model, part: Mapping[str, Personal]) -> Iterator[Value]:
    for name, held in part.items():
        if held.data_only or not is_filled(value := shown(declaration, row, name)):
            continue
        keep = declaration.keep_of(name)
        yield Value(
            name=name,
            label=capfirst(str(declaration.label_of(name))),
            value=value,
            origin=declaration.origin_of(name),
            special=held.special,
            kept_until=keep.until.day_for(row) if keep else None,
            because=keep.because if keep else "",
        )


def shown(declaration: Declaration, row: Model, name: str) -> Any:
    """A choice by its label, also in a list; another row by its name; all else as `in_words` says."""
    field, value = field_of(declaration, name), getattr(row, name)
    if isinstance(value, Closed) or value is None:
        return value
    words = declaration.words_of(name)
    if isinstance(value, str) and value in words:
        return str(words[value])
    if field.choices:
        return getattr(row, f"get_{name}_display")()
    return str(getattr(value, "name", value)) if isinstance(field, ForeignKey) else in_words(value, words)


def in_words(value: Any, words: Mapping[str, Text]) -> Any:
    """Yes and no, lists and tables as text, links without keys. Dates, numbers, files stay: the page can write them."""
    match value:
        case bool():
            return _("yes") if value else _("no")
        case list() | tuple():
            return ", ".join(str(words.get(item, item) if isinstance(item, str) else item) for item in value)
        case dict():
            return "; ".join(f"{key}: {item}" for key, item in value.items())
        case str():
            return without_keys(value)
    return value


def field_of(declaration: Declaration, name: str) -> "Field[Any, Any]":
    found: Any = declaration.model._meta.get_field(name)
    return found  # type: ignore[no-any-return]


def _each_once(found: Any) -> list[Any]:
    return list(dict.fromkeys(found))
