"""The self-check before an erasure is called complete, and what its certificate says."""

from typing import Final
from uuid import UUID

from django.db.models import Model

from erasure.plan import Found, find
from privacy.vault import current
from privacy.vault.frames import FORGOTTEN
from privacy.vault.ids import consent_of, core_id, day_of

FAREWELL_NUMBER: Final = 0xFFFE  # the consent number that no purpose has (privacy/inventory.py)
FAREWELL: Final = FAREWELL_NUMBER.to_bytes(2, "big")


class NotErased(Exception):  # noqa: N818 it says what is the case
    """The self-check found something that should be gone."""


def leftovers(individual: Model) -> list[Found]:
    """Rows that a late writer added after the rows were taken away; the farewell goes by its own way."""
    return [
        found
        for found in find([individual])
        if found.rows and not found.declaration.is_kept() and found.declaration.consent != FAREWELL_NUMBER
    ]


def check_keys(uid: UUID) -> None:
    """Raises NotErased."""
    if keys_left(uid):
        raise NotErased("A key that should be destroyed is still there.")


def keys_left(uid: UUID) -> list[bytes]:
    """The core key and every other one without a date, of those that are no tombstones yet."""
    ring = current.keyring()
    ring.load()  # from the disk, not from memory
    doomed = [core_id(uid), *filter(is_doomed, current.ids_of(uid))]
    return [key for key in doomed if ring.keys.get(key) != FORGOTTEN]


def is_doomed(key_id: bytes) -> bool:
    """Goes with the person: every key without a date of its own, but for the letter of farewell's."""
    return day_of(key_id) is None and consent_of(key_id) != FAREWELL_NUMBER
