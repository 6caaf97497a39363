"""My choices show what is done without asking, apart from all else, and stop it with one press. Without JavaScript."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ams.models import Individual
from consent import gate
from consent.choices import choices_of
from consent.models import AskedAt, Decision, Kind, Purpose
from consent.objection import object_now, reason_of
from consent.page import page_of
from privacy.requests.models import Request
from tests.consent import asked
from tests.consent.test_choices_page import read
from tests.consent.test_decide import acts_of, how
from tests.consent.test_gate import INTEREST
from tests.consent.test_objection import advertising, notice, requests_of

pytestmark = pytest.mark.django_db
TITLE = "What we do without asking, and how to stop it"


@pytest.fixture
def as_ann(client: Client, ann: Individual) -> Client:
    client.force_login(ann.account)
    return client


def press(
    client: Client, page: str, slug: str = "statistics", reason: str = "", **headers: str
) -> HttpResponse:
    """What a browser sends for the button that is on the page; the field for a reason is part of the form."""
    form = re.search(rf'<form[^>]*action="(/privacy/choices/object/{slug}/)".*?</form>', page, re.DOTALL)
    assert form
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
    return client.post(form[1], fields | {"reason": reason}, headers=headers)


def test_ann_reads_what_is_done_without_asking_and_what_for(as_ann: Client, ann: Individual) -> None:
    notice()
    notice("archive", 22, purpose=Purpose.SERVICE)

    page = read(as_ann)

    assert page.index(TITLE) < page.index("Statistics and research") < page.index("Answering and helping")
    assert "Statistics, in full, in en." in page
    assert page.count("Object to this use</button>") == 2


def test_ann_reads_beforehand_what_stops_and_what_is_kept(as_ann: Client, ann: Individual) -> None:
    more = {"stops": "Nobody counts you.", "stays": "Your name, for your membership."}
    version = asked.compose("statistics", asked.words("Statistics", **more), number=20, **INTEREST)
    page = read(as_ann)
    assert "What changes if you object" in page
    assert all(text in page for text in more.values())

    object_now(ann, version, **how(ann))
    assert "What changes if you object" not in read(as_ann)


def test_a_page_without_such_uses_has_no_such_section(as_ann: Client) -> None:
    asked.letter()
    notice(basis="legal_obligation")
    assert TITLE not in read(as_ann)


def test_objecting_takes_as_many_presses_as_giving_and_can_be_undone(as_ann: Client, ann: Individual) -> None:
    notice()
    answer = press(as_ann, read(as_ann))
    assert not gate.allows(ann.pk, "statistics")

    page = read(as_ann, answer.headers["Location"])
    due = Request.objects.get().reference
    assert "Statistics: stopped," in page
    assert due in page
    assert "Objected: Statistics" in page

    banner = page[page.index('id="saved"') : page.index(TITLE)]
    page = read(as_ann, press(as_ann, banner).headers["Location"])

    assert "Statistics: goes on," in page
    assert "No longer objected: Statistics" in page
    assert gate.allows(ann.pk, "statistics")
    assert requests_of(ann) == ["cancelled"]
    assert acts_of(ann) == ["objected", "lifted"]


def test_advertising_ends_without_a_reason_being_asked(as_ann: Client, ann: Individual) -> None:
    notice()
    assert "Your reason" in read(as_ann)
    advertising()
    page = read(as_ann)
    assert page.count("Your reason") == 1

    page = read(as_ann, press(as_ann, page, "offers").headers["Location"])

    assert not gate.allows(ann.pk, "offers")
    assert not Request.objects.exists()
    assert "We answer you by" not in page


def test_a_reason_goes_with_the_objection(as_ann: Client, ann: Individual) -> None:
    notice()
    press(as_ann, read(as_ann), reason="  I am\r\nknown here. ")
    assert reason_of(Decision.objects.get()) == "I am\nknown here."


def test_a_reason_that_is_too_long_is_given_back(as_ann: Client, ann: Individual) -> None:
    notice()
    answer = press(as_ann, read(as_ann), reason="why " * 501)
    page = unescape(answer.content.decode())
    assert answer.status_code == 400
    assert "longer than 2000 characters" in page
    assert "why why" in page
    assert not Decision.objects.exists()
    press(as_ann, page, reason="é" * 2000)
    assert acts_of(ann) == ["objected"]


def test_a_double_click_and_a_second_tab_are_one_objection(as_ann: Client, ann: Individual) -> None:
    notice()
    page = read(as_ann)
    press(as_ann, page)
    press(as_ann, page)
    assert acts_of(ann) == ["objected"]
    assert requests_of(ann) == ["open"]


def test_htmx_gets_the_card_the_banner_and_the_history(as_ann: Client) -> None:
    notice()
    part = unescape(press(as_ann, read(as_ann), **{"HX-Request": "true"}).content.decode())
    assert "<html" not in part
    assert 'id="interest-statistics"' in part
    assert "Allow this use again" in part
    assert part.count("hx-swap-oob") == 2


@pytest.mark.parametrize("version", ["", "0", "x", "²", "99999999", "9" * 19, "9" * 5000], ids=range(7))
def test_words_that_do_not_exist_are_not_objected_to(as_ann: Client, version: str) -> None:
    notice()
    answer = as_ann.post("/privacy/choices/object/statistics/", {"version": version, "to": "object"})
    assert answer.status_code == 404
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    "make", [asked.letter, asked.statutes, lambda: notice(basis="contract")], ids=range(3)
)
def test_what_rests_on_something_else_has_no_such_address(as_ann: Client, make: Any) -> None:
    version = make()
    url = f"/privacy/choices/object/{version.statement.slug}/"
    assert as_ann.post(url, {"version": version.pk, "to": "object"}).status_code == 404


def test_it_needs_a_press_and_somebody_who_is_signed_in(client: Client, ann: Individual) -> None:
    version = notice()
    url = "/privacy/choices/object/statistics/"
    assert "/sign-in/" in client.post(url, {"version": version.pk}).headers["Location"]
    client.force_login(ann.account)
    assert client.get(url).status_code == 405


def test_the_words_of_an_objection_are_read_again(as_ann: Client, ann: Individual, ben: Individual) -> None:
    decision = object_now(ann, notice(), **how(ann))
    url = f"/privacy/choices/words/{decision.pk}/"
    assert "You objected on" in read(as_ann, url)
    as_ann.force_login(ben.account)
    assert as_ann.get(url).status_code == 404


@pytest.mark.parametrize(
    "audience",
    [{"asked_at": AskedAt.JOINING}, {"countries": ["FR"]}, {"age_from": 99}, {"membership_types": ["none"]}],
    ids=str,
)
def test_whoever_a_notice_is_for_everybody_can_object(ann: Individual, audience: dict[str, Any]) -> None:
    """The gate lets its use pass for everybody."""
    notice(**audience)
    assert gate.allows(ann.pk, "statistics")
    assert [each["words"].name for each in page_of(ann)["interests"]] == ["Statistics"]


def test_notices_cost_no_further_query(ann: Individual) -> None:
    for number in range(20, 30):
        notice(f"use-{number}", number)
    with CaptureQueriesContext(connection) as queries:
        assert len(choices_of(ann, kinds=list(Kind))) == 10
    assert len(queries) == 2
    with CaptureQueriesContext(connection) as queries:
        page_of(ann)
    without = len(queries)
    object_now(ann, advertising(number=30), **how(ann))
    with CaptureQueriesContext(connection) as queries:
        page_of(ann)
    assert len(queries) == without + 1  # the words of the history
