"""What is held about one individual, as plain data: collected once, then written as PDF, JSON, CSV and the rest."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import IO, Final
from uuid import UUID

from privacy.counting import things_in
from privacy.declarations import Basis, Category, Origin

JSON = None | bool | int | float | str | list["JSON"] | dict[str, "JSON"]

ACCESS: Final = "access"  # Art. 15 GDPR: everything
PORTABILITY: Final = "portability"  # Art. 20 GDPR: what the person gave or caused, on a yes or a contract

PORTABLE_ORIGINS: Final = {Origin.PROVIDED, Origin.OBSERVED}
PORTABLE_BASES: Final = {Basis.CONSENT, Basis.CONTRACT}


@dataclass(frozen=True, slots=True)
class Column:
    """What is true of a value in every record of its section."""

    name: str
    label: str
    purpose: str
    basis: Basis
    origin: Origin
    recipients: tuple[str, ...]
    retention: str
    special: bool = False
    data_only: bool = False  # for machines: not for paper

    @property
    def is_portable(self) -> bool:
        return self.origin in PORTABLE_ORIGINS and self.basis in PORTABLE_BASES


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that is held: its name in the copy is ours, never the member's."""

    name: str
    size: int
    open: Callable[[], IO[bytes]]


@dataclass(frozen=True, slots=True)
class Appointment:
    """What a link leads to when that begins and ends at a time: it goes into the calendar."""

    key: str
    title: str
    place: str
    begins_at: datetime
    ends_at: datetime
    is_off: bool = False  # the row says that it was called off


@dataclass(frozen=True, slots=True)
class Value:
    column: Column
    data: JSON
    text: str
    erased: bool = False
    kept_until: date | None = None
    kept_because: str = ""
    file: Attached | None = None
    appointment: Appointment | None = None

    @property
    def is_empty(self) -> bool:
        return not self.text


@dataclass(frozen=True, slots=True)
class Record:
    key: str
    on: date | datetime | None
    values: tuple[Value, ...]

    def value(self, name: str) -> Value | None:
        return next((value for value in self.values if value.column.name == name), None)

    @property
    def filled(self) -> list[Value]:
        return [value for value in self.values if not value.is_empty]

    @property
    def told(self) -> list[Value]:
        """What a person reads of it."""
        return [value for value in self.filled if not value.column.data_only]


@dataclass(frozen=True, slots=True)
class Section:
    """One declared model."""

    key: str
    title: str
    category: Category
    purpose: str
    basis: Basis
    recipients: tuple[str, ...]
    retention: str
    columns: tuple[Column, ...]
    records: tuple[Record, ...]
    others: tuple[str, ...] = ()  # of the recipients those who are not of our own staff, without the cases
    dated_by: str = ""  # the column whose date a record is listed under
    is_person: bool = False  # the row is the individual

    @property
    def things(self) -> int:
        held = [[value for value in record.told if not value.erased] for record in self.records]
        return things_in(held, of_the_person=self.is_person)

    @property
    def kept_until(self) -> date | None:
        """The last day on which anything here is still kept under a law."""
        return max((v.kept_until for r in self.records for v in r.values if v.kept_until), default=None)


@dataclass(frozen=True, slots=True)
class Controller:
    """Art. 15(1), Art. 13(1)(a, b) GDPR: who holds it, and whom to ask."""

    name: str
    short_name: str
    address: str
    email: str
    dpo_name: str
    dpo_email: str
    authority: str
    brand: str
    mark: str


@dataclass(frozen=True, slots=True)
class Package:
    uid: UUID
    name: str
    controller: Controller
    made_at: datetime
    language: str
    time_zone: str
    scope: str
    sections: tuple[Section, ...]

    @property
    def held(self) -> tuple[Section, ...]:
        return tuple(section for section in self.sections if section.records)

    @property
    def not_held(self) -> tuple[Section, ...]:
        """Art. 15(1) GDPR: "nothing of this kind" is an answer too."""
        return tuple(section for section in self.sections if not section.records)

    @property
    def things(self) -> int:
        return sum(section.things for section in self.sections)

    @property
    def others(self) -> tuple[str, ...]:
        """Who has some of it and is not of the association's own staff: each once."""
        return tuple(dict.fromkeys(name for section in self.held for name in section.others))

    def files(self) -> Iterator[Attached]:
        for section in self.sections:
            for record in section.records:
                yield from (value.file for value in record.values if value.file)

    def section(self, key: str) -> Section | None:
        return next((section for section in self.sections if section.key == key), None)

    def portable(self) -> "Package":
        """The Art. 20 subset: the same data, by one filter."""
        sections = tuple(only_portable(section) for section in self.held)
        return replace(self, scope=PORTABILITY, sections=tuple(s for s in sections if s.columns))


def only_portable(section: Section) -> Section:
    records = (
        replace(record, values=tuple(v for v in record.values if v.column.is_portable))
        for record in section.records
    )
    columns = tuple(column for column in section.columns if column.is_portable)
    return replace(section, columns=columns, records=tuple(records))
