"""A lease ends by the database's clock: a worker whose own clock is wrong takes nothing from others, nor holds it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db.models import F, Model
from django.utils import timezone

from ams import mailing
from ams.imports import job
from ams.models import Import, Individual, Newsletter, SentMail
from ams.newsletters import send
from erasure import erase
from erasure.models import Erasure, Farewell
from portability import make, tasks
from portability.models import Export
from privacy.tenancy import speaking_for
from tests.ams.newsletters import make_issue
from tests.erasure.people import asked_and_approved

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)
Claim = Callable[[], Any]


def an_erasure(ann: Individual) -> tuple[type[Model], str, Claim]:
    erasure = asked_and_approved(ann.association, ann)
    return Erasure, "lease_until", lambda: erase.claim(ann.association_id, erasure.pk)


def a_copy(ann: Individual) -> tuple[type[Model], str, Claim]:
    export = make.request_export(ann, actor=ann.pk)
    return Export, "leased_until", lambda: make.claim(ann.association_id, export.pk)


def an_import(ann: Individual) -> tuple[type[Model], str, Claim]:
    row = Import.objects.create(state=Import.State.WAITING, started_by=ann.pk)
    return Import, "claimed_until", lambda: job.claim(ann.association_id, row.pk)


def a_newsletter(ann: Individual) -> tuple[type[Model], str, Claim]:
    issue = make_issue()
    Newsletter.objects.filter(pk=issue.pk).update(state=Newsletter.State.SENDING)
    return Newsletter, "claimed_until", lambda: send.claim(ann.association_id, issue.pk)


def a_letter(ann: Individual) -> tuple[type[Model], str, Claim]:
    SentMail.objects.all().delete()
    mailing.write_to(ann, "accounts/mail/new_password", {"link": "http://localhost/"})
    return SentMail, "claimed_until", lambda: mailing.claim(ann.association_id)


@pytest.mark.parametrize("work", [an_erasure, a_copy, an_import, a_newsletter, a_letter])
def test_a_wrong_clock_neither_takes_nor_holds(
    ann: Individual, work: Callable[[Individual], tuple[type[Model], str, Claim]]
) -> None:
    model, column, claim = work(ann)
    with time_machine.travel(timezone.now() + A_DAY):
        assert claim()
    until = model._base_manager.values_list(column, flat=True).get()
    assert timezone.now() < until < timezone.now() + timedelta(hours=1)
    with time_machine.travel(timezone.now() + A_DAY):
        assert not claim()
    model._base_manager.update(**{column: F(column) - timedelta(hours=1)})  # it died
    with time_machine.travel(timezone.now() - A_DAY):
        assert claim() or model is Erasure  # an erasure waits for its day as well


def test_a_copy_whose_worker_died_is_rung_for_by_the_databases_clock(ann: Individual) -> None:
    _model, _column, claim = a_copy(ann)
    claim()
    with time_machine.travel(timezone.now() + A_DAY):
        assert tasks.waiting(ann.association_id) == []


def test_a_farewell_is_tried_again_by_the_databases_clock(ann: Individual) -> None:
    erasure = asked_and_approved(ann.association, ann)
    erase.carry_out(ann.association_id, erasure.pk)
    from erasure.farewell import take  # noqa: PLC0415 used here alone

    with time_machine.travel(timezone.now() + A_DAY):
        assert take(ann.association_id, erasure.pk)
        assert take(ann.association_id, erasure.pk) is None
    with speaking_for(ann.association_id):
        assert Farewell.objects.get().due_at < timezone.now() + timedelta(hours=1)
