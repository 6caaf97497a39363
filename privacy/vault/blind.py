"""The blind index: 16 bytes in front of a findable value, by which it is found and kept unique without being read."""

import hashlib
import hmac
import os
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from privacy.tenancy import require_association
from privacy.vault import current
from privacy.vault.frames import FORGOTTEN
from privacy.vault.ids import index_id
from privacy.vault.keyring import Keyring

FRONT: Final = 16
SLOTS: Final = 2  # while an index turns, two keys are alive: the old one and the new one

_guarded: ContextVar[bool] = ContextVar("guarded", default=False)


def normal(value: str) -> str:
    """M-17 and m-17 are one number, however its letters are put together."""
    return unicodedata.normalize("NFC", value.strip()).casefold()


def digest(key: bytes, value: str) -> bytes:
    """Of a value as its field compares it."""
    return hmac.digest(key, value.encode(), "sha256")[:FRONT]


def index_keys(ring: Keyring, name: str) -> list[bytes]:
    """Oldest first: write with the last, look up with all."""
    found = [ring.keys.get(index_id(name, slot), FORGOTTEN) for slot in range(SLOTS)]
    return [key for key in found if key != FORGOTTEN]


def front_of(name: str, value: str) -> bytes:
    """What a value is found by from now on. Its first use makes the index's key."""
    with guarded():
        ring = current.keyring()
        if not index_keys(ring, name):
            ring.make([index_id(name, 0)])
        return digest(index_keys(ring, name)[-1], value)


def fronts_of(name: str, value: str) -> list[bytes]:
    """What a value may be found by: under each key that is alive."""
    ring = current.keyring()
    ring.refresh()  # a turn may have begun since this request did
    return [digest(key, value) for key in index_keys(ring, name)]


def no_front() -> bytes:
    """An erased value is found by nothing, and stands in nobody's way."""
    return os.urandom(FRONT)


@contextmanager
def guarded() -> Iterator[None]:
    """Held to the end of the transaction by whoever seals a findable value; a turn waits for all of them.

    The lock comes first, the look at the keyring second. The other way round a writer could seal with the old key
    after the turn has rewritten the table: its twin would be accepted, and the value found by nobody.
    """
    if _guarded.get():
        yield
        return
    lock(require_association(), "pg_advisory_xact_lock_shared")
    current.keyring().refresh()
    token = _guarded.set(True)
    try:
        yield
    finally:
        _guarded.reset(token)


def lock(association_id: UUID, function: str) -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "A findable value is written inside speaking_for() only."
        )
    number = hashlib.sha256(b"privacy.vault.blind" + association_id.bytes).digest()[:8]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [int.from_bytes(number, "big", signed=True)])
