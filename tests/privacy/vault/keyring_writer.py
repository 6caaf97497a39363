"""A writer that is killed: makes and forgets keys without end, and notes what was acknowledged.

Usage: keyring_writer.py FOLDER NOTES NUMBER [OPERATIONS]
"""

import os
import random
import sys
from pathlib import Path
from uuid import UUID

from privacy.vault.keyring import Keyring
from privacy.vault.places import Folder

ESC = UUID("0e5c0000-0000-4000-8000-000000000001")


def main(folder: Path, notes: Path, writer: int, operations: int) -> None:
    replicas = [Folder(folder / "keyring-1"), Folder(folder / "keyring-2")]
    ring = Keyring(ESC, replicas, [Folder(folder / "root-1"), Folder(folder / "root-2")])
    ring.load()
    handle = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    mine: list[bytes] = []
    chance = random.Random()
    for _ in range(operations):
        if mine and chance.random() < 0.25:
            key_id = mine.pop(chance.randrange(len(mine)))
            note(handle, "begins", key_id, b"")
            ring.forget([key_id])
            note(handle, "gone", key_id, b"")
        else:
            key_id = writer.to_bytes(4, "big") + chance.randbytes(12) + bytes(4)
            ring.make([key_id])
            note(handle, "made", key_id, ring.keys[key_id])
            mine.append(key_id)


def note(handle: int, what: str, key_id: bytes, key: bytes) -> None:
    """One write: the kernel keeps it although the process is killed."""
    os.write(handle, f"{what} {key_id.hex()} {key.hex()}\n".encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int((*sys.argv[4:], 10**9)[0]))
