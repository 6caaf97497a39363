"""One PostgreSQL cluster in a folder of its own: made, started on loopback, stopped."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg2
from psycopg2 import sql

from ams.embedded.leftovers import is_zombie
from ams.embedded.processes import (
    CannotStartError,
    ServiceUser,
    last_line,
    own_folder,
    quiet_environment,
    spawn,
    stop,
)

READY_SECONDS: Final = 60
STATUS_LINE: Final = 7
FIRST_WITH_BUILTIN_LOCALE: Final = 17

SETTINGS: Final = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    # No value of a member reaches the server's log: not as a parameter, not inside an error's own text.
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_min_messages": "log",
    "log_min_duration_statement": "-1",
    "log_statement": "none",
}
# Safe only where losing the data is no loss. Uncompressed and without autovacuum, so that what lies on the
# disk can be searched and does not depend on the clock.
THROW_AWAY: Final = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_compression": "off",
    "min_wal_size": "32MB",
    "max_wal_size": "256MB",
}


@dataclass(frozen=True)
class Cluster:
    """`data` belongs to the server; everything beside it belongs to us."""

    data: Path
    log: Path
    programs: Path
    user: ServiceUser | None
    password: str
    throw_away: bool

    @property
    def initialised(self) -> Path:
        return self.data.with_name(f"{self.data.name}.initialised")

    def url(self, port: int, database: str) -> str:
        return f"postgresql://owner:{self.password}@127.0.0.1:{port}/{database}"


@contextmanager
def handed_over(path: Path, user: ServiceUser | None) -> Iterator[tuple[str, list[int]]]:
    """The path as the server may open it, and the descriptors it inherits for that.

    The service user may have no right to walk to the folder (a clone in root's home), and we change no right
    of a folder that is not ours: so it is given an open descriptor instead of a path.
    """
    if user is None:
        yield str(path), []
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        yield f"/proc/self/fd/{descriptor}", [descriptor]
    finally:
        os.close(descriptor)


def initialise(cluster: Cluster) -> None:
    """Does nothing to a whole cluster; starts again when an earlier initdb was killed half way."""
    if cluster.initialised.exists():
        _refuse_other_version(cluster)
        return
    shutil.rmtree(cluster.data, ignore_errors=True)
    own_folder(cluster.data, cluster.user)
    with _password_file(cluster) as password_file:
        _make_data(cluster, password_file)
    cluster.initialised.touch()


def sync(cluster: Cluster) -> None:
    """A copied data folder survives a power cut as one does that initdb made."""
    _initdb(cluster, "--sync-only")


def _make_data(cluster: Cluster, password_file: Path) -> None:
    with handed_over(password_file, cluster.user) as (password, fds):
        options = ["-U", "owner", "-A", "scram-sha-256", f"--pwfile={password}", "-E", "UTF8"]
        _initdb(cluster, *options, *_locale(cluster), *(["-N"] if cluster.throw_away else []), fds=fds)


def _initdb(cluster: Cluster, *options: str, fds: Iterable[int] = ()) -> None:
    with handed_over(cluster.data, cluster.user) as (data, own_fds), cluster.log.open("ab") as log:
        argv = [str(cluster.programs / "initdb"), "-D", data, *options]
        if spawn(argv, user=cluster.user, log=log, fds=[*own_fds, *fds]).wait():
            raise CannotStartError(f"PostgreSQL could not make its data folder: {last_line(cluster.log)}")


def _locale(cluster: Cluster) -> list[str]:
    """The same order of letters everywhere, whatever the machine's locales are."""
    if _major(cluster) >= FIRST_WITH_BUILTIN_LOCALE:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--locale=C.UTF-8"]


def _major(cluster: Cluster) -> int:
    argv = [str(cluster.programs / "postgres"), "--version"]
    shown = subprocess.run(argv, capture_output=True, text=True, check=True, env=quiet_environment())
    return int(shown.stdout.split()[2].split(".")[0])


def _refuse_other_version(cluster: Cluster) -> None:
    made_by = (cluster.data / "PG_VERSION").read_text().strip()
    if made_by != str(_major(cluster)):
        raise CannotStartError(
            f"The data is PostgreSQL {made_by}'s, not {_major(cluster)}'s: `make demo-reset` starts over."
        )


@contextmanager
def _password_file(cluster: Cluster) -> Iterator[Path]:
    path = cluster.data.with_name("initdb.password")
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, cluster.password.encode())
        if cluster.user:
            os.fchown(descriptor, cluster.user.uid, cluster.user.gid)
        yield path
    finally:
        os.close(descriptor)
        path.unlink()


def start(cluster: Cluster, port: int, *, more: Mapping[str, str]) -> subprocess.Popen[bytes] | None:
    """None when it ended before it was ready: most often the port was taken in between."""
    _remove_lock_of_a_zombie(cluster.data / "postmaster.pid")
    settings = {**SETTINGS, **(THROW_AWAY if cluster.throw_away else {}), **more}
    with handed_over(cluster.data, cluster.user) as (data, fds), cluster.log.open("ab") as log:
        argv = [str(cluster.programs / "postgres"), "-D", data, "-p", str(port)]
        argv += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        process = spawn(argv, user=cluster.user, log=log, fds=fds)
    try:
        return process if _became_ready(process, cluster.data / "postmaster.pid") else None
    except BaseException:
        stop(process)
        raise


def _became_ready(process: subprocess.Popen[bytes], pid_file: Path) -> bool:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            return False
        if _says_ready(pid_file, process.pid):
            return True
        time.sleep(0.02)
    raise CannotStartError(f"PostgreSQL was not ready after {READY_SECONDS} seconds.")


def _says_ready(pid_file: Path, pid: int) -> bool:
    """The file of a killed server says "ready" too: it must be ours."""
    try:
        lines = pid_file.read_text().splitlines()
        return lines[0] == str(pid) and lines[STATUS_LINE].startswith("ready")
    except (OSError, IndexError):
        return False


def _remove_lock_of_a_zombie(pid_file: Path) -> None:
    try:
        pid = int(pid_file.read_text().splitlines()[0])
    except (OSError, IndexError, ValueError):
        return
    if is_zombie(pid):
        pid_file.unlink()


def prepare(cluster: Cluster, port: int, database: str, role: str) -> None:
    """The weaker role must exist before the first connection assumes it, hence before the first migration."""
    with closing(psycopg2.connect(cluster.url(port, "postgres"))) as connection:
        connection.autocommit = True  # CREATE DATABASE refuses a transaction
        cursor = connection.cursor()
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if not cursor.fetchone():
            cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        if not cursor.fetchone():
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
