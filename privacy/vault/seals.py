"""The sealed value: `version · uid(16) · class(4) · row(16) · nonce(12) · AES-256-GCM(padded value)`.

The header and the column's name are authenticated, so a value can be moved to no other column. A database CHECK
compares the header's uid with the row's person and its row with the row's key (privacy/database.py), so it can be moved
to no other person and no other row; opening compares the row once more. Version 1 names no row (reseal_rows ends it).
"""

import os
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag

from privacy.vault.errors import SealBroken
from privacy.vault.ids import uid_of
from privacy.vault.keyring import Keyring
from privacy.vault.padding import pad, unpad
from privacy.vault.row_keys import NAME

WITHOUT_ROW: Final = b"\x01"
VERSION: Final = b"\x02"
ID_END: Final = 21
HEAD: Final = ID_END + NAME
NONCE: Final = 12


def seal(ring: Keyring, key_id: bytes, row: bytes, name: bytes, data: bytes) -> bytes:
    """Raises Forgotten: what is erased cannot be written anew."""
    head, nonce = VERSION + key_id + row, os.urandom(NONCE)
    return head + nonce + ring.key_for(key_id).encrypt(nonce, pad(data), head + name)


def unseal(ring: Keyring, name: bytes, sealed: bytes, row: bytes | None = None) -> bytes:
    """`row`: where it was found. Raises Forgotten, KeyMissing, SealBroken."""
    body = head_size(sealed)
    head, start = sealed[:body], body + NONCE
    cipher = ring.ciphers.get(sealed[1:ID_END]) or ring.cipher(key_id_of(sealed))
    if row is not None and body == HEAD and sealed[ID_END:HEAD] != row:
        raise SealBroken(f"A value of {name.decode()} was not sealed for this row.")
    try:
        return unpad(cipher.decrypt(sealed[body:start], sealed[start:], head + name))
    except (InvalidTag, ValueError):
        raise SealBroken(f"A value of {name.decode()} was not sealed for this column.") from None


def with_row(sealed: bytes, row: bytes) -> bytes:
    """The same for a value that does not open any more: only its header says where it stands."""
    return VERSION + sealed[1:ID_END] + row + sealed[head_size(sealed) :]


def known_uid_in(ring: Keyring, sealed: bytes) -> UUID | None:
    """Whose a value was that does not open, if its header can be believed: other bytes may say anything."""
    key_id = sealed[1:ID_END]
    return uid_of(key_id) if key_id in ring.keys else None


def head_size(sealed: bytes) -> int:
    return ID_END if sealed[:1] == WITHOUT_ROW else HEAD


def key_id_of(sealed: bytes) -> bytes:
    if sealed[:1] not in {VERSION, WITHOUT_ROW} or len(sealed) <= head_size(sealed) + NONCE:
        raise SealBroken("These bytes are no sealed value.")
    return sealed[1:ID_END]
