"""When a delivery is tried again: ten tries within 75 hours and 35 minutes. Pure functions."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

# The pause before each try. They live in `due_at`, never in the broker.
PAUSES: Final = (
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
TRIES: Final = len(PAUSES)
JITTER: Final = 0.1
LONGEST_WAIT: Final = timedelta(hours=24)
SECONDS_DIGITS: Final = 9

# An endpoint that cannot be reached rests, so that it holds a worker for a fraction of the time only.
RESTS: Final = (timedelta(0), timedelta(0), timedelta(seconds=5), timedelta(seconds=60))


def pause_after(tries: int, *, jitter: float, asked: timedelta | None = None) -> timedelta | None:
    """How long to wait after that many tries; None when they are used up.

    `jitter` is a number from -1 to 1, thrown by the caller. The receiver may ask for more, up to a day.
    """
    if tries >= TRIES:
        return None
    own = PAUSES[tries] * (1 + JITTER * jitter)
    return max(own, min(asked, LONGEST_WAIT)) if asked else own


def rest_after(failures: int) -> timedelta:
    """How long a lane rests after that many tries in a row without any answer."""
    return RESTS[min(failures, len(RESTS) - 1)]


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """The header of RFC 9110 10.2.3, seconds or a date; None when it is absent, past or makes no sense."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        # No more digits than a timedelta takes; the rest is capped anyway.
        return timedelta(seconds=int(text)) if len(text) <= SECONDS_DIGITS else LONGEST_WAIT
    try:
        asked = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    wait = (asked if asked.tzinfo else asked.replace(tzinfo=UTC)) - now
    return wait if wait > timedelta(0) else None
