"""Every worker leaves its pulse in the broker, one mark for each queue it serves; /readyz looks for them."""

from typing import Any, Final

from celery import Celery, bootsteps
from django.conf import settings

EVERY_SECONDS: Final = 10.0
FORGOTTEN_AFTER: Final = 35


class Heartbeat(bootsteps.StartStopStep):
    """Beats in the worker's main process, so that a long task does not look like a dead worker."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def start(self, consumer: Any) -> None:
        consumer.timer.call_repeatedly(EVERY_SECONDS, self.beat, (consumer,))
        self.beat(consumer)

    def beat(self, consumer: Any) -> None:
        with consumer.app.connection_or_acquire() as connection:
            broker = client_of(connection)
            for queue in consumer.task_consumer.queues if broker else ():
                broker.set(mark_of(queue.name), 1, ex=FORGOTTEN_AFTER)


def unserved_queues(app: Celery[Any]) -> list[str]:
    """Queues that work is sent to and no living worker reads. Raises when the broker does not answer in time."""
    with app.connection_for_write(connect_timeout=1) as connection:
        connection.ensure_connection(max_retries=1, interval_start=0, timeout=1)
        broker = client_of(connection)
        if broker is None:  # no Redis: ask the workers themselves, whatever they serve
            return [] if app.control.ping(timeout=1, limit=1) else queues()
        marks = broker.mget([mark_of(queue) for queue in queues()])
    return [queue for queue, mark in zip(queues(), marks, strict=True) if mark is None]


def queues() -> list[str]:
    routed = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    return sorted({settings.CELERY_TASK_DEFAULT_QUEUE, *routed})


def mark_of(queue: str) -> str:
    return f"ams.heartbeat.{queue}"


def client_of(connection: Any) -> Any:
    """The Redis client below the connection; None for another kind of broker."""
    return getattr(connection.default_channel, "client", None)
