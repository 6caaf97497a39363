"""What is said of an objection to all advertising is the whole truth, on every page, and stays true."""

from typing import Any
from unittest.mock import Mock

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ams.models import Individual
from consent import gate
from consent.console import drafts
from consent.coverage import StaysAdvertising
from consent.decide import give, withdraw
from consent.models import Decision, Purpose, Statement, Version
from consent.objection import lift_now, object_now
from consent.page import page_of
from consent.publish import draft, publish
from privacy.declarations import Basis
from tests.consent import asked
from tests.consent.desk import page, post
from tests.consent.test_choices_page import read
from tests.consent.test_decide import acts_of, how
from tests.consent.test_objection import advertising, notice
from tests.consent.test_objection_page import press
from tests.consent.test_stop import link_of
from tests.consent.test_stop import press as stop

pytestmark = pytest.mark.django_db
GOES_ON = "What you said yes to by its own name goes on:"
ALL = "An objection to advertising counts for all of it:"
LINK = '<a href="#choice-letter">Monthly letter</a>'


@pytest.fixture
def as_cleo(client: Client, cleo: Individual) -> Client:
    client.force_login(cleo.account)
    return client


@pytest.fixture
def offers() -> Version:
    return advertising()


@pytest.fixture
def calls() -> Version:
    return advertising("calls", 31)


@pytest.mark.parametrize(
    "facts", [{"purpose": Purpose.RESEARCH}, {"basis": Basis.LEGAL_OBLIGATION}], ids=["purpose", "basis"]
)
def test_what_was_told_as_advertising_is_published_as_nothing_else(
    as_cleo: Client, ann: Individual, offers: Version, calls: Version, facts: dict[str, Any]
) -> None:
    """Else the words of the next objection, or of the lift, would open all other advertising unsaid."""
    object_now(ann, offers, **how(ann))
    statement = offers.statement
    version = draft(statement, asked.words("Offers, otherwise"))
    assert "stays advertising" not in page(as_cleo, f"{statement.pk}/draft/en/")
    for field, value in facts.items():
        setattr(statement, field, value)
    statement.save()

    assert "stays advertising" in page(as_cleo, f"{statement.pk}/draft/en/")
    path = f"{statement.pk}/draft/publish/"
    assert "stays advertising" in post(as_cleo, path, {"seen": drafts.draft_as_seen(version)})
    with pytest.raises(StaysAdvertising):
        publish(version)
    version.refresh_from_db()
    assert not version.is_published()
    object_now(ann, offers, **how(ann))
    assert not gate.allows(ann.pk, "calls")


def test_other_words_for_advertising_and_a_use_that_becomes_it_are_published(
    ann: Individual, offers: Version
) -> None:
    assert asked.newer(offers).is_for_advertising()
    statistics = notice()
    statistics.statement.purpose = Purpose.DIRECT_MARKETING
    statistics.statement.save()
    second = asked.newer(statistics)
    assert second.is_for_advertising()
    object_now(ann, second, **how(ann))
    assert not gate.allows(ann.pk, "offers")


@pytest.fixture
def letter(ann: Individual) -> Version:
    """With offers of others in it, which Ann has asked for."""
    version = asked.letter(purpose=Purpose.DIRECT_MARKETING)
    give(ann, version, **how(ann))
    return version


@pytest.fixture
def as_ann(client: Client, ann: Individual) -> Client:
    client.force_login(ann.account)
    return client


def test_the_cards_and_the_banner_name_what_goes_on_by_a_yes(
    as_ann: Client, letter: Version, offers: Version, calls: Version
) -> None:
    tab = read(as_ann)
    assert tab.count(GOES_ON) == tab.count(LINK) == 2
    assert 'id="choice-letter"' in tab

    tab = read(as_ann, press(as_ann, tab, "offers").headers["Location"])

    assert "All advertising: stopped," in tab
    assert tab.count(GOES_ON) == tab.count(LINK) == 3
    banner = tab[tab.index('id="saved"') : tab.index('id="choice-letter"')]
    assert LINK in banner
    assert "You can take it back above." in tab

    tab = read(as_ann, press(as_ann, tab, "calls").headers["Location"])
    assert "Advertising: goes on," in tab
    assert tab.count(GOES_ON) == 2


def test_no_other_yes_is_named_and_no_card_of_another_use_names_one(
    as_ann: Client, ann: Individual, letter: Version, offers: Version
) -> None:
    notice()
    give(ann, asked.journal(purpose=Purpose.SHARING), **how(ann))
    tab = read(as_ann)
    assert tab.count(GOES_ON) == tab.count(LINK) == 1
    assert 'href="#choice-journal"' not in tab

    withdraw(ann, letter, **how(ann))
    tab = read(as_ann, press(as_ann, tab, "offers").headers["Location"])
    assert "All advertising: stopped," in tab
    assert GOES_ON not in tab


def test_htmx_names_them_too_and_names_none_that_is_taken_back(
    as_ann: Client, letter: Version, offers: Version
) -> None:
    now = {"HX-Request": "true"}
    assert press(as_ann, read(as_ann), "offers", **now).content.decode().count(LINK) == 2

    switch = {"version": letter.pk, "language": "en", "to": "no"}
    part = as_ann.post("/privacy/choices/letter/", switch, headers=now).content.decode()
    assert '<article class="choice" id="interest-offers" hx-swap-oob="true"' in part
    assert GOES_ON not in part


