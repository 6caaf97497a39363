"""The content lines that vCard (RFC 6350 §3.2) and iCalendar (RFC 5545 §3.1) share: escaping and folding."""

import re
from collections.abc import Iterable
from typing import Final

LONGEST: Final = 75  # octets in a line, without its break
MIDDLE: Final = 0x80  # how the second and later octets of a UTF-8 character begin
CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

BREAKS: Final = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")


def text(value: str) -> str:
    """A text value: what would end it or part it is escaped, so that no value can begin a property."""
    value = CONTROLS.sub("", value).replace("\\", "\\\\").replace(";", r"\;").replace(",", r"\,")
    return BREAKS.sub(r"\\n", value)


def parameter(value: str) -> str:
    """RFC 6868, for a value that stands between quotes."""
    value = CONTROLS.sub("", value).replace("^", "^^").replace('"', "^'")
    return BREAKS.sub("^n", value)


def folded(lines: Iterable[str]) -> bytes:
    return b"".join(fold(line.encode()) + b"\r\n" for line in lines)


def fold(line: bytes) -> bytes:
    """Breaks between characters only: RFC 6350 §3.2 forbids to part the octets of one."""
    parts = []
    while len(line) > LONGEST:
        cut = LONGEST
        while line[cut] & 0xC0 == MIDDLE:
            cut -= 1
        parts.append(line[:cut])
        line = b" " + line[cut:]
    return b"\r\n".join([*parts, line])
