"""The launcher: real servers, killed, doubled and asked with a wrong password."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
import redis

from ams.embedded import binaries, launch, postgres, valkey
from ams.embedded.binaries import Source
from ams.embedded.launch import AlreadyRunningError, free_port, services
from ams.embedded.leftovers import identity_of, is_zombie
from ams.embedded.processes import CannotStartError, service_user

SLEEP = shutil.which("sleep") or ""
PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def on_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the addresses that this run of the tests uses itself."""
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("CELERY_BROKER_URL")


@pytest.fixture
def folder(tmp_path: Path, on_our_own: None) -> Path:
    return tmp_path / "services"


def ask(url: str, sql: str) -> object:
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(sql)
        return cursor.fetchone()[0] if cursor.description else None


def with_password(url: str, password: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{parts.username or ''}:{password}@127.0.0.1:{parts.port}"))


def wait_until(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def pids_in(folder: Path) -> list[int]:
    return [int(line.split()[0]) for line in (folder / "pids").read_text().splitlines()]


def test_both_services_start_keep_their_data_and_stop(folder: Path) -> None:
    with services(folder, throw_away=True) as first:
        ask(first["DATABASE_URL"], "CREATE TABLE kept AS SELECT 42 AS answer")
        redis.Redis.from_url(first["CELERY_BROKER_URL"]).set("kept", "42")
        started = pids_in(folder)
        assert all(map(identity_of, started))
    assert not any(map(identity_of, started))
    assert not (folder / "environment").exists()
    with services(folder, throw_away=True) as second:
        assert ask(second["DATABASE_URL"], "SELECT answer FROM kept") == 42
        assert redis.Redis.from_url(second["CELERY_BROKER_URL"]).get("kept") == b"42"


def test_the_weaker_role_is_there_before_the_first_migration(folder: Path) -> None:
    with services(folder, throw_away=True) as found:
        roles = "SELECT rolcanlogin OR rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = 'ams_app'"
        assert ask(found["DATABASE_URL"], roles) is False
        assert ask(found["DATABASE_URL"], "SELECT current_user::text") == "owner"


def test_the_server_s_log_is_set_to_hold_no_value(folder: Path) -> None:
    with services(folder, throw_away=True) as found:
        for name in ("log_parameter_max_length", "log_min_messages", "log_error_verbosity", "log_statement"):
            assert ask(found["DATABASE_URL"], f"SHOW {name}") == postgres.SETTINGS[name]
        log = (folder / "postgresql.log").read_text()
        with pytest.raises(psycopg2.errors.InvalidTextRepresentation, match="ann@example"):
            ask(found["DATABASE_URL"], "SELECT 'ann@example.org'::int")
        later = (folder / "postgresql.log").read_text()
    assert "ready to accept connections" in log
    assert "ann@example" not in later


def test_nobody_comes_in_without_the_password(folder: Path) -> None:
    with services(folder, throw_away=True) as found:
        for password in ("wrong", ""):
            with pytest.raises(psycopg2.OperationalError):
                ask(with_password(found["DATABASE_URL"], password), "SELECT 1")
        broker = urlsplit(found["CELERY_BROKER_URL"])
        assert broker.port
        assert valkey.answers(broker.port, broker.password or "")
        assert not valkey.answers(broker.port, "wrong")


def test_passwords_are_readable_by_us_alone_and_in_no_argument(folder: Path) -> None:
    with services(folder, throw_away=True) as found:
        passwords = [urlsplit(url).password or "" for url in found.values()]
        assert all(
            (folder / f"{name}.password").stat().st_mode & 0o077 == 0 for name in ("postgresql", "valkey")
        )
        assert (folder / "environment").stat().st_mode & 0o077 == 0
        assert folder.stat().st_mode & 0o077 == 0
        arguments = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids_in(folder)]
        surroundings = [Path(f"/proc/{pid}/environ").read_bytes() for pid in pids_in(folder)]
    assert all(arguments)
    assert not any(password.encode() in text for password in passwords for text in arguments + surroundings)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root is to be given up")
def test_as_root_no_server_runs_as_root(folder: Path) -> None:
    with services(folder, throw_away=True):
        owners = {Path(f"/proc/{pid}").stat().st_uid for pid in pids_in(folder)}
    assert owners
    assert 0 not in owners


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user may always enter what is theirs")
def test_it_runs_under_a_folder_that_only_root_may_enter(tmp_path: Path, on_our_own: None) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with services(closed / "services", throw_away=True) as found:
        assert ask(found["DATABASE_URL"], "SELECT 1") == 1
        assert closed.stat().st_mode & 0o777 == 0o700
    assert closed.stat().st_mode & 0o777 == 0o700


def test_a_second_launcher_is_refused(folder: Path) -> None:
    with (
        services(folder, throw_away=True),
        pytest.raises(AlreadyRunningError, match="Already running"),
        services(folder, throw_away=True),
    ):
        pass


def test_after_kill_9_of_the_postmaster_the_rows_are_there(folder: Path) -> None:
    with services(folder) as found:
        ask(found["DATABASE_URL"], "CREATE TABLE kept AS SELECT 42 AS answer")
        for pid in pids_in(folder):
            os.kill(pid, signal.SIGKILL)
    assert (folder / "postgresql" / "postmaster.pid").exists()
    with services(folder) as found:
        assert ask(found["DATABASE_URL"], "SELECT answer FROM kept") == 42


def test_after_kill_9_of_the_launcher_its_servers_end(folder: Path) -> None:
    script = (
        "import sys, signal; from pathlib import Path; from ams.embedded.launch import services\n"
        "with services(Path(sys.argv[1]), throw_away=True): print('up', flush=True); signal.pause()"
    )
    launcher = subprocess.Popen(
        [sys.executable, "-c", script, str(folder)], cwd=PROJECT, stdout=subprocess.PIPE
    )
    with launcher:
        assert launcher.stdout
        assert launcher.stdout.readline() == b"up\n"
        noted = {pid: identity_of(pid) for pid in pids_in(folder)}
        launcher.kill()
    assert all(noted.values())
    if sys.platform == "linux":
        wait_until(lambda: not any(identity_of(pid) == then for pid, then in noted.items()))
    with services(folder, throw_away=True) as found:
        assert ask(found["DATABASE_URL"], "SELECT 1") == 1
        assert not any(identity_of(pid) == then for pid, then in noted.items())


def test_what_outlived_its_launcher_is_stopped_by_the_next(folder: Path) -> None:
    """As on a system that cannot tie a server's life to ours."""
    folder.mkdir(mode=0o700)
    # A run in the background of a shell is born deaf to SIGINT; servers listen to it on their own account.
    listening = (
        "import signal; signal.signal(signal.SIGINT, signal.SIG_DFL); print(flush=True); signal.pause()"
    )
    with subprocess.Popen([sys.executable, "-c", listening], stdout=subprocess.PIPE) as outlived:
        assert outlived.stdout
        outlived.stdout.readline()
        (folder / "pids").write_text(f"{outlived.pid} {identity_of(outlived.pid)}\n")
        with services(folder, throw_away=True):
            assert outlived.wait(20) == -signal.SIGINT


def test_a_stranger_who_has_a_noted_number_lives(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    with subprocess.Popen([SLEEP, "600"]) as stranger:
        (folder / "pids").write_text(f"{stranger.pid} another-start\n")
        with services(folder, throw_away=True):
            assert stranger.poll() is None
        stranger.kill()


def test_a_taken_port_leads_to_the_next_free_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as occupant:
        occupant.bind(("127.0.0.1", 0))
        occupant.listen()
        taken = occupant.getsockname()[1]
        offered = iter([taken, free_port(), taken, free_port()])
        monkeypatch.setattr(launch, "free_port", lambda: next(offered))
        with services(folder, throw_away=True) as found:
            assert ask(found["DATABASE_URL"], "SELECT 1") == 1
            assert all(urlsplit(url).port != taken for url in found.values())


def test_a_wanted_port_is_taken_only_when_it_is_free() -> None:
    with socket.socket() as occupant:
        occupant.bind(("127.0.0.1", 0))
        occupant.listen()
        taken = occupant.getsockname()[1]
        assert free_port(taken) != taken
    assert free_port(taken) == taken


def test_half_an_initdb_is_thrown_away(folder: Path) -> None:
    (folder / "postgresql").mkdir(parents=True)
    (folder / "postgresql" / "PG_VERSION").write_text("18\n")
    with services(folder, throw_away=True) as found:
        assert ask(found["DATABASE_URL"], "SELECT 1") == 1


def test_data_of_another_version_is_one_clear_line(folder: Path) -> None:
    (folder / "postgresql").mkdir(parents=True)
    (folder / "postgresql" / "PG_VERSION").write_text("9\n")
    (folder / "postgresql.initialised").touch()
    with pytest.raises(CannotStartError, match="make demo-reset"), services(folder, throw_away=True):
        pass
    assert (folder / "postgresql" / "PG_VERSION").read_text() == "9\n"


def test_services_named_in_the_environment_are_used(tmp_path: Path) -> None:
    with services(tmp_path / "services") as found:
        assert found == {name: os.environ[name] for name in ("DATABASE_URL", "CELERY_BROKER_URL")}
    assert not (tmp_path / "services" / "postgresql").exists()


def test_a_missing_program_is_one_clear_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = [Source(folder, "", "postgres")]
    monkeypatch.setattr("ams.embedded.binaries._postgres_wheels", lambda: nowhere)
    monkeypatch.setattr("ams.embedded.binaries._postgres_of_system", lambda: nowhere)
    with pytest.raises(CannotStartError, match="apt-get install postgresql"), services(folder):
        pass


@pytest.fixture
def open_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place for copies that everybody may walk to: pytest's own folders are closed."""
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", None)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives its rights up")
def test_programs_that_the_service_user_cannot_reach_are_copied_once(
    tmp_path: Path, open_folder: Path
) -> None:
    program = tmp_path / "server"
    program.write_text("#!/bin/sh\necho 1\n")
    program.chmod(0o755)

    def found() -> Path:
        source = Source(tmp_path, "", "server", ("server",))
        return binaries._first([source], tmp_path / "notes", service_user(), "server", "server")

    copied = found()
    assert open_folder in copied.parents
    assert found() == copied
    copied.parent.chmod(0o777)
    assert found() != copied, "a copy that others may write to is not used again"


def test_a_stranger_on_the_broker_s_port_is_not_taken_for_it() -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        stranger.settimeout(5)
        assert not valkey.answers(free_port(), "secret")


def test_a_dead_child_that_nobody_collected_is_a_zombie() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    if sys.platform == "linux":
        wait_until(lambda: is_zombie(child.pid))
    child.wait()
    assert not is_zombie(child.pid)
    assert identity_of(child.pid) is None
