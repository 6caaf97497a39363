"""Which key seals a new value: the declared one, or the next of its generations if a withdrawal destroys it."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from django.db.models import Model
from django.db.models.fields import Field

from privacy.inventory import key_id
from privacy.vault import current
from privacy.vault.errors import Forgotten
from privacy.vault.frames import FORGOTTEN, Keys, is_of_the_erased
from privacy.vault.ids import next_generation

NO_DAY: Final = bytes(2)  # what rests on a yes is kept by no law


def living_key(row: Model, field: Field) -> bytes:  # type: ignore[type-arg]
    """The id of the key for this field of this row. Raises Forgotten for an erased person, but for what a law keeps."""
    return living(current.keyring().keys, key_id(row, field))


def living(keys: Keys, wanted: bytes) -> bytes:
    """The last generation that was begun, and the next one if that is destroyed. Raises Forgotten."""
    if is_of_the_erased(keys, wanted):
        raise Forgotten("Nothing is sealed anew for somebody who is erased.")
    while (following := next_generation(wanted)) and (keys.get(wanted) == FORGOTTEN or following in keys):
        wanted = following
    return wanted


def keys_of_purpose(uid: UUID, number: int) -> list[bytes]:
    """What a withdrawal destroys: one person's keys for one purpose that still open something, the oldest first."""
    keys = current.keyring().keys
    return [key for key in generations(keys, uid, number) if keys[key] != FORGOTTEN]


def generations(keys: Keys, uid: UUID, number: int) -> Iterator[bytes]:
    """One after the other, tombstones included: none is ever left out."""
    key: bytes | None = uid.bytes + number.to_bytes(2, "big") + NO_DAY
    while key and key in keys:
        yield key
        key = next_generation(key)


def begin_next(uid: UUID, number: int) -> None:
    """What is written from now on has a new key although the old one lives: its destruction is under way."""
    alive = keys_of_purpose(uid, number)
    if len(alive) == 1 and (following := next_generation(alive[0])):
        current.keyring().make([following])
