"""The row is the queue (F05): the broker may be away, or forget everything, and only time is lost."""

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.db.models.functions import Now

from ams.celery import app
from ams.models import Association, Individual
from privacy.tenancy import speaking_for
from tests.webhooks.conftest import MakeEndpoint, drain, make_due
from tests.webhooks.receivers import Receiver
from webhooks import doorbell, endpoints, tasks
from webhooks.event_types import SUBSCRIBABLE
from webhooks.models import Delivery, Endpoint
from webhooks.publish import publish

OnCommit = Callable[..., Any]


@pytest.fixture
def broker() -> Iterator[Any]:
    made = redis.Redis.from_url(django_settings.CELERY_BROKER_URL)
    made.delete("webhooks")
    doorbell._silent_until = 0.0
    yield made
    made.delete("webhooks")
    made.close()


def make_real(url: str, **fields: Any) -> Endpoint:
    """Without the caught bells."""
    kinds = [str(kind) for kind in SUBSCRIBABLE]
    return endpoints.create(**{"name": "A", "organisation": "A", "url": url, "event_types": kinds, **fields})


def test_a_bell_carries_two_opaque_ids_and_nothing_of_ann(
    ann: Individual, receiver: Receiver, broker: Any, django_capture_on_commit_callbacks: OnCommit
) -> None:
    endpoint = make_real(receiver.url)
    with django_capture_on_commit_callbacks(execute=True):
        publish("individual.updated", subject=ann.pk)
    body = broker.lindex("webhooks", 0)
    assert broker.llen("webhooks") == 1
    envelope = json.loads(body)
    arguments = json.loads(base64.b64decode(envelope["body"]))[0]
    assert arguments == [str(endpoint.association_id), str(endpoint.pk)]
    assert (envelope["headers"]["argsrepr"], envelope["headers"]["kwargsrepr"]) == ("", "")
    assert envelope["headers"]["eta"] is None
    readable = body + base64.b64decode(envelope["body"])
    assert str(endpoint.pk).encode() in readable
    for needle in (str(ann.pk), ann.email, ann.given_name):
        assert needle.encode() not in readable


def test_after_redis_was_flushed_the_sweep_rings_again(
    ann: Individual, receiver: Receiver, broker: Any, django_capture_on_commit_callbacks: OnCommit
) -> None:
    endpoint = make_real(receiver.url)
    with django_capture_on_commit_callbacks(execute=True):
        publish("individual.erased", subject=ann.pk)
    assert broker.llen("webhooks") == 1
    broker.flushdb()
    tasks.sweep()
    assert broker.llen("webhooks") == 1
    tasks.ring(str(endpoint.association_id), str(endpoint.pk))
    assert len(receiver.requests) == 1
    broker.flushdb()
    tasks.sweep()
    assert broker.llen("webhooks") == 0  # nothing is due, so nothing rings


