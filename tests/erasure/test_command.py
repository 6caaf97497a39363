"""`manage.py erase_individual`, beside a worker that found the same erasure first."""

import threading
from contextlib import suppress
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from ams.models import Individual
from erasure import erase
from erasure.management.commands import erase_individual as command
from erasure.models import Erasure, State
from privacy.tenancy import speaking_for

pytestmark = pytest.mark.usefixtures("transactional_db")


class Killed(Exception):  # noqa: N818  it says what happened
    """The worker's process has gone, and says no more."""


class Worker:
    """Takes the erasure before the command does, and goes on once the command was turned away."""

    def __init__(self, *, lives: bool) -> None:
        self.lives = lives
        self.has_it, self.may_go_on = threading.Event(), threading.Event()
        self.thread = threading.Thread()

    def step(self, name: str) -> None:
        if name == "claimed" and threading.current_thread() is self.thread:
            self.has_it.set()
            assert self.may_go_on.wait(30)
            if not self.lives:
                raise Killed

    def carry_out(self, association_id: UUID, number: UUID) -> State:
        def run() -> None:
            with suppress(Killed):
                erase.carry_out(association_id, number)
            connection.close()

        self.thread = threading.Thread(target=run)
        self.thread.start()
        assert self.has_it.wait(30)
        state = erase.carry_out(association_id, number)
        self.may_go_on.set()
        return state


def erased_beside(worker: Worker, ann: Individual, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(erase, "step", worker.step)
    monkeypatch.setattr(command, "carry_out", worker.carry_out)
    out = StringIO()
    try:
        call_command("erase_individual", str(ann.pk), reason="wrote to us", stdout=out)
    finally:
        worker.thread.join(30)
    return out.getvalue()


def test_it_waits_for_a_worker_that_came_first(
    association: Any, ann: Individual, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Completed." in erased_beside(Worker(lives=True), ann, monkeypatch)
    with speaking_for(association.pk):
        assert Erasure.objects.get().state == State.COMPLETED


def test_it_does_not_wait_for_ever(
    association: Any, ann: Individual, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "PATIENCE", 0.3)
    with pytest.raises(CommandError, match="It goes on by itself"):
        erased_beside(Worker(lives=False), ann, monkeypatch)
    with speaking_for(association.pk):
        assert Erasure.objects.get().state == State.EXECUTING
