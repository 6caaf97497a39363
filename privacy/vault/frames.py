"""The keyring's file format: a header with the epoch, then sealed frames of records. Bytes in, bytes out.

File: `magic · epoch(8) · frame*`. Frame: `length(4) · nonce(12) · AES-GCM(root, record*)`; the first one is the
snapshot, the others are appended. Record: `uid(16) · class(4) · key(32)`. The epoch, the association and the number
of the frame are authenticated, so that no frame can be moved, repeated or left out in the middle.
"""

import secrets
import struct
from dataclasses import dataclass
from itertools import chain
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC: Final = b"AMSKEYS1"
HEADER: Final = 16
ID: Final = 20
UID: Final = 16
KEY: Final = 32
RECORD: Final = ID + KEY
FORGOTTEN: Final = bytes(KEY)  # the tombstone: this key was destroyed
ROOT: Final = 32
LENGTH: Final = 4
NONCE: Final = 12
TAG: Final = 16

Keys = dict[bytes, bytes]


def is_of_the_erased(keys: Keys, key_id: bytes) -> bool:
    """Its person's core key is destroyed. A key with a day of its own is a law's, and may still come."""
    return key_id[UID + 2 :] == bytes(2) and keys.get(key_id[:UID] + bytes(4)) == FORGOTTEN


def header(epoch: int) -> bytes:
    return MAGIC + epoch.to_bytes(8, "big")


def epoch_in(data: bytes) -> int | None:
    return int.from_bytes(data[8:HEADER], "big") if len(data) >= HEADER and data[:8] == MAGIC else None


@dataclass(frozen=True, slots=True)
class Frames:
    """What was read: the keys, how many frames there are now, and where the next one begins."""

    keys: Keys
    number: int
    end: int


@dataclass(frozen=True, slots=True)
class Epoch:
    """What the frames between two turns are sealed with."""

    association: bytes
    number: int
    root: bytes

    def seal(self, frame: int, keys: Keys) -> bytes:
        nonce, body = secrets.token_bytes(NONCE), b"".join(chain.from_iterable(keys.items()))
        sealed = nonce + AESGCM(self.root).encrypt(nonce, body, self._aad(frame))
        return len(sealed).to_bytes(LENGTH, "big") + sealed

    def open(self, frame: int, data: bytes, at: int) -> bytes | None:
        """The records of one frame; None if it is torn, rotten, or sealed under another root."""
        start = at + LENGTH
        size = int.from_bytes(data[at:start], "big")
        sealed = data[start : start + size]
        if size < NONCE + TAG or len(sealed) < size:
            return None
        try:
            return AESGCM(self.root).decrypt(sealed[:NONCE], sealed[NONCE:], self._aad(frame))
        except (InvalidTag, ValueError):  # ValueError: a root of the wrong length
            return None

    def read(self, data: bytes, at: int, number: int) -> Frames:
        """All frames from `at` on, up to the first that does not open."""
        keys: Keys = {}
        while (body := self.open(number, data, at)) is not None:
            keys.update((body[i : i + ID], body[i + ID : i + RECORD]) for i in range(0, len(body), RECORD))
            at, number = at + LENGTH + NONCE + len(body) + TAG, number + 1
        return Frames(keys, number, at)

    def _aad(self, frame: int) -> bytes:
        return MAGIC + struct.pack(">QQ", self.number, frame) + self.association


@dataclass(frozen=True, slots=True)
class Replica:
    """What one replica says."""

    data: bytes
    epoch: Epoch
    frames: Frames

    @property
    def weight(self) -> tuple[int, int]:
        """Believe the highest epoch, then the most keys: within an epoch keys are only added."""
        return self.epoch.number, len(self.frames.keys)
