"""Checks a receipt without us: this one file, Python and `cryptography` are enough (docs/receipts.md).

    python verify.py receipt.json --key KEY

KEY is the association's published key: base64 or hex, a file with it, or what its address answers.
"""

import argparse
import hashlib
import json
import re
import sys
import zlib
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, Final, NoReturn
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

CONTEXT: Final = b"ams-privacy/consent-receipt/1\0"
KIND: Final = "urn:ams-privacy:receipt:1"
MOST: Final = 2_000_000  # bytes, also of what a PDF unpacks to
FILES: Final = 8  # inside a PDF; ours has one
KEY_SIZE: Final = 32


def _(text: str) -> str:
    """Marks a sentence for translators; our page translates it, this program needs no language but its own."""
    return text


UNREADABLE: Final = _("This cannot be read: it is neither the JSON nor the PDF of a receipt.")
TOO_LONG: Final = _("This is too long for a receipt.")
SEVERAL: Final = _("There is more than one receipt in this PDF.")
NOT_ONE: Final = _("This is not a receipt that we know how to check.")
OTHER_KEY: Final = _("This receipt is signed with another key than the one it is compared with.")
CHANGED: Final = _("The signature does not fit: something was changed after signing.")
WORDS: Final = _("The words do not match their fingerprint.")
VERSION: Final = _("The version does not match its fingerprint.")
ORDER: Final = _("The past states are out of order.")
LAST: Final = _("The last state is not the decision that this receipt is about.")
NO_KEY: Final = _("This is no public key: 32 bytes in base64 or hexadecimal, or a file with them.")


class NotGenuine(ValueError):  # noqa: N818  it says what is the case
    """Its text is the first thing that is wrong."""


@dataclass(frozen=True, slots=True)
class Past:
    act: str
    at: datetime
    channel: str
    version: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What a whole receipt says. `is_known_key`: it was compared with a key from elsewhere."""

    is_known_key: bool
    key_id: str
    published_at: str
    publisher: str
    statement: str
    kind: str
    name: str
    title: str
    text: str
    language: str
    past: tuple[Past, ...]
    number: str
    decision: str

    @property
    def this(self) -> Past:
        return self.past[-1]


def check(data: bytes, key: bytes | None = None) -> Checked:
    """Of the JSON or of the PDF with it. Raises NotGenuine."""
    receipt = read(data)
    try:
        check_signature(receipt, key)
        record = receipt["dpv:hasRecordOfActivity"]
        check_words(record["dpv:hasNotice"])
        check_past(record)
        return told(receipt, record, is_known_key=key is not None)
    except NotGenuine:
        raise
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
        raise NotGenuine(NOT_ONE) from None


# Reading


def read(data: bytes) -> dict[str, Any]:
    if len(data) > MOST:
        raise NotGenuine(TOO_LONG)
    text = attached(data) if data.lstrip().startswith(b"%PDF-") else data
    try:
        receipt = json.loads(
            text.decode("utf-8-sig"),
            object_pairs_hook=once,
            parse_float=refuse,
            parse_constant=refuse,
        )
    except (ValueError, RecursionError):
        raise NotGenuine(UNREADABLE) from None
    kinds = receipt.get("dct:conformsTo") if isinstance(receipt, dict) else None
    if not isinstance(kinds, list) or KIND not in kinds:
        raise NotGenuine(NOT_ONE)
    return dict(receipt)


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two values under one name each reader might take another."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError
    return dict(pairs)


def refuse(_number: str) -> NoReturn:
    """A receipt has whole numbers only: others have more than one way to be written."""
    raise ValueError


def attached(pdf: bytes) -> bytes:
    """The data inside. What the pages look like is not checked: compare them with what is told of the data."""
    found = [data for data in islice(embedded(pdf), FILES) if KIND.encode() in data]
    if len(found) != 1:
        raise NotGenuine(SEVERAL if found else UNREADABLE)
    return found[0]


def embedded(pdf: bytes) -> Iterator[bytes]:
    """Files inside a PDF as our press writes them; `room` keeps a small file from growing without end."""
    room = MOST
    for start in re.finditer(rb"/EmbeddedFile\b[^\0]{0,400}?>>\s{0,4}stream\r?\n", pdf):
        raw = pdf[start.end() :]
        try:
            data = zlib.decompressobj().decompress(raw, room)
        except zlib.error:
            data = raw.partition(b"endstream")[0].strip()
        room -= len(data)
        yield data
        if room <= 0:
            raise NotGenuine(TOO_LONG)


# Checking


def canonical(value: Any) -> bytes:
    """RFC 8785, for texts and whole numbers under ASCII names."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def key_id(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:32]


