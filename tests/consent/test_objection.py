"""Art. 21: Ann objects to a use that rests on our own interest, and it ends at once."""

from typing import Any

import pytest
from django.db.utils import DatabaseError

from ams.models import Individual
from consent import gate
from consent.decide import NothingToDecide, OnlyThemselves, lift, object_to
from consent.models import Act, Channel, Decision, Kind, Purpose, Standing, Version
from consent.objection import SeenOtherwise, answer, lift_now, object_now, reason_of, waiting
from consent.publish import compose
from privacy.declarations import Basis
from privacy.ledger.models import LedgerEntry
from privacy.requests import open_request
from privacy.requests.models import AlreadyClosed, Request, State
from tests.consent import asked
from tests.consent.test_decide import acts_of, how

pytestmark = pytest.mark.django_db
STAFF: Any = {"channel": Channel.STAFF, "language": "en"}


def notice(slug: str = "statistics", number: int = 20, **fields: Any) -> Version:
    interest = {"kind": Kind.NOTICE, "basis": Basis.LEGITIMATE_INTEREST, "purpose": Purpose.RESEARCH}
    return compose(slug, asked.words(slug.capitalize()), number=number, **interest | fields)


def advertising(slug: str = "offers", number: int = 21) -> Version:
    return notice(slug, number, purpose=Purpose.DIRECT_MARKETING)


def requests_of(person: Individual) -> list[str]:
    return list(
        Request.objects.filter(individual=person).order_by("received_at").values_list("state", flat=True)
    )


@pytest.mark.parametrize("kind_of_use", [notice, advertising])
def test_a_use_on_our_own_interest_ends_with_anns_objection_alone(
    ann: Individual, ben: Individual, kind_of_use: Any
) -> None:
    version = kind_of_use()
    slug = version.statement.slug
    assert gate.allows(ann.pk, slug)
    assert set(gate.who_allows(slug)) == {ann.pk, ben.pk}

    object_now(ann, version, **how(ann))

    assert not gate.allows(ann.pk, slug)
    assert list(gate.who_allows(slug)) == [ben.pk]
    assert LedgerEntry.objects.get(kind="consent.objected").subject_uid == ann.pk

    lift_now(ann, version, **how(ann))

    assert set(gate.who_allows(slug)) == {ann.pk, ben.pk}
    assert acts_of(ann) == ["objected", "lifted"]


def test_an_objection_is_answered_by_the_legal_clock(ann: Individual) -> None:
    object_now(ann, notice(), **how(ann))

    request = Request.objects.get()
    assert (request.kind, request.state, request.channel) == ("objection", "open", "privacy")
    assert request.due_at > request.received_at


def test_advertising_ends_without_a_request_and_nobody_else_can_take_it_up_again(
    ann: Individual, cleo: Individual
) -> None:
    version = advertising()
    object_now(ann, version, **how(ann))
    assert not Request.objects.exists()

    with pytest.raises(OnlyThemselves):
        lift(ann, version, **STAFF, actor=cleo.pk)
    with pytest.raises(OnlyThemselves):
        lift(ann, version, **how(ann, actor=None, channel=Channel.SYSTEM))

    assert not gate.allows(ann.pk, "offers")
    lift_now(ann, version, **how(ann))
    assert gate.allows(ann.pk, "offers")


@pytest.mark.parametrize(
    "version", [asked.letter, asked.statutes, lambda: notice(basis=Basis.LEGAL_OBLIGATION)], ids=range(3)
)
def test_what_rests_on_something_else_is_not_objected_to(ann: Individual, version: Any) -> None:
    with pytest.raises(NothingToDecide):
        object_now(ann, version(), **how(ann))
    assert not Request.objects.exists()
    assert not Decision.objects.exists()


def test_objecting_twice_is_objecting_once(ann: Individual) -> None:
    version = notice()
    first = object_now(ann, version, **how(ann))

    assert object_now(ann, version, **how(ann)) == first
    assert requests_of(ann) == ["open"]

    Request.objects.get().close(State.DONE, reason="stopped")
    assert object_now(ann, version, **how(ann)) == first
    assert requests_of(ann) == ["done"]


