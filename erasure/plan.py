"""What an erasure would do: every row is found here before any is changed.

The trap that this avoids: some rows are found through values that the erasure itself takes away.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import ngettext, override

from privacy.counting import is_filled, things_in
from privacy.declarations import SELF, Category, Declaration, Keep, Text
from privacy.inventory import declarations, rows_about
from webhooks.event_types import EventType
from webhooks.publish import recipients_of

ANSWER_DAYS = 7


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of one declared model: (primary key, the dates that its kept values count from)."""

    declaration: Declaration
    rows: Sequence[tuple[Any, ...]]

    @property
    def keys(self) -> list[Any]:
        return [row[0] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Goes:
    category: Category
    label: Text
    count: int


@dataclass(frozen=True, slots=True)
class Stays:
    category: Category
    label: Text
    count: int
    because: Text
    until: date  # the last one; each goes on its own date
    model: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    endpoint_id: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Moments:
    """The line of time under the plan."""

    asked: datetime
    last_moment: datetime
    gone: datetime
    answered: date


@dataclass(frozen=True, slots=True)
class Plan:
    individual_id: UUID
    found: tuple[Found, ...]
    goes: tuple[Goes, ...]
    stays: tuple[Stays, ...]
    told: tuple[Told, ...]
    fingerprint: str = field(default="")

    @property
    def going(self) -> int:
        return sum(line.count for line in self.goes)

    @property
    def staying(self) -> int:
        """Each row once, for however many reasons it is kept."""
        return sum(things_of(each) for each in self.found if stays(each.declaration))

    @property
    def total(self) -> int:
        return self.going + self.staying

    def by_category(self) -> dict[Category, list[Goes]]:
        """In the order of the headings that a member knows."""
        sections: dict[Category, list[Goes]] = {}
        for category in Category:
            if lines := [line for line in self.goes if line.category == category]:
                sections[category] = lines
        return sections


def plan(individual: Model) -> Plan:
    """One statement for each declared model, and one for the endpoints."""
    found = find([individual])
    stays = tuple(line for each in found for line in stays_of(each))
    told = tuple(Told(str(pk), name) for pk, name in recipients())
    return Plan(
        individual_id=individual.pk,
        found=found,
        goes=tuple(line for each in found if (line := goes_of(each, individual))),
        stays=stays,
        told=told,
        fingerprint=fingerprint_of(stays, told),
    )


def find(individuals: Iterable[Model]) -> tuple[Found, ...]:
    """Every row about these people, model by model, before anything is changed."""
    people = list(individuals)
    return tuple(
        Found(declaration, list(rows_about(declaration, people).values_list("pk", *dates_of(declaration))))
        for declaration in declarations.about_people()
    )


def dates_of(declaration: Declaration) -> list[str]:
    """The plain columns that the retention of kept values counts from, each once, in a stable order."""
    return list(dict.fromkeys(keep.until.after for keep in keeps_of(declaration)))


def keeps_of(declaration: Declaration) -> list[Keep]:
    return [keep for name in declaration.fields if (keep := declaration.keep_of(name))]


def goes_of(found: Found, individual: Model) -> Goes | None:
    """Things of one model that go: the filled fields of the person's own row, else the rows."""
    declaration = found.declaration
    if stays(declaration):
        return None
    count = things_of(found, individual)
    return Goes(declaration.category, name_of(declaration, count), count) if count else None


def stays(declaration: Declaration) -> bool:
    """Kept by law, or the proof of the requests themselves, under a number."""
    is_proof = declaration.category == Category.REQUESTS
    return declaration.is_kept() and (bool(keeps_of(declaration)) or is_proof)


def things_of(found: Found, individual: Model | None = None) -> int:
    """`individual`: needed for their own row, whose filled values are counted."""
    personal = found.declaration.personal()
    if found.declaration.subject is SELF:
        told = (name for name, held in personal.items() if not held.data_only)
        own = [name for name in told if is_filled(getattr(individual, name, None))]
        return things_in([own], of_the_person=True)
    return things_in(found.rows if personal else [], of_the_person=False)


def stays_of(found: Found) -> Iterable[Stays]:
    """What a law keeps: one line for each reason."""
    declaration, columns = found.declaration, dates_of(found.declaration)
    by_reason: dict[str, Keep] = {str(keep.because): keep for keep in keeps_of(declaration)}
    if not found.rows:
        return
    for keep in by_reason.values():
        column = 1 + columns.index(keep.until.after)
        ends = [keep.until.day_after(as_date(row[column])) for row in found.rows if row[column]]
        if ends:
            yield Stays(
                category=declaration.category,
                label=name_of(declaration, len(found.rows)),
                count=len(found.rows),
                because=keep.because,
                until=max(ends),
                model=declaration.model._meta.label_lower,
                keys=tuple(sorted(map(str, found.keys))),
            )


def name_of(declaration: Declaration, count: int) -> Text:
    if declaration.subject is SELF:
        return ngettext("entry of your profile", "entries of your profile", count)
    meta = declaration.model._meta
    name = meta.verbose_name if count == 1 else meta.verbose_name_plural
    return name or meta.model_name or ""


def as_date(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def recipients() -> list[tuple[UUID, str]]:
    endpoints = recipients_of(EventType.INDIVIDUAL_ERASED)
    return list(endpoints.order_by("organisation", "pk").values_list("pk", "organisation"))


def fingerprint_of(stays: Iterable[Stays], told: Iterable[Told]) -> str:
    """What a person confirms: what stays, under which law, until when, and who is told.

    More of what goes does not make a plan stale; less of it does, since it would have to stand under `stays`.
    The requests themselves are left out: asking for the erasure is one.
    """
    kept = [line for line in stays if line.category != Category.REQUESTS]
    with override("en"):  # the same plan in every language
        text = json.dumps(
            [
                [[line.model, line.keys, str(line.because), line.until.isoformat()] for line in kept],
                sorted(line.endpoint_id for line in told),
            ]
        )
    return hashlib.sha256(text.encode()).hexdigest()


def moments(cooling_off_days: int, asked: datetime | None = None) -> Moments:
    start = asked or timezone.now()
    end = start + timedelta(days=cooling_off_days)
    return Moments(start, end, end + timedelta(hours=1), (end + timedelta(days=ANSWER_DAYS)).date())
