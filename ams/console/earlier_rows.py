"""A list of earlier consents: each line is somebody known, a day and where it stands, or a reason why not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ams.imports.dates import day
from ams.imports.headings import MEANING, folded
from ams.imports.known import normal
from ams.imports.read import Row, Table
from ams.imports.reasons import REASONS as OF_LISTS
from ams.imports.refused import LeftOut, Refused
from ams.models import Individual
from consent import lock, papers
from consent.asking import is_due_again
from consent.models import Act, Paper, Standing, Version
from consent.papers import CannotEnter, Said
from privacy.declarations import Text

AT_ONCE: Final = 100
LONGEST: Final = 2000
SYNONYMS: Final = {
    "said_on": ("date", "day", "saidon", "givenon", "consentedon", "datum", "tag", "am", "jour", "le"),
    "note": (
        "source",
        "sourcetext",
        "text",
        "note",
        "evidence",
        "where",
        "quelle",
        "herkunft",
        "nachweis",
        "preuve",
    ),
}
MEANT: Final = {word: name for name, words in SYNONYMS.items() for word in words}
WHO: Final = {"email", "member_number"}
REASONS: Final[dict[str, Text]] = {
    **papers.REASONS,
    "bad_date": OF_LISTS["bad_date"],
    "short_year": OF_LISTS["short_year"],
    "two_people": OF_LISTS["two_people"],
    "too_long": OF_LISTS["too_long"],
    "nobody": _("Nobody in the register has this e-mail or member number."),
    "no_note": _("There is no word about where this consent comes from."),
    "twice": _("The same person stands in this list further up."),
}


@dataclass(frozen=True, slots=True)
class Line:
    """`number` is where it begins in the file. `code`: why it is not entered, one of REASONS."""

    number: int
    individual: Individual | None = None
    said: Said | None = None
    code: str = ""


def columns_of(table: Table) -> dict[str, int]:
    """Where each thing stands. A heading that means nothing here is left out."""
    found: dict[str, int] = {}
    for place, heading in enumerate(table.headings):
        word = folded(heading)
        name = MEANT.get(word) or MEANING.get(word, "")
        if name in WHO | set(SYNONYMS):
            found.setdefault(name, place)
    return found


def is_enough(columns: dict[str, int]) -> bool:
    return bool(WHO & set(columns)) and set(SYNONYMS) <= set(columns)


@dataclass(frozen=True, slots=True)
class Reader:
    """What the lines of one list have in common. A fixed number of queries, however long it is."""

    version: Version
    by: UUID
    columns: dict[str, int]

    def read(self, rows: Sequence[Row]) -> list[Line]:
        by_email = found("email", [self.cell(row, "email") for row in rows])
        by_number = found("member_number", [self.cell(row, "member_number") for row in rows])
        known = [self.known(row, by_email, by_number) for row in rows]
        latest = papers.latest_of({each.pk for each in known if isinstance(each, Individual)}, self.version)
        lines: list[Line] = []
        seen: set[UUID] = set()
        for row, person in zip(rows, known, strict=True):
            line = self.line(row, person, latest, seen)
            lines.append(line)
            seen |= {line.individual.pk} if line.individual and line.said else set()
        return lines

    def cell(self, row: Row, name: str) -> str:
        place = self.columns.get(name, len(row.cells))
        return row.cells[place] if place < len(row.cells) else ""

    def known(
        self, row: Row, by_email: dict[str, Individual], by_number: dict[str, Individual]
    ) -> Individual | str:
        one = by_email.get(normal("email", self.cell(row, "email")))
        other = by_number.get(normal("member_number", self.cell(row, "member_number")))
        if one and other and one.pk != other.pk:
            return "two_people"
        return one or other or "nobody"

    def line(self, row: Row, person: Individual | str, latest: dict[UUID, Standing], seen: set[UUID]) -> Line:
        if isinstance(person, str):
            return Line(row.line, code=person)
        try:
            said = self.said(row, person)
            only_once(person, seen)
            papers.may_enter_for(person, self.by)
            papers.fits(self.version, said)
            papers.is_news(latest.get(person.pk), said.said_on)
            self.says_more(latest.get(person.pk))
        except CannotEnter as refusal:
            return Line(row.line, person, code=refusal.code)
        except Refused as refusal:
            return Line(row.line, person, code=refusal.reason)
        return Line(row.line, person, said)

    def said(self, row: Row, person: Individual) -> Said:
        """Raises Refused."""
        note = self.cell(row, "note")
        if not note:
            raise Refused("note", "no_note")
        if len(note) > LONGEST:
            raise Refused("note", "too_long")
        return Said(
            yes=True,
            language=person.association.language_for(person.language),
            source=Paper.Source.LIST,
            said_on=said_on(self.cell(row, "said_on")),
            by=self.by,
            note=note,
        )

    def says_more(self, latest: Standing | None) -> None:
        """Raises CannotEnter for a yes that stands, or waits, already."""
        stands = latest is not None and (latest.is_yes() or latest.act == Act.PENDING)
        if latest and stands and latest.version.number >= self.version.number and not is_due_again(latest):
            raise CannotEnter("same")


def said_on(cell: str) -> date:
    """Raises Refused: without its day and year a consent proves nothing."""
    try:
        found = day("said_on", cell)
    except LeftOut:
        found = None
    if found is None:
        raise Refused("said_on", "bad_date")
    return found


def only_once(person: Individual, seen: set[UUID]) -> None:
    """Raises Refused."""
    if person.pk in seen:
        raise Refused("", "twice")


def found(name: str, values: Iterable[str]) -> dict[str, Individual]:
    """Through the blind index, one query."""
    wanted = [value for value in values if value]
    rows = (
        Individual.objects.select_related("association").filter(**{f"{name}__in": wanted}) if wanted else []
    )
    return {normal(name, getattr(row, name)): row for row in rows}


def enter(lines: Sequence[Line], version: Version) -> list[Line]:
    """Those that could not be entered after all. All are held before the first: the ledger is locked behind them."""
    for uid in sorted(line.individual.pk for line in lines if line.individual):
        lock.hold(uid, version.statement_id)
    return [Line(line.number, code=code) for line in lines if (code := entered(line, version))]


def entered(line: Line, version: Version) -> str:
    """Why not, or nothing."""
    if line.said is None:
        return line.code
    try:
        with transaction.atomic():
            papers.enter(line.individual, version, line.said)
    except CannotEnter as refusal:
        return refusal.code
    return ""


def days(lines: Iterable[Line]) -> tuple[date, date] | None:
    """From the first to the last on which something was said."""
    said = [line.said.said_on for line in lines if line.said]
    return (min(said), max(said)) if said else None
