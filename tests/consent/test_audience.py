"""Whom a statement is for: by kind of membership, country and age, under Privacy and while joining."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from ams.models import Association, Individual, Membership
from consent.audience import Facts, fits
from consent.choices import choices_of
from consent.decide import give
from consent.models import Decision, Kind, Statement
from consent.publish import compose
from tests.consent import asked
from tests.consent.test_decide import how
from tests.journeys.joining import ABOUT, open_for_members, post, shown, up_to
from tests.journeys.test_join import letters_leave

__all__ = ["letters_leave"]
pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)
STUDENT, FELLOW = {"membership_types": ["student", "trainee"]}, {"membership_types": ["fellow"]}
DACH = {"countries": ["DE", "AT", "CH"]}
YOUNG, GROWN, MIDDLE = {"age_to": 17}, {"age_from": 18}, {"age_from": 30, "age_to": 40}


def born(years: int, *, days: int = 0) -> date:
    """So that the birthday that makes this age was so many days ago."""
    return date(TODAY.year - years, TODAY.month, TODAY.day - days)


@pytest.mark.parametrize(
    ("audience", "facts", "expected"),
    [
        ({}, {}, True),
        ({}, {"country": "DE", "born_on": born(50), "membership_types": ["fellow"]}, True),
        (STUDENT, {"membership_types": ["student"]}, True),
        (STUDENT, {"membership_types": ["fellow", "trainee"]}, True),
        (STUDENT, {"membership_types": ["fellow"]}, False),
        (STUDENT, {"membership_types": []}, False),
        (FELLOW, {"membership_types": ["student"]}, False),
        (DACH, {"country": "AT"}, True),
        (DACH, {"country": "FR"}, False),
        (DACH, {"country": ""}, False),
        (YOUNG, {"born_on": born(17)}, True),
        (YOUNG, {"born_on": born(18)}, False),
        (YOUNG, {"born_on": born(18, days=-1)}, True),  # eighteen tomorrow
        (GROWN, {"born_on": born(18)}, True),  # eighteen today
        (GROWN, {"born_on": born(18, days=-1)}, False),
        (GROWN, {"born_on": born(18, days=1)}, True),
        (MIDDLE, {"born_on": born(30)}, True),
        (MIDDLE, {"born_on": born(40)}, True),
        (MIDDLE, {"born_on": born(29)}, False),
        (MIDDLE, {"born_on": born(41)}, False),
        ({"age_from": 0}, {"born_on": born(0)}, True),
        (YOUNG, {"born_on": None}, False),
        (GROWN, {"born_on": None}, False),
        (
            DACH | GROWN | STUDENT,
            {"country": "DE", "born_on": born(20), "membership_types": ["student"]},
            True,
        ),
        (
            DACH | GROWN | STUDENT,
            {"country": "FR", "born_on": born(20), "membership_types": ["student"]},
            False,
        ),
        (
            DACH | GROWN | STUDENT,
            {"country": "DE", "born_on": born(9), "membership_types": ["student"]},
            False,
        ),
        (
            DACH | GROWN | STUDENT,
            {"country": "DE", "born_on": born(20), "membership_types": ["fellow"]},
            False,
        ),
    ],
    ids=str,
)
def test_a_statement_fits_exactly_those_whom_it_is_for(
    association: Association, audience: dict[str, Any], facts: dict[str, Any], expected: bool
) -> None:
    asked.letter(**audience)
    found = Statement.objects.filter(fits(Facts(**facts), TODAY)).exists()
    assert found is expected


@pytest.mark.parametrize(
    ("born_on", "today", "age"),
    [
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2024, 2, 29), 16),
        (date(2000, 12, 31), date(2026, 1, 1), 25),
        (None, TODAY, None),
    ],
)
def test_an_age_is_counted_in_birthdays(born_on: date | None, today: date, age: int | None) -> None:
    assert Facts(born_on=born_on).age(today) == age


def test_ann_is_asked_what_is_for_her_and_keeps_what_she_has_answered(ann: Individual) -> None:
    """She is 42, lives in Ireland and is an individual member; what she said yes to stays hers to take back."""
    for number, (slug, audience) in enumerate(
        [
            ("for-all", {}),
            ("for-ireland", {"countries": ["IE"]}),
            ("for-france", {"countries": ["FR"]}),
            ("for-individuals", {"membership_types": ["individual"]}),
            ("for-students", STUDENT),
            ("for-the-grown", GROWN),
            ("for-the-young", YOUNG),
        ],
        start=20,
    ):
        compose(slug, asked.words(slug), number=number, **audience)
    hers = ["for-all", "for-ireland", "for-individuals", "for-the-grown"]
    assert [choice.statement.slug for choice in choices_of(ann)] == hers

    given = give(ann, Statement.objects.get(slug="for-individuals").versions.get(), **how(ann))
    Membership.objects.filter(individual=ann).update(state=Membership.State.ENDED)
    ann.born_on = None
    ann.save()

    assert [choice.statement.slug for choice in choices_of(ann)] == [
        "for-all",
        "for-ireland",
        "for-individuals",
    ]
    assert given.act == "given"


@pytest.fixture
def doors_open(association: Association, door_answers: None) -> None:
    open_for_members(association)
    for number, (slug, audience) in enumerate(
        [
            ("for-students", {"membership_types": ["student"]}),
            ("for-individuals", {"membership_types": ["individual"]}),
            ("for-france", {"countries": ["FR"]}),
            ("for-the-young", {"age_to": 30}),
        ],
        start=20,
    ):
        compose(slug, asked.words(slug), number=number, **audience)
    compose("oath", asked.words("Oath"), number=30, kind=Kind.AGREEMENT, membership_types=["student"])


def up_to_the_choices(client: Client, *, kind: str = "individual", **about: str) -> None:
    up_to(client, "about")
    post(client, "about", **(ABOUT | about))
    choose(client, kind)


def choose(client: Client, kind: str) -> None:
    post(client, "membership", type=kind)
    post(client, "statutes", statutes="on", oath="on", **shown(client, "statutes"))


def asked_on(client: Client, step: str = "choices") -> set[str]:
    return {name.removeprefix("shown-") for name in shown(client, step)}


def say_yes_to_all(client: Client) -> None:
    hidden = shown(client, "choices")
    post(client, "choices", **{name.removeprefix("shown-"): "yes" for name in hidden}, **hidden)


def decided() -> dict[str, str]:
    return dict(Decision.objects.values_list("statement__slug", "act"))


def test_who_joins_is_asked_what_is_for_such_a_person(client: Client, doors_open: None) -> None:
    up_to_the_choices(client, kind="student", born_on="2006-01-02", country="DE")
    assert asked_on(client, "statutes") == {"statutes", "oath"}
    assert asked_on(client) == {"letter", "journal", "for-students", "for-the-young"}


def test_who_tells_no_age_is_asked_nothing_that_depends_on_one(client: Client, doors_open: None) -> None:
    up_to_the_choices(client)
    assert asked_on(client, "statutes") == {"statutes"}
    assert asked_on(client) == {"letter", "journal", "for-individuals", "for-france"}


def test_answers_that_no_longer_fit_are_dropped_and_what_fits_now_is_asked(
    client: Client, doors_open: None
) -> None:
    up_to_the_choices(client, kind="student", born_on="2006-01-02")
    say_yes_to_all(client)
    assert client.get("/join/check/").status_code == 200

    post(client, "about", **(ABOUT | {"country": "DE", "born_on": "1960-01-02"}))
    post(client, "membership", type="individual")

    assert client.get("/join/check/").headers["Location"] == "/join/choices/"
    assert asked_on(client) == {"letter", "journal", "for-individuals"}
    assert client.get("/join/choices/").content.count(b"checked") == 2  # what still fits is still answered
    hidden = shown(client, "choices")
    post(client, "choices", letter="yes", journal="no", **{"for-individuals": "yes"}, **hidden)
    post(client, "check")

    assert decided() == {
        "statutes": "given",
        "letter": "given",
        "journal": "declined",
        "for-individuals": "given",
    }


def test_nothing_that_fits_no_more_is_stored_even_if_nothing_new_is_asked(
    client: Client, doors_open: None
) -> None:
    up_to_the_choices(client)
    say_yes_to_all(client)
    post(client, "about", **(ABOUT | {"country": "DE"}))

    assert post(client, "check").headers["Location"] == "/join/done/"

    assert set(decided()) == {"statutes", "letter", "journal", "for-individuals"}


def test_a_child_names_nobody_for_a_yes_that_fits_no_more(client: Client, doors_open: None) -> None:
    up_to_the_choices(client, born_on="2014-06-01")
    hidden = shown(client, "choices")
    assert post(client, "choices", **{"for-france": "yes"}, **hidden).headers["Location"] == "/join/guardian/"
    post(client, "about", **(ABOUT | {"country": "DE", "born_on": "2014-06-01"}))

    assert post(client, "check").headers["Location"] == "/join/done/"

    assert decided() == {"statutes": "given"}


def test_what_is_ended_while_somebody_joins_is_not_stored(client: Client, doors_open: None) -> None:
    up_to_the_choices(client)
    say_yes_to_all(client)
    Statement.objects.filter(slug="journal").update(ended_at="2026-01-01T00:00Z")

    assert post(client, "check").headers["Location"] == "/join/done/"

    assert set(decided()) == {"statutes", "letter", "for-individuals", "for-france"}
