"""Do the periodic tasks end well? Each failure stands in the broker until the same task has succeeded.

A task that failed in an hour or a day of its own would wait for the next one: `try_again` asks for it sooner.
"""

from typing import Any, Final

from celery import Celery, signals

from ams.heartbeat import client_of

FAILED: Final = "ams.sweeps.failed"  # a hash: name of the task → kind of its last error


def watch() -> None:
    """In each process of a worker, from the start."""
    signals.task_failure.connect(note_failure)
    signals.task_success.connect(note_success)


def note_failure(sender: Any, exception: BaseException, **_: Any) -> None:
    """By its kind: what an exception says may hold a value."""
    if sender.name in scheduled(sender.app):
        with sender.app.connection_or_acquire() as connection:
            if broker := client_of(connection):
                broker.hset(FAILED, sender.name, type(exception).__name__)


def note_success(sender: Any, **_: Any) -> None:
    if sender.name in scheduled(sender.app):
        with sender.app.connection_or_acquire() as connection:
            if broker := client_of(connection):
                broker.hdel(FAILED, sender.name)


def failing(app: "Celery[Any]") -> dict[str, str]:
    """Name and kind of error of each periodic task that failed when it ran last."""
    with app.connection_for_write(connect_timeout=1) as connection:
        connection.ensure_connection(max_retries=1, interval_start=0, timeout=1)
        broker = client_of(connection)
        found = broker.hgetall(FAILED) if broker else {}
    known = scheduled(app)  # a task that went with an older release will never succeed
    told = {name.decode(): kind.decode() for name, kind in sorted(found.items())}
    return {name: kind for name, kind in told.items() if name in known}


def scheduled(app: "Celery[Any]") -> set[str]:
    return {entry["task"] for entry in app.conf.beat_schedule.values()}


def try_again(app: "Celery[Any]") -> None:
    for name in failing(app):
        app.send_task(name)
