"""PostgreSQL and Valkey for one run of the tests, and an environment in which nothing reaches outside.

Imported by conftest.py before Django reads its settings. Under xdist only the controller starts services: the
workers inherit where they are, and take a database, a broker number and folders of their own.
"""

import os
import secrets
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from ams.embedded.launch import DATABASE, throw_away_services
from ams.embedded.processes import CannotStartError

until_the_end = ExitStack()


def start() -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not worker:
        _refuse_loaded_settings()
        _start_services()
    _set_environment(worker)


def stop() -> None:
    until_the_end.close()


def _refuse_loaded_settings() -> None:
    if "django.conf" in sys.modules and sys.modules["django.conf"].settings.configured:
        raise pytest.UsageError(
            "Unset DJANGO_SETTINGS_MODULE: the services start before the settings are read."
        )


def _start_services() -> None:
    own_cluster = "DATABASE_URL" not in os.environ
    try:
        folder, found = until_the_end.enter_context(throw_away_services())
    except CannotStartError as reason:
        raise pytest.UsageError(str(reason)) from None
    os.environ.update(found)
    os.environ["AMS_TEST_RUN"] = str(folder)
    if own_cluster:  # its tables are there already, and nobody is in it: test databases are copies of it
        os.environ["AMS_TEST_TEMPLATE"] = DATABASE
    os.environ["SECRET_KEY"] = secrets.token_urlsafe(32)


def _set_environment(worker: str) -> None:
    own = Path(os.environ["AMS_TEST_RUN"]) / (worker or "main")
    (own / "static").mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where there is none
    number = int(worker.removeprefix("gw") or 0) if worker else 0
    os.environ |= {
        "AMS_VAR": str(own),
        "CELERY_BROKER_URL": f"{os.environ['CELERY_BROKER_URL'].rpartition('/')[0]}/{number}",
        "DJANGO_SETTINGS_MODULE": "ams.settings",
        "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
        "WEBHOOK_ALLOW_LOOPBACK": "yes",
    }
