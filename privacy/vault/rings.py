"""The keyrings that this process has opened, one an association."""

import os
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.conf import settings

from privacy.vault.keyring import Keyring
from privacy.vault.places import Folder, Place

rings: dict[UUID, Keyring] = {}


def ring_for(association_id: UUID) -> Keyring:
    """The object, whether or not there is a file yet."""
    return rings.setdefault(association_id, Keyring(association_id, replicas(), roots()))


def open_ring(association_id: UUID) -> Keyring:
    """Raises KeyringError: a keyring is made together with its association, never by asking for it."""
    ring = rings.get(association_id)
    if ring is None:
        ring = Keyring(association_id, replicas(), roots())
        ring.load()
        ring = rings.setdefault(association_id, ring)
    return ring


def refresh(association_id: UUID) -> None:
    """Each request and each task begins here: keys destroyed elsewhere are gone from this process too."""
    ring = rings.get(association_id)
    if ring is not None:
        ring.refresh()


def replicas() -> list[Place]:
    return _folders(settings.KEYRING_REPLICAS)


def roots() -> list[Place]:
    return _folders(settings.KEYRING_ROOTS)


def _folders(paths: Iterable[str | Path]) -> list[Place]:
    return [Folder(path) for path in paths]


def forget_rings() -> None:
    """For tests with places of their own, and for a child process, which must not share its parent's locks."""
    rings.clear()


os.register_at_fork(after_in_child=forget_rings)