@pytest.fixture
def no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens where the broker was."""
    for name in ("broker_url", "broker_write_url"):
        monkeypatch.setattr(app.conf, name, "redis://127.0.0.1:1/0")
    monkeypatch.setattr(app.amqp, "_producer_pool", None)
    monkeypatch.setattr(app, "_pool", None)
    monkeypatch.setattr(doorbell, "_silent_until", 0.0)


def test_a_broker_that_is_away_fails_no_request_and_slows_down_only_one(
    ann: Individual,
    receiver: Receiver,
    no_broker: None,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: OnCommit,
) -> None:
    endpoints_made = [make_real(receiver.url, name=name) for name in "ABC"]
    with django_capture_on_commit_callbacks(execute=True):
        publish("individual.erased", subject=ann.pk)
    assert caplog.text.count("The doorbell is out of order") == 1
    started = time.monotonic()
    with django_capture_on_commit_callbacks(execute=True):
        publish("individual.erased", subject=ann.pk)
    assert time.monotonic() - started < 2
    assert [drain(endpoint) for endpoint in endpoints_made] == [2, 2, 2]


def test_the_sweep_finds_what_is_due_lost_or_rested_and_nothing_else(
    ann: Individual, make_endpoint: MakeEndpoint, bells: list[UUID]
) -> None:
    made = {
        name: make_endpoint(name=name)
        for name in ("due", "lost", "later", "leased", "off", "resting", "busy")
    }
    publish("individual.updated", subject=ann.pk)
    of = {name: Delivery.objects.filter(endpoint=endpoint) for name, endpoint in made.items()}
    minute = Now() + timedelta(minutes=1)
    past = Now() - timedelta(minutes=1)
    of["lost"].update(lease_until=past)
    of["later"].update(due_at=minute)
    of["leased"].update(lease_until=minute)
    endpoints.disable(made["off"])
    Endpoint.objects.filter(name="resting").update(resting_until=minute)
    Endpoint.objects.filter(name="busy").update(lane_until=minute)
    tasks.sweep()
    assert set(bells) == {made["due"].pk, made["lost"].pk}
    bells.clear()
    make_due()
    tasks.sweep()
    assert set(bells) == {endpoint.pk for name, endpoint in made.items() if name != "off"}


def test_the_sweep_looks_into_every_association(
    ann: Individual, sister: Association, make_endpoint: MakeEndpoint, bells: list[UUID]
) -> None:
    ours = make_endpoint(name="Ours")
    publish("individual.updated", subject=ann.pk)
    with speaking_for(sister.pk):
        theirs = make_endpoint(name="Theirs")
        publish("individual.updated")
    tasks.sweep()
    assert set(bells) == {ours.pk, theirs.pk}


def test_a_task_that_names_the_wrong_association_finds_nothing(
    ann: Individual, sister: Association, endpoint: Endpoint, receiver: Receiver
) -> None:
    publish("individual.updated", subject=ann.pk)
    tasks.ring(str(sister.pk), str(endpoint.pk))
    assert receiver.requests == []
    tasks.ring(str(endpoint.association_id), str(endpoint.pk))
    assert len(receiver.requests) == 1


@pytest.fixture
def worker(
    transactional_db: None, association: Association, tmp_path: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A real Celery worker of its own, on this test's database, keyring and broker."""
    host = connection.settings_dict
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{host['USER']}:{host['PASSWORD']}@{host['HOST']}:{host['PORT']}/{host['NAME']}",
        "CELERY_BROKER_URL": django_settings.CELERY_BROKER_URL,
        "KEYRING_REPLICAS": ",".join(str(path) for path in django_settings.KEYRING_REPLICAS),
        "KEYRING_ROOTS": ",".join(str(path) for path in django_settings.KEYRING_ROOTS),
        "WEBHOOK_ALLOW_LOOPBACK": "yes",
        "AMS_VAR": str(tmp_path),
    }
    arguments = [
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
        "-c",
        "1",
        "-Q",
        "webhooks",
        "-l",
        "INFO",
    ]
    with (tmp_path / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "ams", "worker", *arguments],
            env=environment,
            stdout=log,
            stderr=log,
        )
        yield process
        process.terminate()
        process.wait(30)


def wait_for(happened: Callable[[], bool], seconds: float = 40) -> None:
    ends = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < ends, "It did not happen."
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_delivers_after_the_bell_and_after_a_flush(
    worker: subprocess.Popen[bytes], association: Association, receiver: Receiver, broker: Any, tmp_path: Path
) -> None:
    with speaking_for(association.pk):
        endpoint = make_real(receiver.url)
        publish("individual.erased")
    wait_for(lambda: len(receiver.requests) == 1)
    with speaking_for(association.pk), transaction.atomic():
        publish("individual.erased")
    broker.flushdb()
    tasks.sweep()
    wait_for(lambda: len(receiver.requests) == 2)

    def both_written() -> bool:
        with speaking_for(association.pk):
            return Delivery.objects.filter(endpoint=endpoint, state="delivered").count() == 2

    wait_for(both_written)
    assert len(set(receiver.ids)) == 2
    log = (tmp_path / "worker.log").read_text()
    assert "ring" in log
    assert "whsec_" not in log
    assert receiver.ids[0] not in log
