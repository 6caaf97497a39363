"""A database that is restarted: pages say so while it is away, and every periodic task works again by itself."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from celery.fixups.django import DjangoWorkerFixup
from django.db import OperationalError, connection

from ams.celery import app
from ams.models import Association
from ams.sweeps import scheduled
from tests.no_trace.both import answer_of, started


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """It ends only when each periodic task has failed, and has succeeded again afterwards."""
    folder: Path = tmp_path_factory.mktemp("restart") / "world"
    with started(folder, "tests.ams.restarted") as process:
        return answer_of(folder, process)


def test_every_periodic_task_failed_and_works_again(told: dict[str, Any]) -> None:
    assert {*told["every"], "ams.tasks.try_again"} == scheduled(app)
    assert (told["back"]["status"], told["back"]["back in"]) == (200, None)


def test_a_page_says_in_words_that_it_is_closed_and_for_how_long(told: dict[str, Any]) -> None:
    page = told["away"]["/sign-in/"]
    assert (page["status"], page["back in"]) == (503, "60")
    assert "We are closed for a moment" in page["text"]
    assert "Come back in about a minute." in page["text"]


def test_a_program_reads_it_as_a_problem(told: dict[str, Any]) -> None:
    answer = told["away"]["/api/v1/me/"]
    assert (answer["status"], answer["back in"]) == (503, "60")
    assert answer["kind"] == "application/problem+json"
    assert json.loads(answer["text"])["status"] == 503


def test_a_monitor_reads_which_sweeps_fail(told: dict[str, Any]) -> None:
    reasons = json.loads(told["away"]["/readyz"]["text"])["reasons"]
    assert told["away"]["/readyz"]["status"] == 503
    assert all(f"{name} failed: " in reasons["sweeps"] for name in told["every"])


@pytest.fixture
def worker(transactional_db: None, association: Association) -> DjangoWorkerFixup:
    """What Celery does before and after each task of ours."""
    app.loader.import_default_modules()
    return DjangoWorkerFixup(app)


def run_beside_a_restart(worker: DjangoWorkerFixup, task: Any) -> None:
    """Once, so that there is a connection; and once more after the server has ended it."""
    for _time in range(2):
        worker.on_task_prerun(sender=task)
        task()
        worker.on_task_postrun(sender=task)
        end_session(connection.connection)


def end_session(session: Any) -> None:
    if session is not None:
        with closing(psycopg2.connect(session.dsn, password=connection.settings_dict["PASSWORD"])) as other:
            other.cursor().execute("SELECT pg_terminate_backend(%s)", [session.info.backend_pid])


@pytest.mark.parametrize("name", sorted(scheduled(app)))
def test_no_task_meets_a_connection_that_died_before_it(worker: DjangoWorkerFixup, name: str) -> None:
    run_beside_a_restart(worker, app.tasks[name])


def test_a_connection_that_was_kept_would_be_met_dead(worker: DjangoWorkerFixup) -> None:
    worker.db_reuse_max = 1000
    with pytest.raises(OperationalError):
        run_beside_a_restart(worker, app.tasks["ams.tasks.sweep_mail"])
    connection.close()
