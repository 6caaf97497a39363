"""Public holidays of a whole country. One that is missing here makes an answer due earlier, never later."""

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

MONDAY: Final = 0
LAST: Final = -1

# Month and day.
FIXED: Final[dict[str, tuple[tuple[int, int], ...]]] = {
    "AT": ((1, 1), (1, 6), (5, 1), (8, 15), (10, 26), (11, 1), (12, 8), (12, 25), (12, 26)),
    "BE": ((1, 1), (5, 1), (7, 21), (8, 15), (11, 1), (11, 11), (12, 25)),
    "DE": ((1, 1), (5, 1), (10, 3), (12, 25), (12, 26)),
    "FR": ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)),
    "IE": ((1, 1), (3, 17), (12, 25), (12, 26)),
    "NL": ((1, 1), (12, 25), (12, 26)),
    "SE": ((1, 1), (1, 6), (5, 1), (6, 6), (12, 25), (12, 26)),
}

GOOD_FRIDAY, EASTER_MONDAY, ASCENSION, WHIT_MONDAY, CORPUS_CHRISTI = -2, 1, 39, 50, 60
AROUND_EASTER: Final[dict[str, tuple[int, ...]]] = {
    "AT": (EASTER_MONDAY, ASCENSION, WHIT_MONDAY, CORPUS_CHRISTI),
    "BE": (EASTER_MONDAY, ASCENSION, WHIT_MONDAY),
    "DE": (GOOD_FRIDAY, EASTER_MONDAY, ASCENSION, WHIT_MONDAY),
    "FR": (EASTER_MONDAY, ASCENSION, WHIT_MONDAY),
    "IE": (EASTER_MONDAY,),
    "NL": (EASTER_MONDAY, ASCENSION, WHIT_MONDAY),
    "SE": (GOOD_FRIDAY, EASTER_MONDAY, ASCENSION),
}

# Month, and which Monday of it.
MONDAYS: Final[dict[str, tuple[tuple[int, int], ...]]] = {"IE": ((5, 1), (6, 1), (8, 1), (10, LAST))}


def is_holiday(day: date, country: str) -> bool:
    """A country that is not listed has no holidays: then only weekends move a date."""
    return day in holidays(country.upper(), day.year)


@lru_cache(maxsize=256)
def holidays(country: str, year: int) -> frozenset[date]:
    sunday = easter(year)
    return frozenset(
        [date(year, month, day) for month, day in FIXED.get(country, ())]
        + [sunday + timedelta(days=days) for days in AROUND_EASTER.get(country, ())]
        + [monday(year, month, which) for month, which in MONDAYS.get(country, ())]
        + (kings_day(year) if country == "NL" else [])
        + (saint_brigid(year) if country == "IE" else [])
    )


def easter(year: int) -> date:
    """Gauss's rule for the Gregorian calendar, in the form without exceptions."""
    century, in_century = divmod(year, 100)
    leaps, rest = divmod(century, 4)
    golden = year % 19
    moon = (19 * golden + century - leaps - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * rest + 2 * (in_century // 4) - moon - in_century % 4) % 7
    correction = (golden + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * correction + 114, 31)
    return date(year, month, day + 1)


def monday(year: int, month: int, which: int) -> date:
    first = date(year, month, 1)
    mondays = [
        day
        for n in range(31)
        if (day := first + timedelta(days=n)).month == month and day.weekday() == MONDAY
    ]
    return mondays[which if which == LAST else which - 1]


def kings_day(year: int) -> list[date]:
    """27 April, moved to the day before when it is a Sunday."""
    day = date(year, 4, 27)
    return [day if day.isoweekday() != 7 else day - timedelta(days=1)]  # noqa: PLR2004 ISO's number of Sunday


def saint_brigid(year: int) -> list[date]:
    """Since 2023 the first Monday of February, or the 1st itself when it is a Friday."""
    first, friday = date(year, 2, 1), 5
    if year < 2023:  # noqa: PLR2004 the year in which the day became a holiday
        return []
    return [first if first.isoweekday() == friday else monday(year, 2, 1)]