def test_taking_it_back_takes_its_request_back(ann: Individual) -> None:
    version = notice()
    object_now(ann, version, **how(ann))

    lift_now(ann, version, **how(ann))

    assert requests_of(ann) == ["cancelled"]
    assert lift_now(ann, version, **how(ann)) is None
    assert lift(ann, version, **how(ann)) is None


def test_a_request_stays_while_another_use_waits_for_its_answer(ann: Individual) -> None:
    one, other = notice(), notice("archive", 22)
    object_now(ann, one, **how(ann))
    object_now(ann, other, **how(ann))
    assert requests_of(ann) == ["open"]

    lift_now(ann, one, **how(ann))
    assert requests_of(ann) == ["open"]
    lift_now(ann, other, **how(ann))
    assert requests_of(ann) == ["cancelled"]


def test_a_request_that_ann_made_before_and_for_more_stays_open(ann: Individual) -> None:
    object_now(ann, advertising(), **how(ann))
    open_request(ann, "objection", actor=ann.pk, channel="api")
    version = notice()
    object_now(ann, version, **how(ann))

    lift_now(ann, version, **how(ann))

    assert requests_of(ann) == ["open"]


def seen(person: Individual) -> list[Any]:
    return [standing.decision_id for standing in waiting(person.pk)]


def test_done_leaves_the_use_ended(ann: Individual, cleo: Individual) -> None:
    object_now(ann, notice(), **how(ann))

    answer(Request.objects.get(), reason="stopped", refused=False, seen=seen(ann), actor=cleo.pk)

    assert not gate.allows(ann.pk, "statistics")
    assert requests_of(ann) == ["done"]
    assert not seen(ann)


def test_refused_with_grounds_the_use_goes_on_and_advertising_does_not(
    ann: Individual, cleo: Individual
) -> None:
    version = notice()
    object_now(ann, version, **how(ann))
    object_now(ann, advertising(), **how(ann))

    answer(Request.objects.get(), reason="grounds", refused=True, seen=seen(ann), actor=cleo.pk)

    lifted = Decision.objects.get(act=Act.LIFTED)
    assert (lifted.version, lifted.actor, lifted.channel) == (version, cleo.pk, "staff")
    assert gate.allows(ann.pk, "statistics")
    assert not gate.allows(ann.pk, "offers")
    assert requests_of(ann) == ["refused"]

    object_now(ann, version, **how(ann))
    assert not gate.allows(ann.pk, "statistics")
    assert requests_of(ann) == ["refused", "open"]


def test_nobody_answers_what_they_have_not_seen(ann: Individual, cleo: Individual) -> None:
    object_now(ann, notice(), **how(ann))
    page = seen(ann)
    object_now(ann, notice("archive", 22), **how(ann))

    with pytest.raises(SeenOtherwise):
        answer(Request.objects.get(), reason="grounds", refused=True, seen=page, actor=cleo.pk)

    assert requests_of(ann) == ["open"]
    assert not gate.allows(ann.pk, "statistics")
    assert not gate.allows(ann.pk, "archive")


def test_only_one_of_two_answers_counts(ann: Individual, cleo: Individual) -> None:
    object_now(ann, notice(), **how(ann))
    one, two, page = Request.objects.get(), Request.objects.get(), seen(ann)
    answer(one, reason="stopped", refused=False, seen=page, actor=cleo.pk)

    with pytest.raises(AlreadyClosed):
        answer(two, reason="grounds", refused=True, seen=page, actor=cleo.pk)

    assert not gate.allows(ann.pk, "statistics")


def test_the_reason_is_sealed_and_read_with_the_decision(ann: Individual) -> None:
    decision = object_now(
        ann, notice(), **how(ann, evidence={"address": "::1", "reason": "I am easily found."})
    )
    without = object_to(ann, advertising(), **how(ann))

    assert reason_of(decision) == "I am easily found."
    assert reason_of(without) == ""
    assert "found" not in str(LedgerEntry.objects.values_list("payload", flat=True))


def test_an_objection_that_is_rolled_back_leaves_no_request(ann: Individual, monkeypatch: Any) -> None:
    def fails(*_args: Any, **_fields: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr("consent.objection.open_request", fails)
    with pytest.raises(DatabaseError):
        object_now(ann, notice(), **how(ann))

    assert not Standing.objects.exists()
    assert gate.allows(ann.pk, "statistics")
