"""Which characters can be drawn on paper: by our own faces, or by those of other scripts that are here.

The others are named, so that no other font of the machine steps in.
"""

import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont

from privacy.printing import fallback

FONTS: Final = Path(__file__).parent / "fonts"
FACES: Final = {
    "report:regular.ttf": FONTS / "report-regular.ttf",
    "report:bold.ttf": FONTS / "report-bold.ttf",
}
JOINERS: Final = "\u200c\u200d"  # what Persian and Indian scripts are written with
UNSEEN: Final = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
LAYOUT: Final = set(
    map(ord, "\n\t")
)  # white space of the page itself; a value brings none (portability/entries.py)


@cache
def own() -> frozenset[int]:
    """Only what both our faces have: a value may stand in either."""
    return frozenset.intersection(*(characters_of(path) for path in FACES.values()))


def characters_of(path: Path) -> frozenset[int]:
    with TTFont(path, lazy=True) as face:
        return frozenset(code for code in face.getBestCmap() if code >= ord(" "))


def beyond_own(text: str) -> set[int]:
    return {ord(character) for character in set(text)} - own() - LAYOUT


def drawn(text: str) -> str:
    """`[U+1F600]` for what cannot be drawn; control characters and direction marks are named in the same way."""
    named = {code: f"[U+{code:04X}]" for code in beyond_own(text) if not is_drawable_elsewhere(code)}
    return text.translate(named)


def is_drawable_elsewhere(code: int) -> bool:
    """No mark that turns the direction of others or is not seen, and nothing that has no meaning of its own."""
    seen = chr(code) in JOINERS or unicodedata.category(chr(code)) not in UNSEEN
    return seen and any(code in face.characters for face in fallback.faces())


def borrowed(text: str) -> dict[str, bytes]:
    """The faces that the text needs beside ours, by the name that each has in the styles, the most needed first."""
    needed = fallback.faces_for(beyond_own(text))
    return {f"Report{number}": face.content(text) for number, face in enumerate(needed, start=1)}
