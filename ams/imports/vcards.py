"""vCards, as Apple's address book writes them (RFC 6350 and before) → the same people as a table, a line each."""

import csv
import io
import quopri
import re
from collections.abc import Iterator
from typing import Final

from ams.imports.encodings import decoded, encoding_of
from ams.imports.read import Unreadable

BEGIN: Final = re.compile(r"\s*BEGIN:VCARD\s", re.IGNORECASE)
FOLD: Final = re.compile(r"\r?\n[ \t]")
SOFT_BREAK: Final = re.compile(r"=\r?\n")  # of quoted-printable, in vCard 2.1
LINE: Final = re.compile(r"(?:[\w-]+\.)?([\w-]+)((?:;[^:\"]*(?:\"[^\"]*\"[^:\"]*)*)?):(.*)", re.DOTALL)
ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
SEVERAL: Final = " ::: "
COLUMNS: Final = (
    "title", "given_name", "middle_name", "family_name", "full_name", "email", "phone", "street", "postcode", "town",
    "region", "country", "organisation", "department", "position", "born_on", "website",
)  # fmt: skip
# The parts of a value, and the column of each; "" is what we do not keep.
PARTS: Final[dict[str, tuple[str, ...]]] = {
    "N": ("family_name", "given_name", "middle_name", "title", ""),
    "ADR": ("", "", "street", "town", "region", "postcode", "country"),
    "ORG": ("organisation", "department"),
    "FN": ("full_name",),
    "EMAIL": ("email",),
    "TEL": ("phone",),
    "TITLE": ("position",),
    "BDAY": ("born_on",),
    "URL": ("website",),
}
MANY: Final = frozenset({"email", "phone"})


def is_vcards(data: bytes) -> bool:
    return BEGIN.match(data[:64].decode("utf-8-sig", "ignore").replace("\0", "")) is not None


def as_table(data: bytes) -> bytes:
    """Cards become a table before anything else, so that each has a line; a table stays as it is. Raises Unreadable."""
    try:
        return as_csv(data) if is_vcards(data) else data
    except UnicodeError:
        raise Unreadable("broken_characters") from None


def as_csv(data: bytes) -> bytes:
    """Raises UnicodeError."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    for card in cards(decoded(data, encoding_of(data))):
        writer.writerow({name: " ".join(value.split()) for name, value in card.items()})
    return out.getvalue().encode()


def cards(text: str) -> Iterator[dict[str, str]]:
    for card in re.split(BEGIN.pattern, FOLD.sub("", SOFT_BREAK.sub("", text)), flags=re.IGNORECASE):
        properties = [found for line in card.splitlines() if (found := LINE.fullmatch(line))]
        if properties and not any(is_group(each) for each in properties):
            yield person(properties)


def is_group(found: re.Match[str]) -> bool:
    return found[1].upper() in {"KIND", "X-ADDRESSBOOKSERVER-KIND"} and found[3].strip().lower() == "group"


def person(properties: list[re.Match[str]]) -> dict[str, str]:
    """The first of each; of addresses and phones all."""
    values: dict[str, str] = {}
    for found in properties:
        names = PARTS.get(found[1].upper(), ())
        for name, part in zip(names, parts_of(found, len(names)), strict=False):
            if name in values and name in MANY and part:
                values[name] += SEVERAL + part
            elif name and part:
                values.setdefault(name, part)
    return values


def parts_of(found: re.Match[str], number: int) -> list[str]:
    value = found[3]
    if "QUOTED-PRINTABLE" in found[2].upper():
        value = quopri.decodestring(value.encode()).decode("utf-8", "replace")
    parts = re.split(r"(?<!\\);", value) if number > 1 else [value]
    return [
        ESCAPED.sub(lambda escape: " " if escape[1] in "nN" else escape[1], part).strip() for part in parts
    ]
