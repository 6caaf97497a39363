"""One calendar month, by Regulation 1182/71, where the association is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from privacy.requests.clock import due, months_later
from privacy.requests.holidays import easter, holidays

BERLIN, DUBLIN, STOCKHOLM = (ZoneInfo(f"Europe/{city}") for city in ("Berlin", "Dublin", "Stockholm"))


@pytest.mark.parametrize(
    ("received", "country", "last_day"),
    [
        ("2026-11-24", "DE", "2026-12-24"),  # Thursday; the day before Christmas is an ordinary one
        ("2026-11-25", "DE", "2026-12-28"),  # both days of Christmas, then a Sunday
        ("2026-11-25", "", "2026-12-25"),  # no country, no holidays
        ("2026-01-31", "DE", "2026-03-02"),  # February has no 31st; the 28th is a Saturday
        ("2028-01-31", "DE", "2028-02-29"),  # a leap year, and a Tuesday
        ("2026-01-30", "IE", "2026-03-02"),
        ("2026-03-31", "DE", "2026-04-30"),  # a short month's last day
        ("2026-03-03", "DE", "2026-04-07"),  # Good Friday, Saturday, Sunday, Easter Monday
        ("2026-03-03", "FR", "2026-04-03"),  # France works on Good Friday
        ("2026-04-14", "DE", "2026-05-15"),  # Ascension
        ("2026-04-25", "SE", "2026-05-25"),  # Sweden works on Whit Monday
        ("2026-04-25", "DE", "2026-05-26"),
        ("2026-05-04", "AT", "2026-06-05"),  # Corpus Christi
        ("2026-05-04", "DE", "2026-06-04"),
        ("2026-12-01", "DE", "2027-01-04"),  # New Year's Day is a Friday
        ("2026-12-06", "AT", "2027-01-07"),  # Epiphany
        ("2026-12-06", "DE", "2027-01-06"),
        ("2027-03-27", "NL", "2027-04-28"),  # King's Day
        ("2026-02-17", "IE", "2026-03-18"),  # Saint Patrick
        ("2026-06-14", "FR", "2026-07-15"),
        ("2026-06-21", "BE", "2026-07-22"),
        ("2026-05-06", "SE", "2026-06-08"),  # the national day, then a weekend
        ("2026-09-26", "IE", "2026-10-27"),  # the last Monday of October
    ],
)
def test_the_last_day(received: str, country: str, last_day: str) -> None:
    at = datetime.fromisoformat(received + "T10:00:00").replace(tzinfo=BERLIN)
    answer = due(at, BERLIN, country=country)
    assert answer.date() == date.fromisoformat(last_day)
    assert answer.isoformat(timespec="seconds")[10:19] == "T23:59:59"


def test_the_day_is_the_one_on_the_associations_own_wall() -> None:
    late = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)  # half past midnight in Berlin
    assert due(late, BERLIN).date() == date(2026, 8, 3)  # 1 August is a Saturday
    assert due(late, UTC).date() == date(2026, 7, 30)


def test_the_last_hour_ends_by_the_clock_of_that_day() -> None:
    winter = datetime(2026, 3, 2, 12, tzinfo=BERLIN)
    assert due(winter, BERLIN).astimezone(UTC).hour == 21  # summer time has begun meanwhile
    assert due(datetime(2026, 9, 30, 12, tzinfo=BERLIN), BERLIN).astimezone(UTC).hour == 22


def test_an_extension_is_counted_from_the_day_of_receipt() -> None:
    assert due(datetime(2026, 1, 31, 9, tzinfo=DUBLIN), DUBLIN, country="IE", months=3).date() == date(
        2026, 4, 30
    )


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-12-31", 12, "2027-12-31"),
    ],
)
def test_months_later(day: str, months: int, then: str) -> None:
    assert months_later(date.fromisoformat(day), months) == date.fromisoformat(then)


@pytest.mark.parametrize(
    "sunday",
    ["1818-03-22", "1943-04-25", "1954-04-18", "1981-04-19", "2000-04-23", "2008-03-23", "2024-03-31", "2025-04-20",
     "2026-04-05", "2027-03-28", "2028-04-16", "2030-04-21", "2038-04-25", "2049-04-18"],
)  # fmt: skip
def test_easter(sunday: str) -> None:
    assert easter(int(sunday[:4])) == date.fromisoformat(sunday)


@pytest.mark.parametrize(
    ("country", "day", "is_one"),
    [
        ("NL", "2025-04-26", True),  # the 27th was a Sunday
        ("NL", "2025-04-27", False),
        ("IE", "2024-02-05", True),
        ("IE", "2030-02-01", True),  # a Friday: the day itself
        ("IE", "2030-02-04", False),
        ("IE", "2022-02-07", False),  # not yet a holiday
        ("IE", "2026-06-01", True),
        ("DE", "2026-10-03", True),
        ("AT", "2026-10-26", True),
        ("XX", "2026-12-25", False),
    ],
)
def test_days_that_move(country: str, day: str, is_one: bool) -> None:
    assert (date.fromisoformat(day) in holidays(country, int(day[:4]))) is is_one
