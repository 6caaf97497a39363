"""What is held about one person, in the order in which a member reads it."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Field, ForeignKey, Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from privacy.counting import is_filled, things_in
from privacy.declarations import SELF, Basis, Category, Declaration, Keep, Origin, Recipient, Text
from privacy.everything import Read, everything_about
from privacy.inventory import declarations, part_of
from privacy.links import without_keys
from privacy.vault import Closed


@dataclass(frozen=True, slots=True)
class Value:
    """One filled field."""

    name: str
    label: str
    value: Any
    origin: Origin
    told_by: str
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
    return holdings_of(individual, everything_about(individual))


def holdings_of(individual: Model, rows: Read) -> list[Holding]:
    entries = [
        (d.category, entry)
        for d in declarations.about_people()
        if (entry := entry_of(d, rows[d.model], individual)).number
    ]
    grouped = {c: tuple(entry for category, entry in entries if category == c) for c in Category}
    return [Holding(category, found) for category, found in grouped.items() if found]


def number_of_things(found: list[Holding]) -> int:
    return sum(holding.number for holding in found)


def entry_of(declaration: Declaration, rows: Iterable[Model], individual: Model) -> Entry:
    told = told_of(declaration)
    records = tuple(record_of(told, row, part_of(declaration, row, individual)) for row in rows)
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


@dataclass(frozen=True, slots=True)
class Told:
    """How a personal field is told of, the same for all rows of its model."""

    name: str
    label: str
    origin: Origin
    told_by: str
    special: bool
    keep: Keep | None
    field: "Field[Any, Any]"
    words: Mapping[str, Text]


def told_of(declaration: Declaration) -> list[Told]:
    """In the language of now."""
    return [
        Told(
            name=name,
            label=capfirst(str(declaration.label_of(name))),
            origin=(origin := declaration.origin_of(name)),
            told_by=_("from %(origin)s") % {"origin": origin.label},
            special=held.special,
            keep=declaration.keep_of(name),
            field=field_of(declaration, name),
            words=declaration.words_of(name),
        )
        for name, held in declaration.personal().items()
        if not held.data_only
    ]


def record_of(told: Iterable[Told], row: Model, part: Container[str]) -> tuple[Value, ...]:
    """`part`: the names of what is about this person."""
    return tuple(filled([each for each in told if each.name in part], row))


def filled(told: Iterable[Told], row: Model) -> Iterator[Value]:
    for each in told:
        value = shown(each, row)
        if not is_filled(value):
            continue
        yield Value(
            name=each.name,
            label=each.label,
            value=value,
            origin=each.origin,
            told_by=each.told_by,
            special=each.special,
            kept_until=each.keep.until.day_for(row) if each.keep else None,
            because=each.keep.because if each.keep else "",
        )


def shown(told: Told, row: Model) -> Any:
    """A choice by its label, also in a list; another row by its name; all else as `in_words` says."""
    value = getattr(row, told.name)
    if isinstance(value, Closed) or value is None:
        return value
    if isinstance(value, str) and value in told.words:
        return str(told.words[value])
    if told.field.choices:
        return getattr(row, f"get_{told.name}_display")()
    is_link = isinstance(told.field, ForeignKey)
    return str(getattr(value, "name", value)) if is_link else in_words(value, told.words)


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
