"""Folders that nobody else looks into, and changes to them that a power cut does not undo."""

import os
from pathlib import Path
from typing import Final

PRIVATE: Final = 0o700


def make_private_folder(path: Path) -> None:
    """With every parent that is missing; each is durable before anything lies in it."""
    missing = [folder for folder in [path, *path.parents] if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True, mode=PRIVATE)
        sync_folder(folder.parent)


def close_to_others(path: Path) -> None:
    """A folder that an earlier version or an operator made open. One that is not ours is left as it is."""
    found = path.stat()
    if found.st_mode & 0o077 and found.st_uid == os.geteuid():
        path.chmod(PRIVATE)


def sync_folder(path: str | Path) -> None:
    """What was made, renamed or removed in it stays so."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
