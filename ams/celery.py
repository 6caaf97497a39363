"""Celery, the doorbell: rows in PostgreSQL say what is to be done, a task only says that there is something."""

import os
from typing import Any

from celery import Celery, Task
from celery.result import AsyncResult

from ams.heartbeat import Heartbeat

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ams.settings")


class OpaqueTask(Task):  # type: ignore[type-arg]
    """Arguments are opaque ids and never shown in a header; nothing is scheduled in the broker.

    A delay belongs in a row (`due_at`): a message with an ETA beyond the visibility timeout is delivered twice.
    """

    def apply_async(self, args: Any = None, kwargs: Any = None, **options: Any) -> AsyncResult[Any]:
        options.setdefault("argsrepr", "")
        options.setdefault("kwargsrepr", "")
        if "eta" in options or "countdown" in options:
            raise TypeError("No task with an ETA: put due_at in a row.")
        return super().apply_async(args, kwargs, **options)


app = Celery("ams", task_cls=OpaqueTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["consumer"].add(Heartbeat)
