"""The keyring of the association that speaks, and what is done to a keyring and its association's row together."""

from collections.abc import Iterable
from contextlib import nullcontext, suppress
from uuid import UUID

from privacy.inventory import association_model
from privacy.tenancy import require_association, speaking, speaking_for
from privacy.vault.errors import DestructionPending, KeyringError
from privacy.vault.ids import is_index, uid_of
from privacy.vault.keyring import Keyring
from privacy.vault.rings import forget_rings, open_ring, ring_for, rings

__all__ = [
    "create_for", "expect", "finish", "forget", "forget_rings", "ids_of", "keyring", "keyring_of", "record_epoch",
    "roots_missing",
]  # fmt: skip


def keyring() -> Keyring:
    """Asked for each sealed value, so it does no more than two look-ups once the ring is open."""
    association_id = speaking.get()
    ring = rings.get(association_id) if association_id else None
    return ring or open_ring(require_association())


def keyring_of(association_id: UUID) -> Keyring:
    """Raises KeyringError if there is none."""
    return open_ring(association_id)


def expect(association_id: UUID, epoch: int) -> None:
    """The row says how new the keyring must be. Raises KeyringError: an old one was put back, or a volume is slow.

    The row may be behind (a transaction rolled back after a turn), the file may not.
    """
    ring = open_ring(association_id)
    ring.refresh()
    if ring.epoch < epoch:
        ring.load()
    if ring.epoch < epoch:
        raise KeyringError("The keyring is older than the association's row says.")


def create_for(association_id: UUID) -> Keyring:
    """Together with the association, and only then: a lost volume must never start an empty keyring."""
    ring = ring_for(association_id)
    ring.create()
    record_epoch(ring)
    return ring


def forget(key_ids: Iterable[bytes]) -> None:
    """Destroy keys of the association that speaks, turn its root, and note the new epoch in its row.

    Raises DestructionPending: not done yet, repeat it. Several people may share one call, and so one turn.
    """
    ring = keyring()
    try:
        ring.forget(key_ids)
    except DestructionPending:
        with suppress(KeyringError):  # a place is away; that much is known
            ring.refresh()
        raise
    finally:
        record_epoch(ring)


def ids_of(uid: UUID) -> list[bytes]:
    """The ids of all keys that this person ever had in the association that speaks, tombstones included."""
    return [key_id for key_id in list(keyring().keys) if uid_of(key_id) == uid and not is_index(key_id)]


def finish(association_id: UUID, *, admit: bool = False) -> None:
    """At start and hourly: what a crash left half done. `admit`: a new root place is filled, too."""
    open_ring(association_id).finish(admit=admit)


def roots_missing(association_id: UUID) -> int:
    """In places that answer: another disk lies there than before."""
    ring = open_ring(association_id)
    return ring.roots.missing(ring.epoch)


def record_epoch(ring: Keyring) -> None:
    """Only upwards: two turns may write in the other order."""
    with nullcontext() if speaking.get() == ring.association_id else speaking_for(ring.association_id):
        row = association_model()._base_manager.filter(pk=ring.association_id, keyring_epoch__lt=ring.epoch)
        row.update(keyring_epoch=ring.epoch)
