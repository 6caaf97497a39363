"""Bars, lines and the strip of days: values in, per cent of the picture out, so that text never shrinks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FLOOR = 88.0  # per cent: where the axis lies
CEILING = 12.0
NARROW = 0.64  # of the room that a bar has
DAY = 10
STRIP = 40
HEIGHTS = {"done": 40, "attention": 24, "danger": 12, "none": 4}


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    value: int
    x: float
    width: float
    y: float
    height: float
    middle: float

    @property
    def value_y(self) -> float:
        return round(self.y - 2, 1)


@dataclass(frozen=True, slots=True)
class Day:
    label: str
    state: str
    x: int

    @property
    def height(self) -> int:
        return HEIGHTS[self.state]

    @property
    def y(self) -> int:
        return STRIP - self.height


@dataclass(frozen=True, slots=True)
class Line:
    """One curve in a square of 100 by 100, with the last point beside it."""

    d: str
    area: str
    last: float


def bars(rows: Sequence[tuple[str, int]]) -> list[Bar]:
    """One bar a row, in the given order."""
    top = max((value for _, value in rows), default=0) or 1
    room = 100 / max(1, len(rows))
    return [_bar(place * room, room, label, value, top) for place, (label, value) in enumerate(rows)]


def _bar(left: float, room: float, label: str, value: int, top: int) -> Bar:
    height = round((FLOOR - CEILING) * value / top, 1)
    wide = round(room * NARROW, 1)
    return Bar(
        str(label),
        value,
        x=round(left + (room - wide) / 2, 1),
        width=wide,
        y=round(FLOOR - height, 1),
        height=height,
        middle=round(left + room / 2, 1),
    )


def scale(values: Iterable[int]) -> tuple[int, int]:
    """The lowest and highest line of a grid that holds these values, on round numbers."""
    seen = list(values) or [0]
    low, high = min(seen), max(seen)
    step = max(1, 10 ** max(0, len(str(high - low)) - 1))
    return low // step * step, max(-(-high // step) * step, low // step * step + step)


def line(values: Sequence[int], low: int, high: int) -> Line:
    """A curve from the left edge to just before the right one, where its last value is written."""
    across = 95 / max(1, len(values) - 1)
    points = [
        (round(2 + i * across, 1), round(100 - 100 * (v - low) / (high - low), 1))
        for i, v in enumerate(values)
    ]
    if not points:
        return Line("", "", FLOOR)
    d = "M" + " ".join(f"{x:g} {y:g}" for x, y in points)
    return Line(d, f"{d}V100H{points[0][0]:g}z", round(10 + points[-1][1] * 0.78, 1))


def days(rows: Iterable[Mapping[str, Any]]) -> list[Day]:
    """Each row: day (in words) and state, one of done, attention, danger, none."""
    return [Day(str(row["day"]), row["state"], place * DAY) for place, row in enumerate(rows)]
