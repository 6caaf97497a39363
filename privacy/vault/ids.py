"""What a key's id says: uid (16 bytes), consent (2 bytes), day of death (2 bytes, days since 1970).

The consent's 2 bytes hold the number of the purpose (10 bits) and a generation (6 bits): who takes a yes back and gives
it again later seals with a new key, since the old one is destroyed for good.
"""

import hashlib
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from privacy.declarations import CONTAINER_NUMBER
from privacy.inventory import CORE, EPOCH

PURPOSE_BITS: Final = 10
MOST_PURPOSES: Final = 1000
LAST_GENERATION: Final = (
    62  # numbers beyond it are not purposes: a letter of farewell has one (erasure/proof.py)
)
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


def purpose_of(key_id: bytes) -> int:
    """The number of the purpose, whichever generation of its key this is; 0 for a key that is no consent's."""
    number = consent_of(key_id)
    return number % (1 << PURPOSE_BITS) if number >> PURPOSE_BITS <= LAST_GENERATION else 0


def next_generation(key_id: bytes) -> bytes | None:
    """The id of the key that follows a destroyed one; None where there is none to follow."""
    number = consent_of(key_id)
    if not purpose_of(key_id) or number >> PURPOSE_BITS == LAST_GENERATION:
        return None
    return key_id[:UID] + (number + (1 << PURPOSE_BITS)).to_bytes(2, "big") + key_id[UID + 2 :]


def day_of(key_id: bytes) -> date | None:
    """The last day of this key, or None if it has none."""
    days = int.from_bytes(key_id[UID + 2 :], "big")
    return EPOCH + timedelta(days=days) if days and not is_index(key_id) else None


def is_container(key_id: bytes) -> bool:
    """The key of one sealed thing about several people."""
    return consent_of(key_id) == CONTAINER_NUMBER


def index_id(name: str, slot: int) -> bytes:
    """Index keys live beside the keys of people, under a class that no person's key can have."""
    return hashlib.sha256(f"{name}:{slot}".encode()).digest()[:UID] + INDEX_CLASS


def is_index(key_id: bytes) -> bool:
    return key_id[UID:] == INDEX_CLASS
