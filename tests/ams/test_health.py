"""/healthz and /readyz: the answer, and the reason when it is no."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from celery import signals
from django.db import connection
from django.test import Client
from pytest_django import DjangoDbBlocker

from ams import heartbeat, tasks
from ams.celery import app
from ams.embedded.launch import free_port
from ams.models import Association
from erasure import tasks as erasing
from privacy.tenancy import as_owner
from privacy.vault import current


@pytest.fixture
def broker() -> Iterator[object]:
    """The broker itself, without marks of another test."""
    with app.connection_for_write() as wire:
        client = heartbeat.client_of(wire)
        client.flushdb()
        yield client
        client.flushdb()


@pytest.fixture
def served(broker: object) -> None:
    """As when a worker reads every queue."""
    for queue in heartbeat.queues():
        broker.set(heartbeat.mark_of(queue), 1, ex=60)  # type: ignore[attr-defined]  kombu's client is untyped


def reasons(client: Client) -> dict[str, str]:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    return dict(answer.json()["reasons"])


def test_the_process_answers_without_database_and_association(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_all_is_well(client: Client, association: Association, served: None) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_queue_that_no_worker_reads_is_named(
    client: Client, association: Association, broker: object, served: None
) -> None:
    broker.delete(heartbeat.mark_of("exports"))  # type: ignore[attr-defined]  as above
    assert reasons(client) == {"workers": "no worker serves exports"}


def test_a_mark_fades_when_its_worker_is_gone(broker: object, served: None) -> None:
    assert 0 < broker.ttl(heartbeat.mark_of("default")) <= 60  # type: ignore[attr-defined]  as above
    assert heartbeat.FORGOTTEN_AFTER > 2 * heartbeat.EVERY_SECONDS, "one lost beat is no dead worker"


def test_a_sweep_that_failed_is_named_until_it_has_succeeded(
    client: Client, association: Association, broker: object, served: None
) -> None:
    sweep, other = erasing.sweep, erasing.ring
    for task in (sweep, other):
        signals.task_failure.send(sender=task, exception=OSError("Ann Archer"))
    assert reasons(client) == {"sweeps": "erasure.sweep failed: OSError"}
    signals.task_success.send(sender=sweep)
    assert client.get("/readyz").status_code == 200


def test_a_sweep_that_failed_is_tried_again_without_waiting_for_its_hour(broker: object) -> None:
    signals.task_failure.send(sender=tasks.tidy, exception=OSError())
    tasks.try_again()
    assert broker.llen("default") == 1  # type: ignore[attr-defined]  as above


def test_a_broker_that_does_not_answer_is_named_in_time(
    client: Client,
    association: Association,
    served: None,
    monkeypatch: pytest.MonkeyPatch,
    unused_tcp_port: int,
) -> None:
    monkeypatch.setattr(app.conf, "broker_write_url", f"redis://:secret@127.0.0.1:{unused_tcp_port}/0")
    found = reasons(client)
    assert set(found) == {"broker", "workers", "sweeps"}
    assert "secret" not in str(found)


@pytest.fixture
def unused_tcp_port() -> int:
    return free_port()


def test_a_missing_migration_is_counted(
    client: Client, association: Association, served: None, as_owner_sql: Callable[[str], None]
) -> None:
    as_owner_sql("DELETE FROM django_migrations WHERE app = 'ams'")
    assert reasons(client)["migrations"].endswith("not applied")


@pytest.fixture
def as_owner_sql(db: None) -> Callable[[str], None]:
    def run(sql: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute(sql)
            cursor.execute("SET ROLE ams_app")

    return run


def test_a_lost_keyring_is_named_by_the_association_s_number(
    client: Client, association: Association, served: None, settings: object, tmp_path: Path
) -> None:
    settings.KEYRING_REPLICAS = [tmp_path / "lost-1", tmp_path / "lost-2"]  # type: ignore[attr-defined]  a fixture
    current.forget_rings()
    found = reasons(client)
    assert set(found) == {"keyring"}
    assert str(association.pk) in found["keyring"]
    assert str(tmp_path) not in found["keyring"]


def test_a_database_that_is_away_is_a_reason_and_no_crash(
    client: Client, broker: object, django_db_blocker: DjangoDbBlocker
) -> None:
    """Here the test itself has no right to the database, which looks the same from inside."""
    found = reasons(client)
    assert {"database", "migrations", "walls", "keyring", "workers"} == set(found)


def test_nothing_may_be_sent_there(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
    assert client.post("/readyz").status_code == 405


def test_a_real_worker_leaves_its_marks(broker: object) -> None:
    worker = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "ams.celery",
        "worker",
        "-P",
        "solo",
        "-Q",
        "default,exports",
    ]
    with subprocess.Popen([*worker, "--without-gossip", "--without-mingle", "-l", "ERROR"]) as running:
        deadline = time.monotonic() + 30
        while "exports" in heartbeat.unserved_queues(app):
            assert running.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        unserved = heartbeat.unserved_queues(app)
        running.terminate()
    assert unserved == ["erasure", "webhooks"]


def test_a_table_without_its_wall_is_counted(client: Client, association: Association, served: None) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ams_post NO FORCE ROW LEVEL SECURITY")
    assert reasons(client) == {"walls": "1 missing in the database"}


def test_nobody_is_served_with_the_key_that_everybody_can_read() -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "ams.settings"}
    del environment["SECRET_KEY"]
    served = subprocess.run(
        [sys.executable, "-c", "import ams.wsgi"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert served.returncode != 0
    assert served.stderr.endswith("SECRET_KEY is not set.\n")
