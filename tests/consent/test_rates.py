"""How many say yes: by hand for three people, and by chance against counting everybody one by one."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ams.models import Association, Individual
from consent.at_time import standings_at
from consent.decide import decline, expire, give, withdraw
from consent.models import Version
from consent.publish import compose, draft, publish
from consent.rates import Answers, by_month, by_version, month_before, withdrawn_lately
from tests import factories
from tests.consent import asked
from tests.consent.test_decide import how

pytestmark = pytest.mark.django_db
numbers = count(40)
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def on(day: date, act: Any, *args: Any, **more: Any) -> Any:
    with time_machine.travel(datetime(day.year, day.month, day.day, 12, tzinfo=UTC), tick=False):
        return act(*args, **more)


def shares(version: Version, now: datetime = NOW) -> dict[str, tuple[int, int, int]]:
    rows = by_month(now).get(version.statement_id, [])
    return {f"{month:%Y-%m}": (each.yes, each.no, each.withdrawn) for month, each in rows}


def test_three_people_by_hand(ann: Individual, ben: Individual, cleo: Individual) -> None:
    letter = on(date(2026, 1, 5), asked.letter)
    on(date(2026, 2, 3), give, ann, letter, **how(ann))
    on(date(2026, 2, 20), decline, ben, letter, **how(ben))
    on(date(2026, 4, 1), give, cleo, letter, **how(cleo))
    on(date(2026, 5, 9), withdraw, ann, letter, **how(ann))
    on(date(2026, 6, 2), give, ben, letter, **how(ben))
    on(date(2026, 6, 20), withdraw, cleo, letter, **how(cleo))  # has not happened yet

    found = shares(letter)

    assert len(found) == 24
    assert found["2026-01"] == (0, 0, 0)
    assert found["2026-02"] == found["2026-03"] == (1, 1, 0)
    assert found["2026-04"] == (2, 1, 0)
    assert found["2026-05"] == (1, 1, 1)
    assert found["2026-06"] == (2, 0, 1)
    assert Answers(2, 0, 1).share == 67
    assert Answers().share is None


def test_newer_words_rest_a_yes_until_it_is_given_again(ann: Individual, ben: Individual) -> None:
    letter = on(date(2026, 1, 5), asked.letter)
    on(date(2026, 1, 6), give, ann, letter, **how(ann))
    on(date(2026, 1, 6), give, ben, letter, **how(ben))
    newer = on(date(2026, 3, 10), asked.newer, letter, ask_again=True)
    on(date(2026, 4, 4), give, ann, newer, **how(ann))
    found = shares(letter)
    assert (found["2026-02"], found["2026-03"], found["2026-04"]) == ((2, 0, 0), (0, 0, 0), (1, 0, 0))


def test_a_month_ends_on_the_association_s_clock(ann: Individual) -> None:
    with time_machine.travel(datetime(2026, 3, 31, 23, 30, tzinfo=UTC), tick=False):
        letter = asked.letter()
        give(ann, letter, **how(ann))
    assert shares(letter)["2026-03"] == (1, 0, 0)
    with timezone.override("Europe/Dublin"):  # half past midnight there
        assert shares(letter)["2026-03"] == (0, 0, 0)
        assert shares(letter)["2026-04"] == (1, 0, 0)


def test_words_are_compared_by_the_last_answer_to_them(
    ann: Individual, ben: Individual, cleo: Individual
) -> None:
    first = asked.letter()
    give(ann, first, **how(ann))
    give(ben, first, **how(ben))
    withdraw(ben, first, **how(ben))
    second = asked.newer(first)
    withdraw(ann, second, **how(ann))
    decline(cleo, second, **how(cleo))
    assert by_version() == {first.pk: Answers(1, 0, 1), second.pk: Answers(0, 1, 1)}


def test_who_took_it_back_lately_and_before(ann: Individual, ben: Individual) -> None:
    letter = on(date(2026, 1, 5), asked.letter)
    for day, person in ((date(2026, 3, 1), ann), (date(2026, 4, 30), ben), (date(2026, 6, 1), ann)):
        on(day - timedelta(days=1), give, person, letter, **how(person))
        on(day, withdraw, person, letter, **how(person))
    assert withdrawn_lately(NOW) == {letter.statement_id: (1, 1)}


def test_the_sister_s_answers_are_not_counted(ann: Individual, sister: Association) -> None:
    from privacy.tenancy import speaking_for  # noqa: PLC0415 beside its only use

    with speaking_for(sister.pk):
        theirs = asked.letter()
        person = factories.make_individual()
        give(person, theirs, **how(person))
        assert by_version()
    assert by_version() == {}
    assert by_month(timezone.now()) == {}


def test_more_people_cost_no_more_statements(ann: Individual, ben: Individual) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            by_month(timezone.now())
            by_version()
            withdrawn_lately(timezone.now())
        return len(queries)

    letter = asked.letter()
    give(ann, letter, **how(ann))
    before = cost()
    asked.journal()
    for person in (ben, factories.make_individual(), factories.make_individual()):
        give(person, letter, **how(person))
        withdraw(person, letter, **how(person))
    assert cost() == before == 3


# ── By chance ────────────────────────────────────────────────────────────────────────────────────────

VERBS = {"give": give, "decline": decline, "expire": expire}
answers = st.tuples(st.sampled_from(sorted(VERBS)), st.integers(0, 2), st.integers(0, 3))
news = st.tuples(st.just("publish"), st.sampled_from([0, 1, 2]), st.sampled_from([0, 1, 3]))
stories = st.lists(st.tuples(st.integers(1, 45), st.one_of(answers, answers, answers, news)), max_size=14)


@given(story=stories)
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
def test_counting_at_once_is_counting_one_by_one(
    association: Association, story: list[tuple[int, tuple[str, int, int]]]
) -> None:
    clock = datetime(2025, 1, 31, 9, tzinfo=UTC)
    people = [factories.make_individual() for _number in range(3)]
    with time_machine.travel(clock, tick=False):
        versions = [compose(f"use-{(number := next(numbers))}", asked.words("A use"), number=number)]
    for days, (what, first, second) in story:
        clock += timedelta(days=days, minutes=1)
        with time_machine.travel(clock, tick=False):
            if what == "publish":
                versions.append(news_of(versions[-1], first, second))
            else:
                version = versions[min(second, len(versions) - 1)]
                VERBS[what](people[first], version, **how(people[first]))
    now = clock + timedelta(days=1)

    found = dict(by_month(now).get(versions[0].statement_id, []))

    for back in range(24):
        month = month_before(now.date(), back)
        counted = found.get(month, Answers())
        assert counted == one_by_one(people, versions[0], min(now, end_of(month))), month


def news_of(version: Version, asks: int, months: int) -> Version:
    made = draft(
        version.statement,
        asked.words("Other words"),
        ask_again=asks > 0,
        old_counts=asks > 1,
        again_after_months=months or None,
        reason="The use is the same.",
    )
    return publish(made)


def end_of(month: date) -> datetime:
    following = month_before(month, -1)
    return datetime(following.year, following.month, 1, tzinfo=UTC) - timedelta(microseconds=1)


def one_by_one(people: list[Individual], version: Version, when: datetime) -> Answers:
    counted = Answers()
    for person in people:
        for at in standings_at(person, when):
            if at.statement.pk != version.statement_id:
                continue
            if at.is_open():
                counted.yes += 1
            elif at.act == "declined":
                counted.no += 1
            elif at.act == "withdrawn":
                counted.withdrawn += 1
    return counted
