"""Prints a document in a process of its own, which is given that and nothing else.

The process has no database, no key, no environment of ours and bounded memory and time; whatever a document does to it
ends there. Document and PDF travel through pipes: nothing personal touches a disk or a command line.
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from django.template import Context, Template

from privacy.printing.glyphs import FACES, borrowed

PROGRAM: Final = Path(__file__).with_name("print_pdf.py")
FAMILY: Final = re.compile(r"\bReport;")  # what each sheet names; other faces are added after it
FACES_OF_OURS: Final = """
@font-face { font-family: "Report"; src: url(report:regular.ttf); }
@font-face { font-family: "Report"; font-weight: 700; src: url(report:bold.ttf); }
"""
HOUSE: Final = "#1f4f82"  # the accent of every sheet, replaced by the association's
KEPT: Final = {"LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "TMPDIR"}  # macOS finds Pango by the second
COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
PATIENCE: Final = 120  # seconds; the process itself may use 60 of the processor


class ReportFailed(RuntimeError):  # noqa: N818 it says what happened
    """The document could not be printed. Says how the process ended, and nothing of what it was given."""


def print_pdf(
    page: str, data: bytes, *, sheet: Path, brand: str, pictures: Mapping[str, bytes] | None = None
) -> bytes:
    """PDF/A-3a and PDF/UA-1 with `data` inside as data.json, looking as the sheet says. Raises ReportFailed.

    `pictures`: by the address that they have in the page.
    """
    order = order_of(page, data, styles(sheet, brand), pictures or {})
    try:
        done = run(order)
    except subprocess.TimeoutExpired:
        raise ReportFailed("The press took too long and was stopped.") from None
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF-"):
        raise ReportFailed(f"The press ended with {done.returncode}.")
    return done.stdout


def run(order: bytes) -> subprocess.CompletedProcess[bytes]:
    """Our own program. Of our environment it gets where libraries lie: no password, no proxy, no locale."""
    command = [sys.executable, "-I", str(PROGRAM)]
    kept = {name: value for name, value in os.environ.items() if name in KEPT}
    return subprocess.run(command, input=order, capture_output=True, timeout=PATIENCE, env=kept, check=False)  # noqa: S603 as said


def order_of(page: str, data: bytes, sheet: str, pictures: Mapping[str, bytes]) -> bytes:
    """Page, styles, data; then each file that these may name, after its address."""
    others = borrowed(page)
    files = {name: path.read_bytes() for name, path in FACES.items()}
    files |= {f"report:{family}": content for family, content in others.items()} | dict(pictures)
    named = (part for name, content in files.items() for part in (name.encode(), content))
    return framed(page.encode(), with_families(sheet, list(others)).encode(), data, *named)


def with_families(sheet: str, families: list[str]) -> str:
    rules = (f"@font-face {{ font-family: {name}; src: url(report:{name}); }}\n" for name in families)
    return "".join(rules) + FAMILY.sub(f"{', '.join(['Report', *families])};", sheet)


def framed(*parts: bytes) -> bytes:
    """Each part after its length in 8 bytes."""
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


def styles(sheet: Path, brand: str) -> str:
    """Only a colour may reach the styles: a refused address in them would stop the press."""
    if not COLOUR.fullmatch(brand):
        raise ValueError("This is no colour.")
    return FACES_OF_OURS + sheet.read_text().replace(HOUSE, brand)


def ink(brand: str) -> str:
    """The association's colour, dark enough to be read on paper: the house's own rule (the filter `ink_of`)."""
    return Template("{{ brand|ink_of }}").render(Context({"brand": brand}))
