"""The bytes to look for: each canary in every encoding in which a store could hold it."""

import base64
import html
import json
import quopri
import re
import secrets
import struct
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from typing import Final
from urllib.parse import quote

MARK: Final = "zq7x9kv3w"  # every text canary begins with it
ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
TAILS: Final = ("", "é", "ßŁ", "😀", " <&'\"> ")
SHORTEST: Final = 8  # what is shorter is found by chance in random bytes
CARRIED: Final = ("utf-8", "nfd", "casefold", "utf-16-le", "latin-1")
Canary = str | int | date


def canary(tail: str = "") -> str:
    """20 characters, of which 11 are random."""
    return MARK + "".join(secrets.choice(ALPHABET) for _ in range(11)) + tail


def forms_of(value: Canary) -> dict[str, bytes]:
    """Encoding → bytes. Encodings that give the same bytes are all named."""
    if isinstance(value, str):
        return dict(text(value))
    return dict(number(value) if isinstance(value, int) else day(value))


def text(value: str) -> Iterator[tuple[str, bytes]]:
    for name, raw in plain_forms(value).items():
        yield name, raw
        if name in CARRIED:
            yield f"hex of {name}", raw.hex().encode()
            yield f"HEX of {name}", raw.hex().upper().encode()
            yield from cores(f"base64 of {name}", raw, base64.b64encode)
            yield from cores(f"base64url of {name}", raw, base64.urlsafe_b64encode)


def plain_forms(value: str) -> dict[str, bytes]:
    written = json.dumps(value)[1:-1].encode()
    percent = quote(value, safe="").encode()
    forms = {
        "utf-8": value.encode(),
        "utf-16-le": value.encode("utf-16-le"),
        "utf-16-be": value.encode("utf-16-be"),
        "nfd": unicodedata.normalize("NFD", value).encode(),
        "nfc": unicodedata.normalize("NFC", value).encode(),
        "casefold": value.casefold().encode(),
        "upper": value.upper().encode(),
        "json": written,
        "json-upper": re.sub(rb"\\u....", lambda found: b"\\u" + found[0][2:].upper(), written),
        "percent": percent,
        "form": percent.replace(b"%20", b"+"),
        "html": html.escape(value).encode(),
        "html-decimal": "".join(entity(letter) for letter in value).encode(),
        "quoted-printable": quopri.encodestring(value.encode()).replace(b"=\n", b""),
    }
    if value.encode("latin-1", "ignore").decode("latin-1") == value:
        forms["latin-1"] = value.encode("latin-1")
    return forms


def entity(letter: str) -> str:
    return letter if letter.isascii() and letter.isalnum() else f"&#{ord(letter)};"


def cores(name: str, raw: bytes, encode: Callable[[bytes], bytes]) -> Iterator[tuple[str, bytes]]:
    """The characters that any base64 of a longer text with `raw` in it must hold, one for each alignment."""
    for shift in range(3):
        start, end = (0, 2, 3)[shift], (shift + len(raw)) * 8 // 6
        yield f"{name}+{shift}", encode(bytes(shift) + raw)[start:end]


def number(value: int) -> Iterator[tuple[str, bytes]]:
    """A phone number."""
    digits = str(value)
    yield "digits", digits.encode()
    yield "digits utf-16-le", digits.encode("utf-16-le")
    yield "digits hex", digits.encode().hex().encode()
    yield from cores("digits base64", digits.encode(), base64.b64encode)
    yield "int8-be", struct.pack(">q", value)
    yield "int8-le", struct.pack("<q", value)
    groups = numeric(digits)
    yield "numeric-le", struct.pack(f"<{len(groups)}h", *groups)
    yield "numeric-be", struct.pack(f">{len(groups)}h", *groups)


def numeric(digits: str) -> list[int]:
    """As PostgreSQL keeps a numeric: groups of four digits."""
    padded = digits.zfill(-(-len(digits) // 4) * 4)
    return [int(padded[at : at + 4]) for at in range(0, len(padded), 4)]


def day(value: date) -> Iterator[tuple[str, bytes]]:
    """Not PostgreSQL's four bytes and not eight digits in a row: both are found by chance in ciphertext."""
    for pattern in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"):
        written = value.strftime(pattern).encode()
        yield f"date {pattern}", written
        yield f"date {pattern} hex", written.hex().encode()
        yield from cores(f"date {pattern} base64", written, base64.b64encode)
