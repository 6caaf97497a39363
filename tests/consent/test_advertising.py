"""Art. 21(2), (3): whoever objects to one use for advertising has objected to all of it, also to what comes later."""

from typing import Any
from unittest.mock import Mock

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ams.console.standings import People, rows_of
from ams.models import Individual
from consent import gate
from consent.at_time import standings_at
from consent.choices import choices_of
from consent.decide import OnlyThemselves, give, lift, withdraw
from consent.models import Kind, Purpose, Standing, Statement, Version
from consent.objection import lift_now, object_now, waiting
from privacy.requests.models import Request
from tests.ams.test_api import key_of
from tests.consent import asked
from tests.consent.test_at_time import at, on
from tests.consent.test_choices_page import read
from tests.consent.test_decide import acts_of, how
from tests.consent.test_objection import STAFF, advertising, notice
from tests.consent.test_objection_page import press
from tests.consent.test_stop import ONE_CLICK, link_of, undo_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def offers() -> Version:
    return advertising()


@pytest.fixture
def calls() -> Version:
    return advertising("calls", 31)


def allowed(person: Individual, *slugs: str) -> list[str]:
    return [slug for slug in slugs or ("offers", "calls") if gate.allows(person.pk, slug)]


def test_an_objection_to_one_closes_all_advertising_and_nothing_else(
    ann: Individual, ben: Individual, offers: Version, calls: Version
) -> None:
    notice()
    assert allowed(ann, "offers", "calls", "statistics") == ["offers", "calls", "statistics"]

    object_now(ann, offers, **how(ann))

    assert allowed(ann, "offers", "calls", "statistics") == ["statistics"]
    assert list(gate.who_allows("calls")) == [ben.pk]
    assert acts_of(ann) == ["objected"], "one press is one decision"


def test_an_objection_to_something_else_closes_no_advertising(ann: Individual, offers: Version) -> None:
    object_now(ann, notice(), **how(ann))
    assert allowed(ann, "offers", "statistics") == ["offers"]


def test_what_is_told_later_is_closed_from_its_first_day(
    ann: Individual, ben: Individual, offers: Version
) -> None:
    object_now(ann, offers, **how(ann))
    Statement.objects.update(ended_at=timezone.now())  # that it ended is no reason to begin with another one

    advertising("calls", 31)

    assert allowed(ben) == ["calls"]
    assert allowed(ann) == []


def test_a_use_that_becomes_advertising_is_closed_once_it_is_told(ann: Individual, offers: Version) -> None:
    statistics = notice()
    object_now(ann, offers, **how(ann))
    Statement.objects.filter(slug="statistics").update(purpose=Purpose.DIRECT_MARKETING)
    assert allowed(ann, "statistics")

    statistics.statement.refresh_from_db()
    asked.newer(statistics)

    assert not allowed(ann, "statistics")


def test_only_the_person_ends_an_objection_to_what_is_advertising_by_now(
    ann: Individual, cleo: Individual
) -> None:
    version = notice()
    object_now(ann, version, **how(ann))
    assert waiting(ann.pk).exists()
    version.statement.purpose = Purpose.DIRECT_MARKETING
    version.statement.save()
    asked.newer(version)

    assert not waiting(ann.pk).exists()
    with pytest.raises(OnlyThemselves):
        lift(ann, version, **STAFF, actor=cleo.pk)


def test_one_lift_opens_all_of_it_again_whichever_was_pressed(
    ann: Individual, offers: Version, calls: Version
) -> None:
    gifts = advertising("gifts", 32)
    for version in (offers, calls):
        object_now(ann, version, **how(ann))

    lift_now(ann, gifts, **how(ann))

    assert allowed(ann, "offers", "calls", "gifts") == ["offers", "calls", "gifts"]
    assert acts_of(ann) == ["objected", "objected", "lifted", "lifted"]
    assert not Request.objects.exists()
    assert lift_now(ann, gifts, **how(ann)) is None


def test_a_lift_of_advertising_leaves_other_objections(ann: Individual, offers: Version) -> None:
    object_now(ann, notice(), **how(ann))
    object_now(ann, offers, **how(ann))
    lift_now(ann, offers, **how(ann))
    assert allowed(ann, "offers", "statistics") == ["offers"]


def test_a_yes_to_advertising_is_the_persons_own_word(ann: Individual, offers: Version) -> None:
    """Asked for under its own name it is neither taken back by the objection nor kept from being given."""
    asked_for = asked.letter(purpose=Purpose.DIRECT_MARKETING)
    give(ann, asked_for, **how(ann))
    object_now(ann, offers, **how(ann))
    assert allowed(ann, "letter", "offers") == ["letter"]
    withdraw(ann, asked_for, **how(ann))
    assert not allowed(ann, "letter")
    give(ann, asked_for, **how(ann))
    assert allowed(ann, "letter", "offers") == ["letter"]


def test_the_cards_say_so_and_any_of_them_opens_it_again(
    client: Client, ann: Individual, offers: Version, calls: Version
) -> None:
    client.force_login(ann.account)
    page = read(client)
    assert page.count("Object to all advertising</button>") == 2

    page = read(client, press(client, page, "offers").headers["Location"])

    assert "All advertising: stopped," in page
    assert page.count("Allow advertising again</button>") == 2
    assert page.count("Stopped since") == 2
    assert [each.is_objected() for each in choices_of(ann, kinds=[Kind.NOTICE])] == [True, True]

    page = read(client, press(client, page, "calls").headers["Location"])

    assert "Advertising: goes on," in page
    assert page.count("Object to all advertising</button>") == 2
    assert allowed(ann) == ["offers", "calls"]


