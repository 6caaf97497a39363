"""Which key seals a new value: the declared one, or the next of its generations if a withdrawal destroyed it."""

from uuid import UUID

from django.db.models import Model
from django.db.models.fields import Field

from privacy.inventory import key_id
from privacy.vault import current
from privacy.vault.frames import FORGOTTEN, Keys
from privacy.vault.ids import core_id, next_generation, purpose_of, uid_of


def living_key(row: Model, field: Field) -> bytes:  # type: ignore[type-arg]
    """The id of the key for this field of this row. Of an erased person no new generation is ever made."""
    return living(current.keyring().keys, key_id(row, field))


def living(keys: Keys, wanted: bytes) -> bytes:
    if keys.get(wanted) != FORGOTTEN or keys.get(core_id(uid_of(wanted))) == FORGOTTEN:
        return wanted
    following = next_generation(wanted)
    return living(keys, following) if following else wanted


def keys_of_purpose(uid: UUID, number: int) -> list[bytes]:
    """What a withdrawal destroys: the keys of one person for one purpose that still open something."""
    keys = current.keyring().keys
    return [key for key in current.ids_of(uid) if purpose_of(key) == number and keys[key] != FORGOTTEN]
