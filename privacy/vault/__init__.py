"""The vault: personal values are sealed before they reach the database or the disk; a key can be destroyed."""

from privacy.vault.errors import DestructionPending, Forgotten, KeyMissing, KeyringError, SealBroken
from privacy.vault.values import Closed, Erased, Unreadable

__all__ = [
    "Closed", "DestructionPending", "Erased", "Forgotten", "KeyMissing", "KeyringError", "SealBroken", "Unreadable",
]  # fmt: skip
