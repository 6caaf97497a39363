"""Faces of other scripts: Noto's, as the system's packages bring them, for what our own two faces do not have.

Only those that a document needs go to the press, and only the characters that it uses go into the PDF.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont

# Debian's fonts-noto-core and fonts-noto-cjk; macOS has them in /Library/Fonts or one's own.
FOLDERS: Final = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/Library/Fonts"),
    Path.home() / "Library/Fonts",
)
NAMES: Final = "NotoSans*-Regular.*"
# One file holds the Chinese, Japanese and Korean shapes of the same characters, in this order.
HAN: Final = "NotoSansCJK-Regular.ttc"
JAPANESE, KOREAN, CHINESE = 0, 1, 2
KANA: Final = re.compile("[\u3041-\u30ff]")
HANGUL: Final = re.compile("[\u1100-\u11ff\uac00-\ud7a3]")


@dataclass(frozen=True, slots=True)
class Face:
    path: Path
    characters: frozenset[int]

    def content(self, text: str) -> bytes:
        """A file with one face, as the press takes it."""
        if self.path.suffix != ".ttc":
            return self.path.read_bytes()
        target = io.BytesIO()
        with TTFont(self.path, fontNumber=shapes_for(text), lazy=True, recalcTimestamp=False) as face:
            face.save(target, reorderTables=None)
        return target.getvalue()


def shapes_for(text: str) -> int:
    """By the letters that only one of them has. Where a text has none, all can be read."""
    if KANA.search(text):
        return JAPANESE
    return KOREAN if HANGUL.search(text) else CHINESE


@cache
def faces() -> tuple[Face, ...]:
    """The smallest first: a script's own face before one that has a bit of many. Empty where none is installed."""
    found = {path.name: path for folder in FOLDERS for path in sorted(folder.rglob(NAMES))}
    return tuple(sorted(map(read, found.values()), key=lambda face: (len(face.characters), face.path.name)))


def read(path: Path) -> Face:
    with TTFont(path, fontNumber=0, lazy=True) as face:
        return Face(path, frozenset(face.getBestCmap() or ()))


def faces_for(missing: set[int]) -> Iterator[Face]:
    """As few as possible: letter and accent of one script come from one face, or they would not join."""
    if not missing:
        return
    while best := max(faces(), key=lambda face: len(face.characters & missing), default=None):
        if not best.characters & missing:
            return
        yield best
        missing -= best.characters
