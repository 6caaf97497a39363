"""One way to write an entry down, so that a hash of it can be made again by anybody: RFC 8785, without floats."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

Plain = str | int | bool | None
JSON = Plain | list[Plain] | dict[str, "JSON"]

ENTRY: Final = b"ams-privacy/ledger-entry/1\0"
EVIDENCE: Final = b"ams-privacy/ledger-evidence/1\0"
START: Final = bytes(32)  # what the first entry has before it


def canonical(value: Mapping[str, JSON]) -> bytes:
    """Sorted keys, no spaces, nothing escaped that need not be. Keys are ASCII, so sorting by code point will do."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def moment(at: datetime) -> str:
    """UTC with microseconds, which is what PostgreSQL keeps."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def hash_of_entry(entry: Mapping[str, JSON]) -> bytes:
    """Domain separated: the hash of an entry can never be passed off as the hash of anything else."""
    return hashlib.sha256(ENTRY + canonical(entry)).digest()


def commitment_to(salt: bytes, evidence: Mapping[str, JSON]) -> bytes:
    """Noise to everybody who has not the salt."""
    return hashlib.sha256(EVIDENCE + salt + canonical(evidence)).digest()
