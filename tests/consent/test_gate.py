"""The gate is closed until a person opens it, and closes by itself."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils import timezone

from ams.models import Individual
from consent import gate
from consent.at_time import standings_at
from consent.decide import NothingToDecide, decline, give, withdraw
from consent.models import Channel, Kind, Purpose, Statement, Version
from consent.objection import lift_now, object_now
from consent.page import page_of
from consent.publish import draft, publish
from privacy.declarations import Basis
from tests.consent import asked
from tests.consent.test_decide import how

pytestmark = pytest.mark.django_db
INTEREST: dict[str, Any] = {"kind": Kind.NOTICE, "basis": Basis.LEGITIMATE_INTEREST}


def test_the_gate_is_closed_for_whoever_never_answered(ann: Individual) -> None:
    asked.letter()
    assert not gate.allows(ann.pk, "letter")
    assert not gate.allows(ann.pk, "a use that nobody ever asked for")


def test_anns_yes_opens_it_for_ann_and_this_use_alone(ann: Individual, ben: Individual) -> None:
    give(ann, asked.letter(), **how(ann))
    asked.journal()

    assert gate.allows(ann.pk, "letter")
    assert not gate.allows(ann.pk, "journal")
    assert not gate.allows(ben.pk, "letter")
    assert list(gate.who_allows("letter")) == [ann.pk]


@pytest.mark.parametrize("verb", [decline, withdraw])
def test_a_no_closes_it_at_once(ann: Individual, verb: object) -> None:
    version = asked.letter()
    give(ann, version, **how(ann))
    assert gate.allows(ann.pk, "letter")

    verb(ann, version, **how(ann))  # type: ignore[operator]

    assert not gate.allows(ann.pk, "letter")


def test_an_agreement_opens_no_gate(ann: Individual) -> None:
    give(ann, asked.statutes(), **how(ann))
    assert not gate.allows(ann.pk, "statutes")


def test_new_words_that_ask_everybody_again_close_it_until_ann_answers(ann: Individual) -> None:
    version = asked.letter()
    give(ann, version, **how(ann))

    newer = asked.newer(version, ask_again=True)
    assert not gate.allows(ann.pk, "letter")

    give(ann, newer, **how(ann))
    assert gate.allows(ann.pk, "letter")


def test_new_words_that_ask_nobody_again_leave_it_open(ann: Individual) -> None:
    version = asked.letter()
    give(ann, version, **how(ann))

    asked.newer(version, ask_again=False)

    assert gate.allows(ann.pk, "letter")


def test_new_words_close_nothing_before_their_day(ann: Individual) -> None:
    version = asked.letter()
    give(ann, version, **how(ann))

    asked.newer(version, ask_again=True, effective_at=timezone.now() + timedelta(days=7))

    assert gate.allows(ann.pk, "letter")


@pytest.mark.parametrize("field", ["restricted_at", "erased_at"])
def test_nobody_is_written_to_whose_data_rests(ann: Individual, field: str) -> None:
    give(ann, asked.letter(), **how(ann))
    assert gate.allows(ann.pk, "letter")

    Individual.objects.filter(pk=ann.pk).update(**{field: timezone.now()})

    assert not gate.allows(ann.pk, "letter")


def test_new_words_for_which_the_old_yes_counts_leave_it_open_while_asking(ann: Individual) -> None:
    version = asked.letter()
    give(ann, version, **how(ann))

    asked.newer(version, ask_again=True, old_counts=True)

    assert gate.allows(ann.pk, "letter")


def test_a_yes_for_a_year_closes_it_at_the_end_of_the_year_and_by_itself(ann: Individual) -> None:
    version = asked.newer(asked.letter(), again_after_months=12)
    given = give(ann, version, **how(ann))
    over = given.at + relativedelta(months=12)

    with time_machine.travel(over - timedelta(seconds=1), tick=False):
        assert gate.allows(ann.pk, "letter")
    with time_machine.travel(over, tick=False):
        assert not gate.allows(ann.pk, "letter")
        assert ann.pk not in gate.who_allows("letter")


def test_a_yes_that_waits_for_its_click_opens_nothing(ann: Individual) -> None:
    version = asked.letter(double_opt_in=True)
    give(ann, version, **how(ann))
    assert not gate.allows(ann.pk, "letter")

    give(ann, version, **how(ann, channel=Channel.MAIL, confirmed=True))
    assert gate.allows(ann.pk, "letter")


def test_what_has_ended_passes_for_nobody(ann: Individual) -> None:
    give(ann, asked.letter(), **how(ann))
    asked.compose("statistics", asked.words("Statistics"), number=20, **INTEREST)
    assert gate.allows(ann.pk, "letter")
    assert gate.allows(ann.pk, "statistics")

    Statement.objects.update(ended_at=timezone.now())

    assert not gate.allows(ann.pk, "letter")
    assert not gate.allows(ann.pk, "statistics")


@pytest.mark.parametrize("purpose", [Purpose.RESEARCH, Purpose.DIRECT_MARKETING])
def test_an_interest_of_ours_passes_until_somebody_objects_and_for_the_others_still(
    ann: Individual, ben: Individual, purpose: Purpose
) -> None:
    version = asked.compose("use", asked.words("A use"), number=20, purpose=purpose, **INTEREST)
    assert set(gate.who_allows("use")) == {ann.pk, ben.pk}

    object_now(ann, version, **how(ann))
    assert list(gate.who_allows("use")) == [ben.pk]

    asked.newer(version, ask_again=True)  # newer words do not take an objection back
    assert not gate.allows(ann.pk, "use")
    assert gate.allows(ben.pk, "use")

    lift_now(ann, version, **how(ann))
    assert set(gate.who_allows("use")) == {ann.pk, ben.pk}


@pytest.mark.parametrize("basis", [each for each in Basis if each not in {Basis.CONSENT, *INTEREST.values()}])
def test_a_notice_on_another_ground_opens_no_gate(ann: Individual, basis: Basis) -> None:
    asked.compose("use", asked.words("A use"), number=20, kind=Kind.NOTICE, basis=basis)
    assert not gate.allows(ann.pk, "use")


def test_an_interest_that_was_never_told_or_not_yet_passes_for_nobody(ann: Individual) -> None:
    statement = Statement.objects.create(slug="use", number=20, **INTEREST)
    drafted = draft(statement, asked.words("A use"))
    assert not gate.allows(ann.pk, "use")

    publish(drafted, effective_at=timezone.now() + timedelta(days=3))
    assert not gate.allows(ann.pk, "use")
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert gate.allows(ann.pk, "use")


@pytest.mark.parametrize(
    ("told", "changed"),
    [(Basis.CONTRACT, Basis.LEGITIMATE_INTEREST), (Basis.LEGITIMATE_INTEREST, Basis.CONTRACT)],
)
def test_a_basis_that_was_changed_counts_once_it_is_told(
    ann: Individual, told: Basis, changed: Basis
) -> None:
    """Everywhere alike: at the gate, at that time, on the page, and for whoever objects."""
    version = asked.compose("use", asked.words("A use"), number=20, kind=Kind.NOTICE, basis=told)
    Statement.objects.update(basis=changed)
    assert what_everything_says(ann) == {told == Basis.LEGITIMATE_INTEREST}

    version.statement.refresh_from_db()
    asked.newer(version)
    assert what_everything_says(ann) == {changed == Basis.LEGITIMATE_INTEREST}


def what_everything_says(ann: Individual) -> set[bool]:
    statement = Statement.objects.get(slug="use")
    version = statement.current()
    assert version is not None
    says = {
        gate.allows(ann.pk, "use"),
        standings_at(ann, timezone.now())[0].is_open(),
        bool(page_of(ann)["interests"]),
        version.can_be_objected_to(),
    }
    try:
        with transaction.atomic():
            object_now(ann, version, **how(ann))
            transaction.set_rollback(True)
    except NothingToDecide:
        return says | {False}
    return says | {True}


@pytest.mark.parametrize("field", ["restricted_at", "erased_at"])
def test_an_interest_of_ours_rests_with_the_persons_data(ann: Individual, field: str) -> None:
    asked.compose("use", asked.words("A use"), number=20, **INTEREST)
    assert gate.allows(ann.pk, "use")
    Individual.objects.filter(pk=ann.pk).update(**{field: timezone.now()})
    assert not gate.allows(ann.pk, "use")


def test_everybody_is_asked_in_one_statement(ann: Individual, django_assert_num_queries: Any) -> None:
    version: Version = asked.letter()
    give(ann, version, **how(ann))
    with django_assert_num_queries(1):
        assert list(gate.who_allows("letter")) == [ann.pk]
    with django_assert_num_queries(1):
        assert gate.allows(ann.pk, "letter")
