"""When a delivery is tried again (W15, W16): by table, without a clock."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webhooks.schedule import LONGEST_WAIT, PAUSES, TRIES, pause_after, rest_after, retry_after

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_ten_tries_take_seventy_five_hours_and_thirty_five_minutes() -> None:
    pauses = [pause_after(tries, jitter=0) for tries in range(1, TRIES)]
    assert TRIES == 10
    assert pauses == list(PAUSES[1:])
    assert sum(PAUSES, timedelta(0)) == timedelta(hours=75, minutes=35, seconds=5)


def test_after_the_tenth_try_there_is_none() -> None:
    assert pause_after(9, jitter=0) is not None
    assert pause_after(10, jitter=0) is None
    assert pause_after(11, jitter=0, asked=timedelta(hours=1)) is None


@given(st.integers(1, TRIES - 1), st.floats(-1, 1))
def test_the_jitter_stays_within_a_tenth(tries: int, jitter: float) -> None:
    pause = pause_after(tries, jitter=jitter)
    assert pause is not None
    second = timedelta(microseconds=1)
    assert PAUSES[tries] * 0.9 - second <= pause <= PAUSES[tries] * 1.1 + second


def test_a_receiver_may_ask_for_more_patience_but_not_for_less_nor_for_weeks() -> None:
    assert pause_after(1, jitter=0, asked=timedelta(hours=1)) == timedelta(hours=1)
    assert pause_after(4, jitter=0, asked=timedelta(seconds=1)) == timedelta(hours=2)
    assert pause_after(1, jitter=0, asked=timedelta(days=30)) == LONGEST_WAIT == timedelta(hours=24)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 7 ", timedelta(seconds=7)),
        (format_datetime(NOW + timedelta(hours=1)), timedelta(hours=1)),
        ("Tue, 24 Nov 2026 13:00:00 GMT", timedelta(hours=1)),
        ("9" * 400, LONGEST_WAIT),
        ("Tue, 24 Nov 2026 11:00:00 GMT", None),
        (None, None), ("", None), ("-5", None), ("1.5", None), ("soon", None), ("nan", None), ("٣", None),
        ("Tue, 99 Nov 2026 99:00:00 GMT", None), ("\x00", None), ("²", None),
    ],
)  # fmt: skip
def test_retry_after_is_read_as_seconds_or_date_and_else_ignored(
    value: str | None, wait: timedelta | None
) -> None:
    assert retry_after(value, NOW) == wait


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text())
def test_no_text_in_retry_after_makes_us_stumble(value: str) -> None:
    wait = retry_after(value, NOW)
    assert wait is None or wait >= timedelta(0)


def test_a_silent_endpoint_rests_longer_but_never_more_than_a_minute() -> None:
    rests = [rest_after(failures) for failures in range(50)]
    assert rests == sorted(rests)
    assert rests[0] == timedelta(0)
    assert max(rests) == timedelta(minutes=1)
