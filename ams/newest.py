"""Rows in the order of a sealed day: sorted here, since the database cannot."""

from collections.abc import Iterable
from typing import Any, TypeVar

R = TypeVar("R")


def newest_first(rows: Iterable[R], name: str) -> list[R]:
    def day(row: R) -> str:
        value: Any = getattr(row, name)
        return str(value or "")  # as ISO 8601

    return sorted(rows, key=day, reverse=True)
