"""The shapes in the picture of what, why and who: names with their bars, ribbons between them."""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

WIDTH = 1040
BAR = 8
LINE = 21  # from one line of text to the next
LETTERS = 25  # of a label's line beside its bar
LINES = 2  # of a label; what is longer stands in full in the title and the table
WHAT, WHY, WHO = range(3)
LEFT_EDGE = (222.0, 412.0, 806.0)  # of the bar where ribbons of this column begin or end
WHY_OUT = 640.0
TEXT_AT = (12.0, 434.0, 828.0)
HIT_AT = ((4.0, 230.0), (412.0, 236.0), (806.0, 230.0))


@dataclass(slots=True)
class Node:
    """One name in one column."""

    name: str
    column: int
    note: str = ""
    url: str = ""
    yes: bool = False
    things: int = 0
    number: int = 0
    y: float = 0.0
    comes: float = 0.0
    goes: float = 0.0

    @property
    def height(self) -> float:
        return max(self.comes, self.goes)

    @property
    def slot(self) -> float:
        """Its lines of text need this much, however thin the bar."""
        return max(self.height, LINE * (len(self.label) + 1) + 4)

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    @property
    def label(self) -> list[str]:
        return textwrap.wrap(self.name, LETTERS, max_lines=LINES, placeholder="…") or [""]

    @property
    def bars(self) -> list[dict[str, float]]:
        """A reason has one on each side of its name, as tall as the ribbons on that side."""
        if self.column == WHY:
            return [self._bar(LEFT_EDGE[WHY], self.comes), self._bar(WHY_OUT, self.goes)]
        return [self._bar(LEFT_EDGE[self.column], self.height)]

    def _bar(self, x: float, height: float) -> dict[str, float]:
        return {"x": x, "y": round(self.middle - height / 2, 1), "height": round(height, 1)}

    @property
    def hit(self) -> dict[str, float]:
        """What a finger meets: the bar and all the text."""
        x, width = HIT_AT[self.column]
        tall = self.slot + BAR
        return {"x": x, "y": round(self.middle - tall / 2, 1), "width": width, "height": round(tall, 1)}

    @property
    def texts(self) -> list[dict[str, Any]]:
        """The lines of the label, then the place of the note."""
        first = self.middle - LINE * len(self.label) / 2 + 7
        lines = [*self.label, ""]
        return [
            {"x": TEXT_AT[self.column], "y": round(first + LINE * n, 1), "text": t}
            for n, t in enumerate(lines)
        ]


@dataclass(slots=True)
class Link:
    """Some things on their way from a node to the next column."""

    start: Node
    end: Node
    things: int = 0
    yes: bool = False
    via: set[int] = field(default_factory=set)
    width: float = 0.0
    d: str = ""

    @property
    def nodes(self) -> str:
        return " ".join(str(number) for number in sorted(self.via))


@dataclass(frozen=True, slots=True)
class Path:
    """The same by reason, to read downwards where the picture has no room."""

    why: Node
    what: list[tuple[Node, int]]
    who: list[Node]


@dataclass(frozen=True, slots=True)
class Flow:
    nodes: list[Node]
    links: list[Link]
    paths: list[Path]
    rows: list[Mapping[str, Any]]
    height: float
    width: int = WIDTH

    def column(self, number: int) -> list[Node]:
        return [node for node in self.nodes if node.column == number]
