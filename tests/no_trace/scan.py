"""One pass over many bytes for many needles: with hyperscan, and without it by the mark that all canaries share."""

import importlib.util
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from tests.no_trace.needles import MARK, SHORTEST, Canary, forms_of
from tests.no_trace.views import View, views


@dataclass(frozen=True, slots=True)
class Hit:
    """Whose canary, from which column, in which encoding, and where it was found."""

    person: str
    place: str
    encoding: str
    where: str


class Scanner:
    def __init__(self, canaries: dict[str, dict[str, Canary]], raw: dict[str, bytes] | None = None) -> None:
        """`canaries`: person → place → value. `raw`: bytes that are searched as they are (keys)."""
        self.meaning: dict[bytes, list[tuple[str, str, str]]] = {}
        for person, places in canaries.items():
            for place, value in places.items():
                for encoding, pattern in forms_of(value).items():
                    self.add(pattern, (person, place, encoding))
        for place, pattern in (raw or {}).items():
            self.add(pattern, ("keys", place, "bytes"))
            self.add(pattern.hex().encode(), ("keys", place, "hex"))
        self.seen: dict[bytes, list[tuple[str, set[int]]]] = {}
        self.patterns = list(self.meaning)
        self.find = with_hyperscan(self.patterns) if has_hyperscan() else by_mark(self.patterns)

    def add(self, pattern: bytes, meaning: tuple[str, str, str]) -> None:
        if len(pattern) < SHORTEST:
            raise ValueError(f"{meaning} is short enough to be found by chance.")
        self.meaning.setdefault(pattern, []).append(meaning)

    def hits(self, things: Iterable[View]) -> Iterator[Hit]:
        for name, data in things:
            for where, numbers in self.found_in(data):
                for number in numbers:
                    for meaning in self.meaning[self.patterns[number]]:
                        yield Hit(*meaning, name + where)

    def found_in(self, data: bytes) -> list[tuple[str, set[int]]]:
        """A file that lies in several stores (in the data folder, and in its backup) is read once."""
        digest = sha256(data).digest()
        if digest not in self.seen:
            found = ((where, self.find(view)) for where, view in views("", data))
            self.seen[digest] = [(where, numbers) for where, numbers in found if numbers]
        return self.seen[digest]

    def blind_spots(self) -> list[tuple[str, str, str]]:
        """Every needle must be found in random surroundings. Empty when the scanner sees."""
        return [
            self.meaning[pattern][0]
            for number, pattern in enumerate(self.patterns)
            if number not in self.find(secrets.token_bytes(97) + pattern + secrets.token_bytes(61))
        ]


def has_hyperscan() -> bool:
    return importlib.util.find_spec("hyperscan") is not None


def with_hyperscan(patterns: list[bytes]) -> Any:
    import hyperscan  # noqa: PLC0415 not on every platform

    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[b"".join(b"\\x%02x" % byte for byte in pattern) for pattern in patterns],
        ids=list(range(len(patterns))),
        flags=[hyperscan.HS_FLAG_SINGLEMATCH] * len(patterns),
    )

    def find(data: bytes) -> set[int]:
        found: set[int] = set()
        if data:
            database.scan(data, match_event_handler=lambda number, *_: found.add(number))
        return found

    return find


def by_mark(patterns: list[bytes]) -> Any:
    """Needles with a form of the mark in them are looked up where that form stands; the few others one by one."""
    marks = sorted({form for form in forms_of(MARK).values() if len(form) >= SHORTEST})
    near = {mark: shapes(patterns, mark) for mark in marks}
    others = [n for n, pattern in enumerate(patterns) if not any(mark in pattern for mark in marks)]

    def find(data: bytes) -> set[int]:
        found = {number for number in others if patterns[number] in data}
        for mark, shaped in near.items():
            for place in re.finditer(re.escape(mark), data):
                for (before, length), numbers in shaped.items():
                    start = max(0, place.start() - before)
                    if (number := numbers.get(data[start : start + length])) is not None:
                        found.add(number)
        return found

    return find


def shapes(patterns: list[bytes], mark: bytes) -> dict[tuple[int, int], dict[bytes, int]]:
    """(where the mark begins in a needle, how long the needle is) → needle → its number."""
    shaped: dict[tuple[int, int], dict[bytes, int]] = {}
    for number, pattern in enumerate(patterns):
        if mark in pattern:
            shaped.setdefault((pattern.index(mark), len(pattern)), {})[pattern] = number
    return shaped