def test_to_name_them_costs_no_query(ann: Individual, offers: Version) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            page_of(ann)
        return len(queries)

    version = asked.letter()
    give(ann, version, **how(ann))
    without = cost()
    assert not page_of(ann)["interests"][0]["go_on"]
    version.statement.purpose = Purpose.DIRECT_MARKETING
    version.statement.save()
    give(ann, asked.newer(version, ask_again=True), **how(ann))
    assert page_of(ann)["interests"][0]["go_on"]
    assert cost() == without


def test_the_page_behind_a_letter_says_so_before_and_after_the_press(
    client: Client, ann: Individual, offers: Version, calls: Version
) -> None:
    assert ALL in read(client, link_of(ann, calls))
    assert ALL in stop(client, link_of(ann, calls)).content.decode()
    assert not gate.allows(ann.pk, "offers")
    assert ALL in read(client, link_of(ann, calls))
    assert ALL in read(client, link_of(ann, offers)), "stopped with the other"


def test_the_page_behind_another_letter_says_nothing_of_it(
    client: Client, ann: Individual, letter: Version, offers: Version
) -> None:
    statistics = notice()
    for version in (letter, statistics):
        pages = [read(client, link_of(ann, version)), stop(client, link_of(ann, version)).content.decode()]
        assert "Stopped: " in pages[1]
        assert not any(ALL in each for each in pages)

    statistics.statement.purpose = Purpose.DIRECT_MARKETING
    statistics.statement.save()
    asked.newer(statistics)
    assert ALL not in read(client, link_of(ann, statistics)), "Ann objected before it was told as advertising"
    assert gate.allows(ann.pk, "offers")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Mock:
    told = Mock()
    monkeypatch.setattr("consent.decide.publish", told)
    return told


def end(version: Version) -> None:
    Statement.objects.filter(pk=version.statement_id).update(ended_at=timezone.now())


def test_third_parties_learn_what_begins_and_not_what_has_ended(
    ann: Individual, offers: Version, calls: Version, told: Mock
) -> None:
    calls = asked.newer(calls)
    gifts = advertising("gifts", 32)
    object_now(ann, offers, **how(ann))
    end(offers)
    told.reset_mock()

    lift_now(ann, gifts, **how(ann))

    begun = {"statement": "calls", "version": 2, "also": ["gifts"]}
    told.assert_called_once_with("consent.given", subject=ann.pk, data=begun)


def test_third_parties_learn_of_one_use_alone_as_of_one(
    ann: Individual, offers: Version, calls: Version, told: Mock
) -> None:
    object_now(ann, offers, **how(ann))
    end(offers)
    told.reset_mock()
    lift_now(ann, calls, **how(ann))
    begun = {"statement": "calls", "version": 1}
    told.assert_called_once_with("consent.given", subject=ann.pk, data=begun)


def test_third_parties_learn_nothing_where_nothing_begins(
    ann: Individual, offers: Version, told: Mock
) -> None:
    object_now(ann, offers, **how(ann))
    told.assert_called_once()
    end(offers)
    told.reset_mock()
    lift_now(ann, Version.objects.get(pk=offers.pk), **how(ann))
    assert acts_of(ann) == ["objected", "lifted"]
    told.assert_not_called()


@pytest.mark.parametrize("swaps", [False, True], ids=["page", "htmx"])
def test_what_was_lifted_on_another_card_is_confirmed_with_its_receipt_and_undo(
    as_ann: Client, ann: Individual, offers: Version, calls: Version, swaps: bool
) -> None:
    """The objection stood on a use that has ended since, and has no card any more."""
    object_now(ann, offers, **how(ann))
    end(offers)
    tab = read(as_ann)
    assert "interest-offers" not in tab
    answer = press(as_ann, tab, "calls", **({"HX-Request": "true"} if swaps else {}))
    tab = answer.content.decode() if swaps else read(as_ann, answer.headers["Location"])

    banner = tab[tab.index('id="saved"') :]
    banner = banner[: banner.index("</form></div>") + len("</form></div>")]
    lifted = Decision.objects.get(act="lifted")
    assert "Advertising: goes on," in banner
    assert f"/receipts/{lifted.pk}/" in banner or str(lifted.pk) in banner
    assert gate.allows(ann.pk, "calls")

    press(as_ann, banner, "calls")
    assert not gate.allows(ann.pk, "calls")
    assert acts_of(ann) == ["objected", "lifted", "objected"]
    if not swaps:
        assert 'class="banner done"' not in read(as_ann, answer.headers["Location"]), "it is over"


def test_an_address_that_names_another_card_or_nobodys_decision_confirms_nothing(
    as_ann: Client, ann: Individual, ben: Individual, offers: Version, calls: Version
) -> None:
    of_ben = object_now(ben, offers, **how(ben))
    lift_now(ben, offers, **how(ben))
    for saved in (of_ben.pk, Decision.objects.get(act="lifted").pk, "x", ""):
        for pressed in ("calls", "nothing", ""):
            tab = read(as_ann, f"/privacy/choices/?saved={saved}&pressed={pressed}")
            assert 'class="banner done"' not in tab
