"""A request is received, its clock runs, it is answered once, and the ledger says so."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from ams.models import Association, Individual
from privacy.ledger import verify
from privacy.ledger.models import LedgerEntry
from privacy.requests import close_request, open_request
from privacy.requests.models import AlreadyClosed, Kind, Request, State
from privacy.requests.reference import ALPHABET, new_reference
from privacy.tenancy import speaking_for
from tests.factories import make_individual

pytestmark = pytest.mark.django_db
RECEIVED = datetime(2026, 2, 17, 23, 30, tzinfo=UTC)


def test_the_month_runs_by_the_calendar_of_the_association(ann: Individual) -> None:
    with time_machine.travel(RECEIVED, tick=False):
        request = open_request(ann, "access", actor=ann.pk, channel="member")
    assert request.received_at == RECEIVED
    # 17 March is Saint Patrick's Day in Dublin.
    assert request.due_at == datetime(2026, 3, 18, 23, 59, 59, tzinfo=UTC)
    assert (request.kind, request.state, request.answered_at) == (Kind.ACCESS, State.OPEN, None)


def test_a_sister_elsewhere_has_another_calendar(sister: Association) -> None:
    with speaking_for(sister.pk), time_machine.travel(RECEIVED, tick=False):
        request = open_request(make_individual(), "access", actor=None, channel="letter")
        # In Berlin it is already the 18th.
        assert request.due_at == datetime(2026, 3, 18, 22, 59, 59, tzinfo=UTC)


def test_asking_again_while_it_is_open_finds_the_first_request(ann: Individual) -> None:
    first = open_request(ann, "erasure", actor=ann.pk, channel="member")
    with time_machine.travel(first.received_at + timedelta(days=9)):
        again = open_request(ann, "erasure", actor=None, channel="staff")
    assert again.pk == first.pk
    assert again.due_at == first.due_at
    assert LedgerEntry.objects.count() == 1
    close_request(ann, "erasure", state="cancelled", actor=ann.pk)
    assert open_request(ann, "erasure", actor=ann.pk, channel="member").pk != first.pk


def test_what_was_done_stands_in_the_ledger(ann: Individual, cleo: Individual) -> None:
    request = open_request(ann, "portability", actor=ann.pk, channel="member")
    closed = close_request(ann, "portability", state="done", actor=cleo.pk)
    assert closed is not None
    assert closed.state == State.DONE
    opening, closing = LedgerEntry.objects.order_by("seq")
    assert (opening.kind, opening.subject_uid, opening.actor_uid) == ("request.opened", ann.pk, ann.pk)
    assert opening.payload["right"] == "portability"
    assert opening.payload["due_at"].endswith("Z")
    assert (closing.kind, closing.actor_uid) == ("request.closed", cleo.pk)
    assert closing.payload == {"request": str(request.pk), "right": "portability", "outcome": "done"}
    assert verify(ann.association_id) is None


def test_a_request_is_answered_once(ann: Individual) -> None:
    request = open_request(ann, "access", actor=None, channel="phone")
    twin = Request.objects.get(pk=request.pk)
    request.close(State.DONE)
    assert Request.objects.get(pk=request.pk).answered_at == request.answered_at
    with pytest.raises(AlreadyClosed):
        twin.close(State.REFUSED)
    with pytest.raises(ValueError, match="closed as"):
        request.close(State.OPEN)
    assert Request.objects.get(pk=request.pk).state == State.DONE


def test_staff_may_act_unasked(ann: Individual) -> None:
    assert close_request(ann, "erasure", state="done", actor=None) is None
    assert not LedgerEntry.objects.exists()


def test_bens_request_stays_open_when_anns_is_closed(ann: Individual, ben: Individual) -> None:
    open_request(ann, "access", actor=None, channel="member")
    open_request(ben, "access", actor=None, channel="member")
    close_request(ann, "access", state="done", actor=None)
    assert Request.objects.get(individual=ben).state == State.OPEN


@pytest.mark.parametrize(
    ("kind", "channel"), [("marriage", "member"), ("access", "By carrier pigeon from Ann")]
)
def test_an_unknown_right_or_channel_is_refused(ann: Individual, kind: str, channel: str) -> None:
    with pytest.raises(ValueError), transaction.atomic():  # noqa: PT011 two kinds of it
        open_request(ann, kind, actor=None, channel=channel)
    assert not Request.objects.exists()


def test_the_database_knows_that_open_means_unanswered(ann: Individual) -> None:
    request = open_request(ann, "access", actor=None, channel="member")
    for change in (
        {"state": State.DONE},
        {"answered_at": request.received_at},
        {"state": "lost"},
        {"kind": "lost"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Request.objects.filter(pk=request.pk).update(**change)


def test_a_reference_can_be_read_out_and_says_nothing() -> None:
    made = {new_reference() for _ in range(2000)}
    assert len(made) == 2000
    assert set("".join(made)) == {*ALPHABET, "-"}
    assert not set("AEIOU015S") & set(ALPHABET)
    assert {len(reference) for reference in made} == {9}
