"""Retention: a key with a date dies on that date, and with it what it sealed, in the backups too."""

from datetime import date
from uuid import UUID

from privacy.tenancy import speaking_for
from privacy.vault import current
from privacy.vault.frames import FORGOTTEN
from privacy.vault.ids import day_of


def forget_expired(association_id: UUID, today: date) -> int:
    """Nightly. Destroys every key whose day is over and says how many; one turn of the root for all."""
    with speaking_for(association_id):
        keys = list(current.keyring().keys.items())
        expired = [key_id for key_id, key in keys if key != FORGOTTEN and is_over(key_id, today)]
        if expired:
            current.forget(expired)
    return len(expired)


def is_over(key_id: bytes, today: date) -> bool:
    day = day_of(key_id)
    return day is not None and day < today
