"""Both services under one lock: what is missing from the environment is started, and stopped with us."""

import fcntl
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import IO, Final

from ams.embedded import binaries, postgres, template, valkey
from ams.embedded.leftovers import note, stop_left_overs
from ams.embedded.processes import CannotStartError, last_line, own_folder, service_user, stop

PROJECT: Final = Path(__file__).resolve().parents[2]
PROGRAMS: Final = PROJECT / "var" / "programs"
TRIES: Final = 5
NOTE_SECONDS: Final = 30
LOOK_SECONDS: Final = 0.3
DATABASE: Final = "ams"
GIVEN: Final = ("DATABASE_URL", "CELERY_BROKER_URL")


class AlreadyRunningError(CannotStartError):
    """Another launcher holds the folder."""


def home() -> Path:
    """Where everything that is not code lives."""
    return Path(os.environ.get("AMS_VAR") or PROJECT / "var")


def lasting_folder() -> Path:
    return home() / "services"


@contextmanager
def services(
    folder: Path,
    *,
    throw_away: bool = False,
    postgres_settings: Mapping[str, str] | None = None,
    also_noted: Mapping[str, str] | None = None,
) -> Iterator[dict[str, str]]:
    """Where the services are found. One that DATABASE_URL or CELERY_BROKER_URL names is not started.

    While they run, `environment` in the folder says so, with what else a command beside them needs to know.
    Raises CannotStartError.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(_alone(folder))
        stop_left_overs(folder / "pids")
        found = {name: value for name in GIVEN if (value := os.environ.get(name))}
        if "DATABASE_URL" not in found:
            found["DATABASE_URL"] = stack.enter_context(
                _postgres(folder, throw_away=throw_away, more=postgres_settings or {})
            )
        if "CELERY_BROKER_URL" not in found:
            found["CELERY_BROKER_URL"] = stack.enter_context(_valkey(folder, throw_away=throw_away))
        stack.enter_context(_noted(folder / "environment", {**found, **(also_noted or {})}))
        yield found


@contextmanager
def throw_away_services(
    postgres_settings: Mapping[str, str] | None = None,
) -> Iterator[tuple[Path, dict[str, str]]]:
    """A new folder and new services, gone afterwards; also what runs that were killed have left behind."""
    runs = home() / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        with _locked(runs / "lock"):
            _sweep(runs)
            folder = runs / secrets.token_hex(6)
            folder.mkdir(mode=0o700)
            stack.enter_context(_locked(folder / "in-use"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        yield (
            folder,
            stack.enter_context(
                services(folder / "services", throw_away=True, postgres_settings=postgres_settings)
            ),
        )


def running_environment() -> dict[str, str] | None:
    """Where another launcher's lasting services are found, while it runs."""
    folder = lasting_folder()
    try:
        with (folder / "lock").open() as guard:
            fcntl.flock(guard, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read_note(folder / "environment")
    except FileNotFoundError:
        pass
    return None


def _read_note(path: Path) -> dict[str, str]:
    """Written as soon as the services are up."""
    deadline = time.monotonic() + NOTE_SECONDS
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    return dict(line.split("=", 1) for line in path.read_text().splitlines()) if path.exists() else {}


def join_running() -> None:
    """A command in another terminal works on what `make demo` is running, unless it was told of another database."""
    if not os.environ.get("DATABASE_URL"):
        for name, value in (running_environment() or {}).items():
            os.environ.setdefault(name, value)


@contextmanager
def _postgres(folder: Path, *, throw_away: bool, more: Mapping[str, str]) -> Iterator[str]:
    user = service_user()
    programs, role = binaries.postgres(PROGRAMS, user), os.environ.get("APP_ROLE") or "ams_app"

    def cluster_in(place: Path, *, throw_away: bool) -> postgres.Cluster:
        return postgres.Cluster(
            data=place / "postgresql",
            log=place / "postgresql.log",
            programs=programs,
            user=user,
            password=kept_secret(place / "postgresql.password"),
            throw_away=throw_away,
        )

    def make(place: Path) -> None:
        with _started(cluster_in(place, throw_away=True), place, role, {}) as url:
            _migrate(place, url)

    is_copy = template.copy_into(folder, programs, user, role, make=make)
    cluster = cluster_in(folder, throw_away=throw_away)
    if is_copy and not throw_away:
        postgres.sync(cluster)
    with _started(cluster, folder, role, more) as url:
        yield url


@contextmanager
def _started(cluster: postgres.Cluster, folder: Path, role: str, more: Mapping[str, str]) -> Iterator[str]:
    postgres.initialise(cluster)
    start = partial(postgres.start, cluster, more=more)
    with _running("PostgreSQL", folder, cluster.log, start) as port:
        postgres.prepare(cluster, port, DATABASE, role)
        yield cluster.url(port, DATABASE)


def _migrate(folder: Path, url: str) -> None:
    """With nothing of ours in it but the tables. Raises CalledProcessError."""
    own = {"DATABASE_URL": url, "AMS_VAR": str(folder), "SECRET_KEY": secrets.token_urlsafe(24)}
    command = [sys.executable, str(PROJECT / "manage.py"), "migrate", "--no-input", "--verbosity", "0"]
    subprocess.run(command, env=os.environ | own, stdin=subprocess.DEVNULL, capture_output=True, check=True)


@contextmanager
def _valkey(folder: Path, *, throw_away: bool) -> Iterator[str]:
    user = service_user()
    program = binaries.valkey(PROGRAMS, user)
    password = kept_secret(folder / "valkey.password")
    data, log = own_folder(folder / "valkey", user), folder / "valkey.log"

    def start(port: int) -> subprocess.Popen[bytes] | None:
        return valkey.start(program, data, log, port, password, user=user, throw_away=throw_away)

    with _running("Valkey", folder, log, start) as port:
        yield f"redis://:{password}@127.0.0.1:{port}/0"


@contextmanager
def _running(
    name: str, folder: Path, log: Path, start: Callable[[int], subprocess.Popen[bytes] | None]
) -> Iterator[int]:
    """On a free port; on the next free one when somebody was faster."""
    for _ in range(TRIES):
        port = free_port()
        process = start(port)
        if process:
            break
    else:
        raise CannotStartError(f"{name} ended {TRIES} times before it was ready: {last_line(log)}")
    try:
        note(folder / "pids", process.pid)
        yield port
    finally:
        stop(process)


def free_port(wanted: int = 0) -> int:
    """The wanted port if it is free, otherwise any."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            probe.bind(("127.0.0.1", wanted))
            return int(probe.getsockname()[1])
    return free_port() if wanted else 0


def kept_secret(path: Path) -> str:
    """Made at the first use, readable by us alone."""
    with suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(24))
    return path.read_text()


@contextmanager
def _noted(path: Path, environment: Mapping[str, str]) -> Iterator[None]:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{name}={value}\n" for name, value in environment.items())
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as guard:
        _take(guard, folder)
        yield


def _take(guard: IO[str], folder: Path) -> None:
    """Somebody who only looks whether we run holds it for a moment."""
    deadline = time.monotonic() + LOOK_SECONDS
    while True:
        try:
            fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise AlreadyRunningError(f"Already running: another start holds {folder}.") from None
            time.sleep(0.02)
        else:
            return


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        yield


def _sweep(runs: Path) -> None:
    """Removes what no living run holds."""
    for folder in (path for path in runs.iterdir() if path.is_dir()):
        with (folder / "in-use").open("w") as guard, suppress(BlockingIOError):
            fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
            stop_left_overs(folder / "services" / "pids")
            shutil.rmtree(folder, ignore_errors=True)