def test_htmx_puts_all_cards_for_advertising_in_place(
    client: Client, ann: Individual, offers: Version, calls: Version
) -> None:
    notice()
    client.force_login(ann.account)
    part = press(client, read(client), "offers", **{"HX-Request": "true"}).content.decode()
    assert part.count("Allow advertising again") == 2
    assert '<article class="choice" id="interest-calls" hx-swap-oob="true"' in part
    assert 'id="interest-statistics"' not in part


def test_all_choices_cost_two_queries_still(ann: Individual, offers: Version) -> None:
    object_now(ann, offers, **how(ann))
    for number in range(40, 50):
        advertising(f"use-{number}", number)
    with CaptureQueriesContext(connection) as queries:
        assert all(each.is_objected() for each in choices_of(ann, kinds=list(Kind)))
    assert len(queries) == 2


def test_an_objection_costs_the_same_however_much_advertising_there_is(
    ann: Individual, ben: Individual, offers: Version
) -> None:
    def cost(person: Individual) -> int:
        version = Version.objects.select_related("statement").get(pk=offers.pk)
        with CaptureQueriesContext(connection) as queries:
            object_now(person, version, **how(person))
        return len(queries)

    few = cost(ann)
    for number in range(40, 50):
        advertising(f"use-{number}", number)
    assert cost(ben) == few


def test_programs_read_it_too(client: Client, ann: Individual, offers: Version, calls: Version) -> None:
    object_now(ann, offers, **how(ann))
    key = key_of(ann, "choices:read")
    rows: Any = client.get("/api/v1/me/choices/", headers=key).json()
    assert {each["slug"]: each["allowed"] for each in rows} == {"offers": False, "calls": False}


def test_at_any_time_it_stood_as_the_gate_saw_it(ann: Individual) -> None:
    offers = on(0, advertising)
    on(1, advertising, "calls", 31)
    on(2, object_now, ann, offers, **how(ann))
    on(4, advertising, "gifts", 32)
    on(6, lift_now, ann, offers, **how(ann))

    assert [at(ann, number, "calls").is_open() for number in (1.9, 2, 5.9, 6)] == [True, False, False, True]
    assert [at(ann, number, "gifts").is_open() for number in (4, 5.9, 6)] == [False, False, True]
    for each in standings_at(ann, timezone.now()):
        assert each.is_open() is gate.allows(ann.pk, each.statement.slug)


def test_the_console_says_why_a_use_was_closed_that_nobody_answered(
    ann: Individual, offers: Version, calls: Version
) -> None:
    object_now(ann, offers, **how(ann))
    rows = {row["name"]: row for row in rows_of(ann, standings_at(ann, timezone.now()), People(ann, []))}
    assert (rows["Offers"]["tag"]["text"], rows["Offers"]["note"]) == ("Objected", "")
    assert rows["Calls"]["tag"]["text"] == "Objected"
    assert "covers all of it" in str(rows["Calls"]["note"])


def test_history_costs_three_queries_however_much_was_objected_to(ann: Individual) -> None:
    for number in range(40, 45):
        object_now(ann, advertising(f"use-{number}", number), **how(ann))
    with CaptureQueriesContext(connection) as queries:
        standings_at(ann, timezone.now())
    assert len(queries) == 3


def test_third_parties_learn_of_all_uses_that_end_and_begin_with_it(
    ann: Individual, offers: Version, calls: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Mock()
    monkeypatch.setattr("consent.decide.publish", told)

    object_now(ann, offers, **how(ann))
    ended = {"statement": "offers", "version": 1, "also": ["calls"]}
    told.assert_called_once_with("consent.withdrawn", subject=ann.pk, data=ended)
    object_now(ann, calls, **how(ann))
    told.reset_mock()

    lift_now(ann, offers, **how(ann))
    begun = {"statement": "calls", "version": 1, "also": ["offers"]}
    told.assert_called_once_with("consent.given", subject=ann.pk, data=begun)


def test_a_letter_s_link_says_that_it_is_stopped_and_its_undo_takes_back_no_more(
    client: Client, ann: Individual, offers: Version, calls: Version
) -> None:
    assert "Stop “Calls”?" in read(client, link_of(ann, calls))
    object_now(ann, offers, **how(ann))
    page = read(client, link_of(ann, calls))
    assert "Stopped: Calls" in page
    assert "/stop/undo/" not in page

    client.post(link_of(ann, calls), ONE_CLICK)
    client.post(undo_on(read(client, link_of(ann, calls))))

    assert [each.act for each in Standing.objects.order_by("statement__number")] == ["objected", "lifted"]
    assert allowed(ann) == []
    assert "Stopped: Calls" in read(client, link_of(ann, calls))


def test_the_sister_s_advertising_is_another_matter(ann: Individual, sister: Any, offers: Version) -> None:
    from privacy.tenancy import speaking_for  # noqa: PLC0415 beside its only use
    from tests import factories  # noqa: PLC0415 as above

    object_now(ann, offers, **how(ann))
    with speaking_for(sister.pk):
        advertising()
        dora = factories.make_individual()
        assert allowed(dora) == ["offers"]