def check_signature(receipt: dict[str, Any], key: bytes | None) -> None:
    inside = b64decode(receipt["ams:signedBy"]["public_key"], validate=True)
    if key is not None and inside != key:
        raise NotGenuine(OTHER_KEY)
    signature = str(receipt["ams:signature"])
    signed = {name: value for name, value in receipt.items() if name != "ams:signature"}
    if not re.fullmatch("[0-9a-f]{128}", signature):  # one way of writing it: no letter may be another
        raise NotGenuine(CHANGED)
    try:
        Ed25519PublicKey.from_public_bytes(inside).verify(
            bytes.fromhex(signature), CONTEXT + canonical(signed)
        )
    except InvalidSignature:
        raise NotGenuine(CHANGED) from None


def check_words(notice: dict[str, Any]) -> None:
    language = notice["dct:language"]
    words = {"language": language, "words": notice["ams:version"]["wordings"][language]}
    if hashlib.sha256(canonical(words)).hexdigest() != notice["ams:textHash"]:
        raise NotGenuine(WORDS)
    if hashlib.sha256(canonical(notice["ams:version"])).hexdigest() != notice["ams:versionHash"]:
        raise NotGenuine(VERSION)


def check_past(record: dict[str, Any]) -> None:
    events, notice = events_of(record), record["dpv:hasNotice"]
    times = [datetime.fromisoformat(event["dpv:isIndicatedAtTime"]) for event in events]
    if any(later <= earlier for earlier, later in pairwise(times)):
        raise NotGenuine(ORDER)
    last = events[-1]
    if last["@id"] != record["@id"] or any(last[name] != notice[name] for name in HASHES):
        raise NotGenuine(LAST)


HASHES: Final = ("ams:textHash", "ams:versionHash")


def events_of(record: dict[str, Any]) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = record.get("dpv:hasConsentStatus") or record["dpv:hasStatus"]
    return events


# Telling


def told(receipt: dict[str, Any], record: dict[str, Any], *, is_known_key: bool) -> Checked:
    notice, by = record["dpv:hasNotice"], receipt["ams:signedBy"]
    words = notice["ams:version"]["wordings"][notice["dct:language"]]
    return Checked(
        is_known_key=is_known_key,
        key_id=key_id(b64decode(by["public_key"])),
        published_at=str(by["published_at"]),
        publisher=str(receipt["dct:publisher"]),
        statement=str(notice["ams:version"]["statement"]),
        kind=str(notice["ams:version"]["kind"]),
        name=str(words["name"]),
        title=str(words["title"]),
        text=str(words["text"]),
        language=str(notice["dct:language"]),
        past=tuple(past(event) for event in events_of(record)),
        number=str(UUID(receipt["dct:identifier"])),
        decision=str(UUID(record["dct:identifier"])),
    )


def past(event: dict[str, Any]) -> Past:
    return Past(
        act=str(event["ams:act"]),
        at=datetime.fromisoformat(event["dpv:isIndicatedAtTime"]).astimezone(zone(event["ams:timeZone"])),
        channel=str(event["dpv:hasIndicationMethod"]),
        version=int(event["ams:versionNumber"]),
    )


def zone(name: str) -> tzinfo:
    """A computer without the table of zones tells the time in UTC."""
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return UTC


def in_one_line(checked: Checked) -> str:
    this = checked.this
    what = f"“{checked.name}”, version {this.version}: {this.act} on {this.at:%Y-%m-%d at %H:%M:%S %Z}"
    if checked.is_known_key:
        return f"Genuine. {what}. Signed by {checked.publisher}, key {checked.key_id}."
    return (
        f"The receipt is whole, but whose key it is you must compare. {what}. "
        f"It says that it is from {checked.publisher}, key {checked.key_id}, published at {checked.published_at}"
    )


def key_of(text: str) -> bytes:
    """From what somebody hands over: the key itself, a file with it, or what the association's address answers."""
    if len(text) < 4 * KEY_SIZE and Path(text).is_file():
        text = Path(text).read_text()
    text = text.strip()
    try:
        if text.startswith("{"):
            text = json.loads(text)["keys"][0]["public_key"]
        key = bytes.fromhex(text) if re.fullmatch("[0-9a-fA-F]{64}", text) else b64decode(text, validate=True)
    except (ValueError, LookupError, TypeError):
        key = b""
    if len(key) != KEY_SIZE:
        raise NotGenuine(NO_KEY)
    return key


def main() -> int:
    parser = argparse.ArgumentParser(description="Check a receipt of a decision. Needs no network.")
    parser.add_argument("file", type=Path, metavar="FILE", help="the receipt: its JSON or its PDF")
    parser.add_argument("--key", metavar="KEY", help="the association's published key, or a file with it")
    options = parser.parse_args()
    try:
        checked = check(options.file.read_bytes(), key_of(options.key) if options.key else None)
    except (NotGenuine, OSError) as wrong:
        sys.stderr.write(f"{options.file.name}: {getattr(wrong, 'strerror', None) or wrong}\n")
        return 1
    sys.stdout.write(f"{in_one_line(checked)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
