"""Deliveries a second, a lane against one task for each: `make bench T=bench/bench_webhooks.py`.

A real Celery worker with one process, a receiver in this one, each result a commit of its own.
"""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter, sleep
from uuid import UUID

DELIVERIES = int(os.environ.get("DELIVERIES", "500"))
ROUNDS = int(os.environ.get("ROUNDS", "2"))
PATIENCE = 120  # seconds for one round

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ams.settings")
os.environ.setdefault("SECRET_KEY", "for-a-benchmark")
os.environ["WEBHOOK_ALLOW_LOOPBACK"] = "yes"

import django  # noqa: E402  settings first

if __name__ == "__main__":
    django.setup()

from celery import shared_task  # noqa: E402  as above
from django.core.management import call_command  # noqa: E402  as above

from ams.celery import app  # noqa: E402  as above
from ams.heartbeat import unserved_queues  # noqa: E402  as above
from ams.models import Association  # noqa: E402  as above
from bench.figures import note, tell  # noqa: E402  as above
from privacy.tenancy import as_owner, speaking_for  # noqa: E402  as above
from privacy.vault import current  # noqa: E402  as above
from webhooks import endpoints  # noqa: E402  as above
from webhooks.claims import take  # noqa: E402  as above
from webhooks.deliver import Sender, body_of, judge  # noqa: E402  as above
from webhooks.event_types import EventType  # noqa: E402  as above
from webhooks.lane import Lane, secrets_of  # noqa: E402  as above
from webhooks.models import Delivery, Endpoint, Event  # noqa: E402  as above
from webhooks.note import end, write_attempt  # noqa: E402  as above
from webhooks.publish import delivery_of  # noqa: E402  as above


@shared_task(name="bench.one")
def one(association_id: str, endpoint_id: str) -> None:
    """The design that the lane replaces: a task, a set of keys and a connection for each delivery."""
    speaks = UUID(association_id)
    with speaking_for(speaks):
        endpoint = Endpoint.objects.get(pk=endpoint_id)
        claim = take(endpoint.pk, endpoint.version)
        sender = Sender(endpoint.url, secrets_of(endpoint))
    if claim is None:
        return
    result = sender.send(claim.webhook_id, body_of(claim.payload))
    sender.close()
    with speaking_for(speaks):
        write_attempt(claim, result)
        end(claim, judge(result, claim.tries, jitter=0))


def main() -> int:
    with as_owner():
        call_command("migrate", verbosity=0)
    association = Association.objects.create(
        slug="bench", legal_name="Bench", short_name="Bench", country="DE", languages=["en"]
    )
    receiver = Receiver()
    with TemporaryDirectory() as folder:
        with speaking_for(association.pk):
            current.create_for(association.pk)
            endpoint = endpoints.create(
                name="Bench", organisation="Bench", url=receiver.url, event_types=["individual.updated"]
            )
        names = [str(association.pk), str(endpoint.pk)]
        by_hand = best(endpoint, receiver, lambda: Lane(association.pk, endpoint.pk).drain())
        worker = start_worker(Path(folder))
        try:
            lane = best(endpoint, receiver, lambda: send("webhooks.tasks.ring", names, 1))
            each = best(endpoint, receiver, lambda: send("bench.one", names, DELIVERIES))
        finally:
            worker.terminate()
            worker.wait(30)
        tell("a lane, without Celery", by_hand, "a second", least=1000)
        tell("a lane, one task for all", lane, "a second", least=1000)
        note("one task for each delivery", f"{each:.0f} a second")
        tell("the lane beside one task for each", lane / each, "times", least=2)
    return 0


def send(task: str, names: list[str], times: int) -> None:
    for _ in range(times):
        app.send_task(task, names, queue="webhooks", ignore_result=True)


def best(endpoint: Endpoint, receiver: "Receiver", go: Callable[[], object]) -> float:
    return max(measured(endpoint, receiver, go) for _ in range(ROUNDS))


def measured(endpoint: Endpoint, receiver: "Receiver", go: Callable[[], object]) -> float:
    with speaking_for(endpoint.association_id):
        fill(endpoint)
    receiver.count, begun = 0, perf_counter()
    go()
    ends = monotonic() + PATIENCE
    while receiver.count < DELIVERIES:
        if monotonic() > ends:
            raise TimeoutError(f"Only {receiver.count} of {DELIVERIES} arrived.")
        sleep(0.001)
    seconds = perf_counter() - begun
    while waiting(endpoint):
        sleep(0.01)
    return DELIVERIES / seconds


def fill(endpoint: Endpoint) -> None:
    events = [Event(type=EventType.INDIVIDUAL_UPDATED) for _ in range(DELIVERIES)]
    Event.objects.bulk_create(events)
    Delivery.objects.bulk_create(delivery_of(event, endpoint, {}, event.pk) for event in events)


def waiting(endpoint: Endpoint) -> bool:
    with speaking_for(endpoint.association_id):
        due = Delivery.objects.filter(endpoint=endpoint, state=Delivery.State.DUE).exists()
        return due or Endpoint.objects.filter(pk=endpoint.pk, lane_until__isnull=False).exists()


def start_worker(folder: Path) -> subprocess.Popen[bytes]:
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "WARNING"]
    command = [sys.executable, "-m", "celery", "-A", "ams", "worker", "-I", f"bench.{Path(__file__).stem}"]
    with (folder / "worker.log").open("wb") as log:
        worker = subprocess.Popen(  # noqa: S603 our own program
            [*command, "-c", "1", "-Q", "webhooks", *quiet], cwd=ROOT, stdout=log, stderr=log
        )
    ends = monotonic() + PATIENCE
    while "webhooks" in unserved_queues(app):  # its start is not what is measured
        if worker.poll() is not None or monotonic() > ends:
            raise RuntimeError(f"The worker did not start:\n{(folder / 'worker.log').read_text()}")
        sleep(0.1)
    return worker


class Receiver:
    """As little of HTTP as will do, so that the sender is what is measured."""

    def __init__(self) -> None:
        self.count = 0
        self.server = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.url = f"http://127.0.0.1:{self.server.getsockname()[1]}/"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while True:
            client, _ = self.server.accept()
            threading.Thread(target=self.answer, args=(client,), daemon=True).start()

    def answer(self, client: socket.socket) -> None:
        heard = b""
        while got := client.recv(65536):
            heard += got
            if heard.endswith(b'individual.updated"}'):
                self.count, heard = self.count + 1, b""
                client.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")


if __name__ == "__main__":
    sys.exit(main())
