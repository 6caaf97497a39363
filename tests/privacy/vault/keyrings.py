"""What the tests of the keyring share: places in a folder, ids of invented people, copies as a back-up makes them."""

import os
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from privacy.vault import places
from privacy.vault.keyring import Keyring
from privacy.vault.places import Folder

ESC = UUID("0e5c0000-0000-4000-8000-000000000001")
SISTER = UUID("0e5c0000-0000-4000-8000-000000000002")


class DiskFull(OSError):  # noqa: N818  it says what is the case
    pass


def ring_in(folder: Path, association_id: UUID = ESC) -> Keyring:
    replicas = [Folder(folder / "keyring-1"), Folder(folder / "keyring-2")]
    return Keyring(association_id, replicas, [Folder(folder / "root-1"), Folder(folder / "root-2")])


def new_ring(folder: Path, association_id: UUID = ESC) -> Keyring:
    ring = ring_in(folder, association_id)
    ring.create()
    return ring


def opened(folder: Path, association_id: UUID = ESC) -> Keyring:
    """As a process that has just started sees it."""
    ring = ring_in(folder, association_id)
    ring.load()
    return ring


def person(number: int) -> bytes:
    return number.to_bytes(16, "big") + bytes(4)


def people(first: int, count: int) -> list[bytes]:
    return [person(number) for number in range(first, first + count)]


def replica_files(folder: Path, association_id: UUID = ESC) -> list[Path]:
    return [folder / name / f"{association_id.hex}.keyring" for name in ("keyring-1", "keyring-2")]


def root_files(folder: Path) -> list[list[Path]]:
    return [sorted((folder / name).glob("*.root")) for name in ("root-1", "root-2")]


def copied(folder: Path, name: str) -> Path:
    target = folder.parent / name
    shutil.copytree(folder, target)
    return target


def steps_of(act: Callable[[], object], monkeypatch: object) -> list[str]:
    """The names of all effects on the disk, in order."""
    names: list[str] = []
    fail_with(monkeypatch, names.append)
    act()
    fail_with(monkeypatch, lambda _: None)
    return names


def fail_with(monkeypatch: object, step: Callable[[str], object]) -> None:
    monkeypatch.setattr(places, "step", step)  # type: ignore[attr-defined]


def at_step(number: int, act: Callable[[], object]) -> Callable[[str], None]:
    """A step that does nothing until the given one comes."""
    left = iter(range(number, -1, -1))

    def step(_: str) -> None:
        if next(left, None) == 0:
            act()

    return step


def disk_full() -> None:
    raise DiskFull(28, "No space left on device")


def die() -> None:
    """As kill -9 does: nothing is flushed, no `finally` runs."""
    os._exit(9)


def in_a_child(act: Callable[[], object]) -> int:
    """Runs it in a forked process and says how that ended: 0, or what die() said."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # a browser of another test may own threads
        child = os.fork()
    if child == 0:
        try:
            act()
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
