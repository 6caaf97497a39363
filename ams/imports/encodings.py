"""In which characters a file is written: told by its first bytes, else by what makes words of its letters."""

import codecs
from typing import Final

BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Of one byte a letter, the likeliest first.
OF_ONE_BYTE: Final = ("cp1252", "cp1250", "cp850", "mac_roman")
MARKS: Final = frozenset("\u2018\u2019\u201a\u201c\u201d\u201e\u2013\u2014\u2026\u20ac\xab\xbb\xa7\xb0")
TWICE: Final = "utf-8-twice"  # UTF-8 that a program read as Windows-1252 and wrote as UTF-8: "JÃ¼rgen"
NAMES: Final[dict[str, str]] = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    TWICE: "UTF-8, twice",
    "cp1252": "Windows-1252",
    "cp1250": "Windows-1250",
    "cp850": "DOS 850",
    "mac_roman": "Mac Roman",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
}
LOOKED_AT: Final = 64 * 1024


def encoding_of(data: bytes) -> str:
    """A mark at the start says it; else zero bytes in every other place mean UTF-16; else UTF-8 if it is valid."""
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return encoding
    start = data[:LOOKED_AT]
    if len(start) > 1 and start[1::2].count(0) > len(start) // 4:
        return "utf-16-le"
    if len(start) > 1 and start[::2].count(0) > len(start) // 4:
        return "utf-16-be"
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return likeliest(data)
    return TWICE if is_twice(text) else "utf-8"


def is_twice(text: str) -> bool:
    """Nobody writes words that happen to be valid UTF-8 once more."""
    if text.isascii():
        return False
    try:
        once(text)
    except UnicodeError:
        return False
    return True


def once(text: str) -> str:
    """Raises UnicodeError. Five bytes have no letter in Windows-1252: programs pass them on as they are."""
    return b"".join(
        letter.encode("latin-1" if "\x80" <= letter <= "\x9f" else "cp1252") for letter in text
    ).decode("utf-8")


def likeliest(data: bytes) -> str:
    return max(OF_ONE_BYTE, key=lambda encoding: score(data[:LOOKED_AT], encoding))


def score(data: bytes, encoding: str) -> int:
    """How many letters beyond ASCII stand in words that they fit into; none where a byte means nothing."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return -1
    return sum(
        fits(text[max(0, at - 1) : at], letter, text[at + 1 : at + 2])
        for at, letter in enumerate(text)
        if letter > "\x7f"
    )


def fits(before: str, letter: str, after: str) -> bool:
    """A letter beside another one, no capital behind a small one; a mark between words, not inside of one."""
    if letter in MARKS:
        return not (before.isalpha() and after.isalpha())
    if not letter.isalpha() or not (before.isalpha() or after.isalpha()):
        return False
    return not (letter.isupper() and before.islower())


def decoded(data: bytes, encoding: str) -> str:
    """Raises UnicodeError."""
    if encoding == TWICE:
        return once(data.decode("utf-8-sig"))
    if encoding == "utf-8":
        return data.decode("utf-8-sig")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        if encoding == "cp1252":  # the five bytes again
            return data.decode("latin-1")
        raise
