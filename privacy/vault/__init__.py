"""The vault: personal values are sealed before they reach the database or the disk; a key can be destroyed."""

from privacy.vault.errors import DestructionPending, Forgotten, KeyMissing, KeyringError, SealBroken
from privacy.vault.values import Erased

__all__ = ["DestructionPending", "Erased", "Forgotten", "KeyMissing", "KeyringError", "SealBroken"]
