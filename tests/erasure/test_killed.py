"""A worker is killed without a warning at every point of an erasure; somebody else carries on to the end."""

import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core import mail

from ams.models import Account, Individual, PostalAddress
from erasure import erase
from erasure.farewell import say_farewell
from erasure.models import Erasure, Farewell, State
from privacy.ledger import Kind, verify
from privacy.ledger.models import LedgerEntry
from privacy.requests.models import Request
from privacy.tenancy import speaking_for
from privacy.vault import current
from privacy.vault.frames import FORGOTTEN
from privacy.vault.ids import core_id
from tests import factories
from tests.erasure.people import (
    ROOT,
    asked_and_approved,
    environment_of_a_process,
    give_files,
    stored_files,
)
from webhooks.models import Event

pytestmark = pytest.mark.usefixtures("transactional_db")  # real commits: others look too
# Every one there is, as the code says.
POINTS = re.findall(r'\bstep\("(\w+)"\)', Path(erase.__file__).read_text())


def killed_at(point: str, association: Any, erasure: Erasure) -> None:
    done = subprocess.run(
        [
            sys.executable,
            Path(__file__).with_name("killed.py"),
            str(association.pk),
            str(erasure.pk),
            point,
        ],
        env=environment_of_a_process(),
        cwd=ROOT,
        timeout=120,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL


def lease_is_over(association: Any, erasure: Erasure) -> None:
    with speaking_for(association.pk):
        Erasure.objects.filter(pk=erasure.pk).update(lease_until=None)


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_worker_leaves_an_erasure_that_another_one_ends(association: Any, point: str) -> None:
    with speaking_for(association.pk):
        ann, ben = factories.ann(), factories.ben()
    give_files(association, ben)
    kept = stored_files()
    give_files(association, ann)
    assert len(stored_files() - kept) == 3
    erasure = asked_and_approved(association, ann)

    killed_at(point, association, erasure)
    with speaking_for(association.pk):  # from the claim on, whatever else is done
        assert not Account.objects.filter(individual=ann, is_active=True).exists()
    lease_is_over(association, erasure)
    assert erase.carry_out(association.pk, erasure.pk) == State.COMPLETED
    say_farewell(association.pk, erasure.pk)

    assert stored_files() == kept
    assert [letter.to for letter in mail.outbox].count(["ann@example.org"]) == 1
    with speaking_for(association.pk):
        assert Individual.objects.get(pk=ann.pk).email is None
        assert not PostalAddress.objects.filter(individual=ann).exists()
        assert not Farewell.objects.exists()
        assert Event.objects.filter(type="individual.erased").count() == 1
        assert Request.objects.get(individual=ann).state == "done"
        assert LedgerEntry.objects.filter(kind=Kind.ERASURE_COMPLETED).count() == 1
        assert LedgerEntry.objects.filter(kind=Kind.ERASURE_KEYS_DESTROYED).count() == 1
        assert LedgerEntry.objects.filter(kind=Kind.ERASURE_ROWS_GONE).count() == 1
        assert verify(association.pk) is None
        assert current.keyring().keys[core_id(ann.pk)] == FORGOTTEN
        assert Individual.objects.get(pk=ben.pk).photo.read() == b"photo"
