"""Which characters our fonts for paper can draw; the others are named, so that no font of the machine steps in."""

import re
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
LAYOUT: Final = r"\n\t"  # white space of the page itself; a value brings none (portability/entries.py)


@cache
def drawable() -> frozenset[int]:
    """What our own faces have, both of them, as a value may stand in either; and what others have that are here."""
    return own() | {code for code in fallback.drawable() if is_letter_or_sign(chr(code))}


def is_letter_or_sign(character: str) -> bool:
    """No mark that turns the direction of others or is not seen, and nothing that has no meaning of its own."""
    return character in JOINERS or unicodedata.category(character) not in UNSEEN


@cache
def own() -> frozenset[int]:
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


def borrowed(text: str) -> dict[str, bytes]:
    """The faces that the text needs beside ours, by the name that each has in the styles, the most needed first."""
    missing = {ord(character) for character in text} - own() - set(map(ord, "\n\t"))
    return {f"Report{n}": face.content(text) for n, face in enumerate(fallback.faces_for(missing), start=1)}
