"""Where a keyring or a root lies: a folder that is written with care, behind an interface for other stores."""

import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final, Protocol

from privacy.vault.disk import make_private_folder, sync_folder
from privacy.vault.errors import KeyringError

Stamp = tuple[int, int, int]


class PlaceUnreachable(KeyringError):  # noqa: N818 the name says what happened
    """A volume is not mounted, or a store does not answer."""


class Place(Protocol):
    """All that a keyring asks of a store. `replace` is atomic; what has returned is durable.

    `destroy_leftovers`: what a crash in `replace` left of names that begin so. Only while nobody else writes.
    """

    def prepare(self) -> None: ...
    def check(self) -> None: ...
    def read(self, name: str, at: int = 0, size: int = -1) -> bytes | None: ...
    def names(self) -> list[str]: ...
    def replace(self, name: str, data: bytes) -> None: ...
    def append(self, name: str, at: int, data: bytes) -> None: ...
    def destroy(self, name: str) -> None: ...
    def destroy_leftovers(self, start: str) -> None: ...
    def stamp(self, name: str) -> Stamp | None: ...
    def locked(self, name: str) -> AbstractContextManager[None]: ...


def step(name: str) -> None:
    """A named point between two effects on the disk; tests make it fail."""


class Folder:
    """A directory. It carries a marker, so that a volume that is not mounted is no empty place."""

    MARKER: Final = ".keyring-place"
    UNFINISHED: Final = ".new"

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)

    def prepare(self) -> None:
        make_private_folder(Path(self.path))
        Path(self.path, self.MARKER).touch(mode=0o600)
        self._sync()

    def check(self) -> None:
        if not Path(self.path, self.MARKER).exists():
            raise PlaceUnreachable(f"A place of the keyring cannot be reached: {Path(self.path).name}")

    def read(self, name: str, at: int = 0, size: int = -1) -> bytes | None:
        try:
            with open(f"{self.path}/{name}", "rb") as file:  # noqa: PTH123 read at every request
                file.seek(at)
                return file.read(size)
        except OSError:
            return None

    def names(self) -> list[str]:
        with os.scandir(self.path) as entries:
            return [entry.name for entry in entries]

    def replace(self, name: str, data: bytes) -> None:
        self.check()
        temporary, final = Path(self.path, f".{name}{self.UNFINISHED}"), Path(self.path, name)
        self._scrap(temporary)  # of a crash: written over, its old bytes would stay on the disk
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            step("write")
            file.write(data)
            file.flush()
            step("fsync")
            os.fsync(file.fileno())
        # Kernels stamp files by the tick, and inode numbers come back: two turns within a tick would look alike.
        now = time.time_ns()
        os.utime(temporary, ns=(now, now))
        step("rename")
        temporary.replace(final)
        self._sync()

    def append(self, name: str, at: int, data: bytes) -> None:
        """Write at `at` and drop what lies behind: that can only be torn."""
        self.check()
        with Path(self.path, name).open("r+b") as file:
            file.seek(at)
            step("append")
            file.write(data)
            file.truncate()
            file.flush()
            step("append-fsync")
            os.fsync(file.fileno())

    def destroy(self, name: str) -> None:
        """Overwritten, then removed. On flash the overwriting may go elsewhere: see the limits in the README."""
        self.check()
        self._scrap(Path(self.path, name))
        self._sync()

    def destroy_leftovers(self, start: str) -> None:
        self.check()
        found = [n for n in self.names() if n.startswith(f".{start}") and n.endswith(self.UNFINISHED)]
        for name in found:
            self._scrap(Path(self.path, name))
        if found:
            self._sync()

    def _scrap(self, path: Path) -> None:
        if not path.exists():
            return
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        step("unlink")
        path.unlink()

    def stamp(self, name: str) -> Stamp | None:
        try:
            found = os.stat(f"{self.path}/{name}")  # noqa: PTH116 half the time of Path.stat, at every request
        except OSError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """One holder at a time, over all threads and processes."""
        handle = os.open(Path(self.path, name), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            # A child forked meanwhile shares the handle: closing ours alone would leave the lock with it.
            fcntl.flock(handle, fcntl.LOCK_UN)
            os.close(handle)

    def _sync(self) -> None:
        step("fsync-dir")
        sync_folder(self.path)
