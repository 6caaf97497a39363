"""The machine's own tools that read a PDF as a stranger would."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

WORD: Final = re.compile(
    r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>'
)


def tool(name: str, *arguments: str, given: bytes = b"") -> str:
    program = shutil.which(name)
    assert program, f"{name} comes with poppler-utils"
    return subprocess.run([program, *arguments], input=given, capture_output=True, check=True).stdout.decode()


def text_of(pdf: bytes) -> str:
    return tool("pdftotext", "-layout", "-", "-", given=pdf)


def fonts_of(pdf: bytes, folder: Path) -> list[list[str]]:
    (folder / "fonts.pdf").write_bytes(pdf)
    return [line.split() for line in tool("pdffonts", str(folder / "fonts.pdf")).splitlines()[2:]]


def words_of(pdf: bytes) -> list[tuple[str, float, float, float, float]]:
    """Each word with the box in which it stands, in points from the top left corner of its page."""
    found = WORD.findall(tool("pdftotext", "-bbox", "-", "-", given=pdf))
    return [
        (word, float(left), float(top), float(right), float(bottom))
        for left, top, right, bottom, word in found
    ]
