"""Which characters our fonts for paper can draw; the others are named, so that no font of the machine steps in."""

import re
from functools import cache
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont

FONTS: Final = Path(__file__).parent / "fonts"
FACES: Final = {
    "report:regular.ttf": FONTS / "report-regular.ttf",
    "report:bold.ttf": FONTS / "report-bold.ttf",
}
LAYOUT: Final = r"\n\t"  # white space of the page itself; a value brings none (portability/entries.py)


@cache
def drawable() -> frozenset[int]:
    """Only what both faces have: a value may stand in either."""
    return frozenset.intersection(*(characters_of(path) for path in FACES.values()))


def characters_of(path: Path) -> frozenset[int]:
    with TTFont(path, lazy=True) as face:
        return frozenset(face.getBestCmap())


@cache
def undrawable() -> re.Pattern[str]:
    known = "".join(re.escape(chr(code)) for code in sorted(drawable()) if code >= ord(" "))
    return re.compile(f"[^{known}{LAYOUT}]")


def drawn(text: str) -> str:
    """`[U+1F600]` for what cannot be drawn; control characters and direction marks are named in the same way."""
    return undrawable().sub(lambda found: f"[U+{ord(found[0]):04X}]", text)
