"""`make demo` as one sees it from outside: what it prints, what answers, what is left when it ends."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from ams.embedded.launch import free_port
from ams.embedded.leftovers import identity_of

PROJECT = Path(__file__).resolve().parents[2]
DEMO = [sys.executable, "-m", "ams.demo.supervise"]
LONGEST = 300


class Demo:
    """One `make demo`, with data of its own."""

    def __init__(self, var: Path, port: int) -> None:
        self.var, self.port = var, port
        self.said = var.with_name("said.txt")
        self.environment = environment(var, port)
        with self.said.open("wb") as out:
            self.process = subprocess.Popen(DEMO, cwd=PROJECT, env=self.environment, stdout=out, stderr=out)

    def wait_until_it_runs(self) -> None:
        wait_until(lambda: "Ctrl-C stops everything" in self.output() or self.process.poll() is not None)
        assert self.process.poll() is None, self.output()

    def output(self) -> str:
        return self.said.read_text()

    def address_of(self, name: str) -> str:
        found = re.search(rf"{name} +(http://[\d.:a-z]+/)", self.output())
        assert found, self.output()
        return found.group(1)

    def descendants(self) -> list[int]:
        pids, found = [self.process.pid], []
        while pids:
            children = Path(f"/proc/{pids[0]}/task/{pids.pop(0)}/children").read_text().split()
            pids += map(int, children)
            found += map(int, children)
        return found

    def manage(self, *words: str) -> str:
        """A command in another terminal, which is told nothing."""
        argv = [sys.executable, "manage.py", *words]
        own = environment(self.var, self.port)
        try:
            return subprocess.run(
                argv, cwd=PROJECT, env=own, capture_output=True, text=True, check=True
            ).stdout
        except subprocess.CalledProcessError as failure:
            failure.add_note(failure.stderr[-2000:])
            raise


def environment(var: Path, port: int | str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if name not in BELONG_TO_THE_TESTS}
    return own | {"AMS_VAR": str(var), "PORT": str(port)}


BELONG_TO_THE_TESTS = {
    "AMS_VAR",
    "CELERY_BROKER_URL",
    "DATABASE_URL",
    "EMAIL_BACKEND",
    "SECRET_KEY",
    "WEBHOOK_ALLOW_LOOPBACK",
}


@contextmanager
def demo(var: Path, port: int) -> Iterator[Demo]:
    running = Demo(var, port)
    try:
        running.wait_until_it_runs()
        yield running
    finally:
        running.process.terminate()
        running.process.wait(LONGEST)


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + LONGEST
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def get(url: str) -> str:
    return requests.get(url, timeout=20).text


def port_with_neighbours() -> int:
    while True:
        port = free_port()
        if port < 60_000 and all(free_port(port + step) == port + step for step in (1, 2)):
            return port


def start_and_fail(var: Path, port: int | str) -> str:
    """The one line that it says."""
    done = subprocess.run(
        DEMO,
        cwd=PROJECT,
        env=environment(var, port),
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr.strip()


def test_the_demo_runs_tells_third_parties_stops_and_keeps_its_data(tmp_path: Path) -> None:
    var, port = tmp_path / "var", port_with_neighbours()
    with demo(var, port) as first:
        logins = json.loads(first.manage("demo_logins", "--json"))
        assert {login["role"] for login in logins} == {"member", "staff", "approver", "administrator"}
        assert all(login["password"] in first.output() for login in logins)
        assert get(logins[0]["address"])
        wait_until(lambda: is_ready(port))
        assert start_and_fail(var, port + 10).startswith("The demo is running already")
        first.manage("shell", "--command", SEND_TEST)
        wait_until(lambda: json.loads(get(first.address_of("Third party") + "received.json")))
        received = json.loads(get(first.address_of("Third party") + "received.json"))
        assert all(notice["verified"] for notice in received)
        assert "Mails of the demo" in get(first.address_of("Mails"))
        started = {pid: identity_of(pid) for pid in first.descendants()}
        assert len(started) > 10
    assert first.process.returncode == 0
    assert not any(identity_of(pid) == then for pid, then in started.items())
    assert not leaking_secrets(var)
    with demo(var, port) as second:
        assert "Inventing" not in second.output()
        assert json.loads(second.manage("demo_logins", "--json")) == logins
        assert json.loads(get(second.address_of("Third party") + "received.json")) == received


SEND_TEST = """
from ams.models import Association
from privacy.tenancy import speaking_for
from webhooks import endpoints
from webhooks.models import Endpoint
for association in Association.objects.all():
    with speaking_for(association.pk):
        endpoints.send_test(Endpoint.objects.get(url__contains="127.0.0.1"))
"""


def is_ready(port: int) -> bool:
    try:
        return "ok" in get(f"http://127.0.0.1:{port}/readyz")
    except OSError:
        return False


def leaking_secrets(var: Path) -> list[Path]:
    """Files that hold a secret and that others on this machine may read."""
    holding = [*var.glob("*.key"), *var.glob("services/*.password"), *var.glob("third-party/*.key")]
    assert len(holding) == 4
    return [path for path in [*holding, var / "third-party/secrets.json"] if path.stat().st_mode & 0o077]


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as occupant:
        occupant.bind(("127.0.0.1", 0))
        occupant.listen()
        taken = occupant.getsockname()[1]
        assert start_and_fail(tmp_path / "var", taken).startswith(f"Port {taken} is taken.")


@pytest.mark.parametrize("port", ["eighty", "0", "70000", "-1"])
def test_a_port_that_is_none_is_one_clear_line(tmp_path: Path, port: str) -> None:
    assert start_and_fail(tmp_path / "var", port) == "PORT must be a number from 1 to 65533."


def test_a_reset_takes_only_what_the_demo_made(tmp_path: Path) -> None:
    for folder in ("services", "keyring-1", "runs", "of-somebody-else"):
        (tmp_path / folder).mkdir()
    reset = [sys.executable, "-m", "ams.demo.reset"]
    subprocess.run(reset, cwd=PROJECT, env=environment(tmp_path, 8000), check=True, capture_output=True)
    assert {path.name for path in tmp_path.iterdir()} == {"runs", "of-somebody-else"}


@pytest.mark.soak
def test_when_one_part_is_killed_everything_stops_and_says_why(tmp_path: Path) -> None:
    with demo(tmp_path / "var", port_with_neighbours()) as running:
        started = {pid: identity_of(pid) for pid in running.descendants()}
        web = next(pid for pid in started if "gunicorn" in Path(f"/proc/{pid}/cmdline").read_text())
        os.kill(web, signal.SIGKILL)
        assert running.process.wait(LONGEST) == 1
        assert "web has ended" in running.output()
    assert not any(identity_of(pid) == then for pid, then in started.items())


@pytest.mark.soak
def test_after_kill_9_of_the_supervisor_nothing_goes_on_and_the_next_start_works(tmp_path: Path) -> None:
    var, port = tmp_path / "var", port_with_neighbours()
    with demo(var, port) as first:
        started = {pid: identity_of(pid) for pid in first.descendants()}
        first.process.kill()
        wait_until(lambda: not any(identity_of(pid) == then for pid, then in started.items()))
    with demo(var, port) as second:
        assert "Inventing" not in second.output()
