"""The gate is closed until a person opens it, and closes by itself."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ams.models import Individual
from consent import gate
from consent.decide import decline, give, withdraw
from tests.consent import asked
from tests.consent.test_decide import how

pytestmark = pytest.mark.django_db


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
