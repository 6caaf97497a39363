"""The receipt as a PDF, with the signed data inside: what is read and what is checked stay together."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils.translation import get_language

from privacy.printing.glyphs import drawn
from privacy.printing.press import ink, print_pdf

SHEET: Final = Path(__file__).with_name("receipt.css")


def as_pdf(facts: dict[str, Any], data: bytes) -> bytes:
    """PDF/A-3a in the reader's language; the words stay in their own. Raises ReportFailed."""
    return b"".join(printed(facts, data))


def printed(facts: dict[str, Any], data: bytes) -> Iterator[bytes]:
    """The document is written now and printed when somebody takes it: printing is slow, and needs no transaction."""
    page = drawn(render_to_string("consent/receipt_paper.html", facts | {"language": get_language()}))
    brand = ink(facts["association"].brand)
    return (print_pdf(page, data, sheet=SHEET, brand=brand) for _once in range(1))
