"""What a key's id says: uid (16 bytes), consent (2 bytes), day of death (2 bytes, days since 1970)."""

import hashlib
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from privacy.inventory import CORE, EPOCH

UID: Final = 16
INDEX_CLASS: Final = b"\xff\xff\xff\xff"


def core_id(uid: UUID) -> bytes:
    """The key of a person, or of an association, for what lives as long as they stay."""
    return uid.bytes + CORE


def uid_of(key_id: bytes) -> UUID:
    return UUID(bytes=key_id[:UID])


def consent_of(key_id: bytes) -> int:
    """The number of the consent that is the only basis for what this key seals, or 0."""
    return int.from_bytes(key_id[UID : UID + 2], "big")


def day_of(key_id: bytes) -> date | None:
    """The last day of this key, or None if it has none."""
    days = int.from_bytes(key_id[UID + 2 :], "big")
    return EPOCH + timedelta(days=days) if days and not is_index(key_id) else None


def index_id(name: str, slot: int) -> bytes:
    """Index keys live beside the keys of people, under a class that no person's key can have."""
    return hashlib.sha256(f"{name}:{slot}".encode()).digest()[:UID] + INDEX_CLASS


def is_index(key_id: bytes) -> bool:
    return key_id[UID:] == INDEX_CLASS
