"""The sealed value: `version · uid(16) · class(4) · nonce(12) · AES-256-GCM(padded value)`.

The header and the column's name are authenticated, so a value can be moved to no other column; a database CHECK
compares the header's uid with the row's person (privacy/database.py), so it can be moved to no other person.
"""

import os
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag

from privacy.vault.errors import SealBroken
from privacy.vault.ids import uid_of
from privacy.vault.keyring import Keyring
from privacy.vault.padding import pad, unpad

VERSION: Final = b"\x01"
HEAD: Final = 21
BODY: Final = 33


def seal(ring: Keyring, key_id: bytes, name: bytes, data: bytes) -> bytes:
    """Raises Forgotten: what is erased cannot be written anew."""
    head, nonce = VERSION + key_id, os.urandom(BODY - HEAD)
    return head + nonce + ring.key_for(key_id).encrypt(nonce, pad(data), head + name)


def unseal(ring: Keyring, name: bytes, sealed: bytes) -> bytes:
    """Raises Forgotten, KeyMissing, SealBroken."""
    head = sealed[:HEAD]
    cipher = ring.ciphers.get(head[1:]) or ring.cipher(key_id_of(sealed))
    try:
        return unpad(cipher.decrypt(sealed[HEAD:BODY], sealed[BODY:], head + name))
    except (InvalidTag, ValueError):
        raise SealBroken(f"A value of {name.decode()} was not sealed for this column.") from None


def known_uid_in(ring: Keyring, sealed: bytes) -> UUID | None:
    """Whose a value was that does not open, if its header can be believed: other bytes may say anything."""
    key_id = sealed[1:HEAD]
    return uid_of(key_id) if key_id in ring.keys else None


def key_id_of(sealed: bytes) -> bytes:
    if sealed[:1] != VERSION or len(sealed) <= BODY:
        raise SealBroken("These bytes are no sealed value.")
    return sealed[1:HEAD]
