"""A cell → a day. Which of two numbers is the month is judged by the whole column, never by one cell."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from typing import Final

from django.conf import settings
from django.utils.dates import MONTHS, MONTHS_3
from django.utils.translation import override

from ams.imports.headings import folded
from ams.imports.refused import LeftOut, Refused

DAY_FIRST, MONTH_FIRST = "dmy", "mdy"
BOTH: Final = frozenset({DAY_FIRST, MONTH_FIRST})
# Midnight or noon behind a day is no time: a spreadsheet writes it so. Any other might be another day elsewhere.
NO_TIME: Final = re.compile(r"[T ]+(00:00|12:00)(:00)?(\.0+)?( ?[ap]m)?( ?Z|[+-]\d\d:?\d\d)?$", re.IGNORECASE)
YEAR_FIRST: Final = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
YEAR_LAST: Final = re.compile(r"(\d{1,2})([-/.]) ?(\d{1,2})\2 ?(\d{4}|\d{2})")
IN_WORDS: Final = re.compile(r"(\d{1,2})(?:\.|er|st|nd|rd|th)? ?([^\W\d_]{3,})\.?,? ?(\d{4})")
WORD_FIRST: Final = re.compile(r"([^\W\d_]{3,})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
YEARLESS: Final = re.compile(
    r"--\d\d-?\d\d|\d{1,2}[./]\d{1,2}\.?|\d{1,2}\.? ?[^\W\d_]{3,}|[^\W\d_]{3,} \d{1,2}"
)
ZERO: Final = re.compile(r"0{1,4}[-/.]0{1,2}[-/.]0{1,4}")
SERIAL: Final = re.compile(r"[1-9]\d{4}(\.0+)?")
SERIAL_ZERO: Final = date(1899, 12, 30)  # what spreadsheets count days from
OLDEST: Final = 1900
NO_YEAR: Final = 1604  # an address book's way to say that it knows none


def fitting(cells: Iterable[str]) -> frozenset[str]:
    """The orders that all dates of a column can be read in. Both: it does not tell. None: it contradicts itself."""
    orders = BOTH
    for cell in cells:
        orders &= orders_of(cell)
    return orders


def orders_of(cell: str) -> frozenset[str]:
    found = YEAR_LAST.fullmatch(NO_TIME.sub("", cell.strip()))
    if not found or found[2] == "." or found[1] == found[3]:
        return BOTH
    first, second = int(found[1]), int(found[3])
    return BOTH - ({MONTH_FIRST} if first > 12 else set()) - ({DAY_FIRST} if second > 12 else set())  # noqa: PLR2004 months


def is_open(cells: Iterable[str]) -> bool:
    """Is there a date that would be another day in the other order, and nothing in the column that tells?"""
    dated = [cell for cell in cells if matters(cell)]
    return bool(dated) and len(fitting(dated)) != 1


def matters(cell: str) -> bool:
    found = YEAR_LAST.fullmatch(NO_TIME.sub("", cell.strip()))
    return bool(found) and found[2] != "." and found[1] != found[3] and is_likely(year_of(found[4]))  # type: ignore[index]  # it was found


def is_likely(year: int | None) -> bool:
    return year is None or OLDEST <= year <= date.today().year  # noqa: DTZ011 a day, anywhere


def day(name: str, cell: str, order: str = DAY_FIRST) -> date | None:
    """None for a zero. Raises Refused, and LeftOut for a day without a year. `order` "": nobody has said it."""
    cell = NO_TIME.sub("", cell.strip())
    if ZERO.fullmatch(cell):
        return None
    if YEARLESS.fullmatch(cell):
        raise LeftOut(name, "no_year")
    if not order and matters(cell) and orders_of(cell) == BOTH:
        raise Refused(name, "which_order")
    found = parsed(name, cell, order)
    if found and found.year == NO_YEAR:
        raise LeftOut(name, "no_year")
    if found is None or not is_likely(found.year):
        raise Refused(name, "bad_date")
    return found


def parsed(name: str, cell: str, order: str) -> date | None:
    """Raises Refused for a year of two figures that could be of either century."""
    if found := YEAR_FIRST.fullmatch(cell):
        return made(int(found[1]), int(found[3]), int(found[4]))
    if found := YEAR_LAST.fullmatch(cell):
        year = year_of(found[4])
        if year is None:
            raise Refused(name, "short_year")
        first, second = int(found[1]), int(found[3])
        is_day_first = order == DAY_FIRST or found[2] == "."
        return made(year, second, first) if is_day_first else made(year, first, second)
    if found := IN_WORDS.fullmatch(cell):
        return made(int(found[3]), month_of(found[2]), int(found[1]))
    if found := WORD_FIRST.fullmatch(cell):
        return made(int(found[3]), month_of(found[1]), int(found[2]))
    if SERIAL.fullmatch(cell):
        return SERIAL_ZERO + timedelta(days=int(cell.partition(".")[0]))
    return None


def made(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def year_of(figures: str) -> int | None:
    """Of two figures only those of the last century that are not yet possible in this one."""
    if len(figures) == 4:  # noqa: PLR2004 figures of a year
        return int(figures)
    return 1900 + int(figures) if 2000 + int(figures) > date.today().year else None  # noqa: DTZ011 as above


def month_of(word: str) -> int:
    return months().get(folded(word), 0)


@cache
def months() -> dict[str, int]:
    """In every language of ours, whole and shortened."""
    names: dict[str, int] = {}
    for code, _language in settings.LANGUAGES:
        with override(code):
            for table in (MONTHS, MONTHS_3):
                names |= {folded(str(name)): number for number, name in table.items()}
    return names
