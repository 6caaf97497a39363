"""Dates, times and numbers as people say them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from ams import words


def test_a_date_is_written_out_in_the_readers_language() -> None:
    assert words.day(date(2026, 11, 24)) == "24 November 2026"
    with translation.override("de"):
        assert words.day(date(2026, 3, 4)) == "4. März 2026"
    with translation.override("fr"):
        assert words.day(date(2026, 12, 1)) == "1 décembre 2026"


def test_a_moment_stands_on_the_associations_clock_with_its_zone() -> None:
    with timezone.override("Europe/Berlin"):
        assert words.moment(datetime(2026, 12, 1, 10, 0, tzinfo=UTC)) == "1 December 2026, 11:00\u00a0CET"
        assert words.moment(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "1 July 2026, 01:30\u00a0CEST"
    with timezone.override("America/Sao_Paulo"):
        assert words.moment(datetime(2026, 12, 1, 10, 0, tzinfo=UTC)).endswith("07:00\u00a0UTC-03")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (10482, "10\u00a0482"),
        ("1001", "1\u00a0001"),
        (999, "999"),
        ("007123", "007123"),
        ("ESC-17", "ESC-17"),
        (-1204, "-1\u00a0204"),
    ],
)
def test_long_numbers_are_grouped_and_names_are_not(given: object, shown: str) -> None:
    assert words.spaced(given) == shown


def test_small_counts_are_words() -> None:
    assert [words.in_words(n) for n in (0, 2, 12, 13, 1204)] == ["no", "two", "twelve", "13", "1\u00a0204"]


def test_money_has_its_sign_and_the_readers_decimal_mark() -> None:
    assert words.money(Decimal("1060.5"), "EUR") == "€\u00a01060.50"
    with translation.override("de"):
        assert words.money(Decimal(60), "CHF") == "CHF\u00a060,00"


def test_a_time_element_carries_the_machine_form() -> None:
    page = Template("{% time d %}|{% time nothing %}|{{ gone|day }}|{{ nothing|moment }}")
    shown = page.render(Context({"d": date(2026, 11, 24), "nothing": None, "gone": "erased"}))
    assert shown == '<time datetime="2026-11-24">24 November 2026</time>||erased|'
