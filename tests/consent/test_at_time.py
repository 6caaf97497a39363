"""Where Ann stood at any moment, and which words she had before her."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ams.models import Association, Individual
from consent import gate
from consent.at_time import Closed, StandingAt, standings_at
from consent.decide import decline, expire, give, object_to, withdraw
from consent.models import Kind, Statement
from consent.publish import draft, publish
from privacy.declarations import Basis
from tests.consent import asked
from tests.consent.test_decide import how

pytestmark = pytest.mark.django_db
START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def on(number: int, act: Callable[..., Any], *args: Any, **more: Any) -> Any:
    with time_machine.travel(day(number), tick=False):
        return act(*args, **more)


def at(person: Individual, number: float, slug: str = "letter") -> StandingAt:
    found = standings_at(person, START + timedelta(days=number))
    return next(each for each in found if each.statement.slug == slug)


def test_each_moment_has_its_own_standing_and_its_own_words(ann: Individual) -> None:
    first = on(0, asked.letter)
    yes = on(1, give, ann, first, **how(ann, language="de"))
    second = on(3, asked.newer, first)
    no = on(5, withdraw, ann, second, **how(ann, language="fr"))

    assert at(ann, 0.5).decision is None
    assert (at(ann, 1).decision, at(ann, 4.99).decision, at(ann, 5).decision) == (yes, yes, no)
    assert [at(ann, number).is_open() for number in (0.5, 1, 4.99, 5)] == [False, True, True, False]
    words = at(ann, 4).wording
    assert words is not None
    assert (words.text, words.version_id) == ("Monthly letter, in full, in de.", first.pk)
    later = at(ann, 6).wording
    assert later is not None
    assert later.text == "Letter, now with offers, in full, in fr."


def test_what_was_not_yet_published_is_not_there(ann: Individual) -> None:
    on(2, asked.letter)
    assert [each.statement.slug for each in standings_at(ann, day(2))] == ["letter"]
    assert standings_at(ann, day(1)) == []


def test_a_day_in_the_past_makes_no_version_older_than_its_publication(ann: Individual) -> None:
    first = on(0, asked.letter)
    on(1, give, ann, first, **how(ann))
    newer = on(2, draft, first.statement, asked.words("Other words"), ask_again=True)
    on(6, publish, newer, effective_at=day(2))
    assert at(ann, 5).is_open()
    assert at(ann, 6).closed == Closed.NEWER_WORDS


def test_a_yes_rests_from_the_day_of_newer_words_and_no_sooner(ann: Individual) -> None:
    first = on(0, asked.letter)
    on(1, give, ann, first, **how(ann))
    newer = on(2, asked.newer, first, ask_again=True)
    on(4, give, ann, newer, **how(ann))
    assert [at(ann, number).is_open() for number in (1.5, 2, 3.9, 4)] == [True, False, False, True]
    assert at(ann, 3).closed == Closed.NEWER_WORDS


def test_the_earlier_yes_counts_where_the_newer_words_say_so(ann: Individual) -> None:
    first = on(0, asked.letter)
    on(1, give, ann, first, **how(ann))
    on(2, asked.newer, first, ask_again=True, old_counts=True)
    assert at(ann, 3).is_open()


def test_a_yes_is_over_when_its_time_is(ann: Individual) -> None:
    version = on(
        0,
        lambda: publish(
            draft(
                asked.letter().statement,
                asked.words("Again"),
                again_after_months=1,
                reason="The use is the same.",
            )
        ),
    )
    on(1, give, ann, version, **how(ann))
    assert at(ann, 31.9).is_open()
    assert at(ann, 32).closed == Closed.TIME
    on(40, expire, ann, version, **how(ann))
    assert at(ann, 41).act == "expired"
    assert at(ann, 31.9).is_open()


def test_what_has_ended_is_closed_from_then_on(ann: Individual) -> None:
    version = on(0, asked.letter)
    on(1, give, ann, version, **how(ann))
    Statement.objects.update(ended_at=day(3))
    assert at(ann, 2.9).is_open()
    assert at(ann, 3).closed == Closed.ENDED


def test_an_agreement_stands_and_opens_no_gate(ann: Individual) -> None:
    on(0, lambda: give(ann, asked.statutes(), **how(ann)))
    assert at(ann, 1, "statutes").act == "given"
    assert not at(ann, 1, "statutes").is_open()


def test_our_own_interest_is_open_until_ann_objects(ann: Individual) -> None:
    version = on(0, asked.letter, kind=Kind.NOTICE, basis=Basis.LEGITIMATE_INTEREST)
    on(2, object_to, ann, version, **how(ann))
    assert [at(ann, number).is_open() for number in (0, 1.9, 2)] == [True, True, False]


def test_bens_answers_are_not_anns(ann: Individual, ben: Individual) -> None:
    version = on(0, asked.letter)
    on(1, give, ben, version, **how(ben))
    assert at(ben, 2).act == "given"
    assert at(ann, 2).act is None


def test_the_sister_s_statements_are_not_hers(ann: Individual, sister: Association) -> None:
    from privacy.tenancy import speaking_for  # noqa: PLC0415 beside its only use

    with speaking_for(sister.pk):
        asked.journal()
    asked.letter()
    assert [each.statement.slug for each in standings_at(ann, timezone.now())] == ["letter"]


def test_now_it_says_what_the_gate_says(ann: Individual, ben: Individual) -> None:
    letter, journal = asked.letter(), asked.journal()
    give(ann, letter, **how(ann))
    decline(ann, journal, **how(ann))
    give(ben, journal, **how(ben))
    asked.newer(journal, ask_again=True)
    for person in (ann, ben):
        for each in standings_at(person, timezone.now()):
            assert each.is_open() is gate.allows(person.pk, each.statement.slug)
    assert gate.allows(ann.pk, "letter")


def test_a_long_history_costs_no_more_queries(ann: Individual) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            standings_at(ann, timezone.now())
        return len(queries)

    letter = asked.letter()
    give(ann, letter, **how(ann))
    before = cost()
    asked.journal()
    for verb in (withdraw, give, withdraw, give):
        verb(ann, asked.newer(letter), **how(ann))
    assert cost() == before == 3
