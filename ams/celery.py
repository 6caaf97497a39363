"""Celery, the doorbell: rows in PostgreSQL say what is to be done, a task only says that there is something."""

import os
from typing import Any

from celery import Celery, Task
from celery.result import AsyncResult
from celery.schedules import crontab
from celery.signals import setup_logging

from ams import environment as env
from ams import sweeps
from ams.heartbeat import Heartbeat

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ams.settings")


class OpaqueTask(Task):  # type: ignore[type-arg]
    """Arguments are opaque ids and never shown in a header; nothing is scheduled in the broker.

    A delay belongs in a row (`due_at`): a message with an ETA beyond the visibility timeout is delivered twice.
    """

    def apply_async(  # type: ignore[override]  # the options are passed on as they come
        self, args: Any = None, kwargs: Any = None, **options: Any
    ) -> AsyncResult[Any]:
        options.setdefault("argsrepr", "")
        options.setdefault("kwargsrepr", "")
        if "eta" in options or "countdown" in options:
            raise TypeError("No task with an ETA: put due_at in a row.")
        return super().apply_async(args, kwargs, **options)


app = Celery("ams", task_cls=OpaqueTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Every entry finds rows whose bell was lost, or whose day has come. None carries an argument.
SCHEDULE: dict[str, dict[str, Any]] = {
    "webhooks": {"task": "webhooks.tasks.sweep", "schedule": 5.0},
    "mail": {"task": "ams.tasks.sweep_mail", "schedule": 10.0},
    "exports": {"task": "portability.tasks.sweep", "schedule": 15.0},
    "erasures": {"task": "erasure.sweep", "schedule": 15.0},
    "imports": {"task": "ams.tasks.sweep_imports", "schedule": 20.0},
    "newsletters": {"task": "ams.tasks.sweep_newsletters", "schedule": 20.0},
    "new e-mails": {"task": "ams.tasks.sweep_new_emails", "schedule": 300.0},
    "what follows from answers": {"task": "consent.sweep", "schedule": 300.0},
    "who decides alone now": {"task": "consent.sweep_daily", "schedule": crontab(hour="4", minute="7")},
    "deliveries kept": {"task": "webhooks.tasks.tidy", "schedule": crontab(minute="17")},
    "what is over": {"task": "ams.tasks.tidy", "schedule": crontab(minute="27")},
    "what no law keeps any more": {"task": "erasure.tidy", "schedule": crontab(hour="3", minute="47")},
    "keys": {"task": "ams.tasks.keep_keys", "schedule": crontab(minute="37")},
    "what failed": {"task": "ams.tasks.try_again", "schedule": 300.0},
}
# All of them at this pace, whatever the clock says (CONTRIBUTING.md).
if seconds := env.number("SWEEP_EVERY", 0):
    SCHEDULE = {name: {**entry, "schedule": float(seconds)} for name, entry in SCHEDULE.items()}
app.conf.beat_schedule = SCHEDULE
sweeps.watch()
app.steps["consumer"].add(Heartbeat)


@setup_logging.connect
def keep_the_house_s_logging(**_: Any) -> None:
    """Celery's own would write out messages and what an exception says; that it is taken care of is all we say."""
