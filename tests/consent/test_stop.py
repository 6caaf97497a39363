"""Stopping from a letter over HTTP: without signing in, without cookies, once for however many presses."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import requests
from django.core import signing
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from ams import words
from ams.models import Association, Individual
from consent import gate
from consent.decide import give, object_to
from consent.models import Act, Decision, Kind, Standing, Version
from consent.publish import compose, draft, publish
from consent.stop import STOP, headers, stop_path
from privacy.declarations import Basis
from privacy.ledger.models import Evidence
from privacy.tenancy import speaking_for
from tests.consent import asked, directory
from tests.consent.test_decide import acts_of, how
from tests.factories import make_individual

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def letter(association: Association) -> Version:
    return asked.letter(erase_after_days=30)


@pytest.fixture
def given(ann: Individual, letter: Version) -> Decision:
    return give(ann, letter, **how(ann))


def link_of(person: Individual, version: Version) -> str:
    return stop_path(person.pk, version.statement_id)


def read(client: Client, address: str, **headers: str) -> str:
    return unescape(client.get(address, headers=headers).content.decode())


def press(client: Client, address: str) -> HttpResponse:
    """What a browser sends for the one button on the page."""
    form = re.search(r'<form method="post">.*?</form>', read(client, address), re.DOTALL)
    assert form
    return client.post(address, dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0])))


def undo_on(page: str) -> str:
    found = re.search(r'action="(/privacy/choices/stop/undo/[^"]+)"', page)
    assert found
    return found[1]


def test_looking_at_the_page_stops_nothing(client: Client, ann: Individual, given: Decision) -> None:
    page = read(client, link_of(ann, given.version))
    assert "Stop “Monthly letter”?" in page
    assert gate.allows(ann.pk, "letter")


def test_the_page_says_beforehand_what_stops_and_what_stays(
    client: Client, ann: Individual, association: Association
) -> None:
    wordings = asked.words(
        "Letter", stops="You get no letter any more.", stays="Past issues stay in your mail."
    )
    version = compose("letter", wordings, number=1)
    give(ann, version, **how(ann))
    page = read(client, link_of(ann, version))
    assert "You get no letter any more." in page
    assert "Past issues stay in your mail." in page
    assert "We keep a note of what you decided" in page


def test_what_rests_on_the_yes_alone_is_named_with_its_day(client: Client, ann: Individual) -> None:
    listed = directory.directory()
    give(ann, listed, **how(ann))
    assert "What is erased" not in read(client, link_of(ann, listed))
    directory.entry_of(ann)
    asked_for = read(client, link_of(ann, listed))
    stopped = press(client, link_of(ann, listed)).content.decode()
    day = words.day(directory.in_days(listed.statement.erase_after_days))
    for page in (asked_for, stopped):
        assert "What is erased" in page
        assert f"is erased on {day}, in our back-ups too." in page


def test_one_press_ends_the_use_and_the_decision_names_the_letter(
    client: Client, ann: Individual, given: Decision
) -> None:
    assert gate.allows(ann.pk, "letter")
    page = press(client, link_of(ann, given.version)).content.decode()
    assert "Stopped: Monthly letter" in page
    assert not gate.allows(ann.pk, "letter")
    last = Decision.objects.latest("at")
    assert (last.act, last.channel, last.actor) == (Act.WITHDRAWN, "mail", ann.pk)
    assert last.shown is not None
    assert last.shown.versions == [given.version.hash]
    assert Evidence.objects.filter(individual_id=ann.pk).exists()


def test_a_second_press_and_a_later_look_change_nothing(
    client: Client, ann: Individual, given: Decision
) -> None:
    link = link_of(ann, given.version)
    press(client, link)
    for _again in range(2):
        client.post(link, {"version": given.version_id})
    assert "Stopped: Monthly letter" in read(client, link)
    assert acts_of(ann) == [Act.GIVEN, Act.WITHDRAWN]


@pytest.mark.parametrize("number", ["x", "9" * 19, "9" * 5000], ids=range(3))
def test_a_version_that_there_cannot_be_means_the_one_in_force(
    client: Client, ann: Individual, given: Decision, number: str
) -> None:
    assert client.post(link_of(ann, given.version), {"version": number}).status_code == 200
    assert acts_of(ann) == [Act.GIVEN, Act.WITHDRAWN]


def test_a_mail_program_ends_it_with_no_cookie_no_token_and_no_redirect(
    ann: Individual, given: Decision
) -> None:
    client = Client(enforce_csrf_checks=True)
    for _twice in range(2):
        response = client.post(link_of(ann, given.version), ONE_CLICK)
        assert response.status_code == 200
        assert not response.cookies
    assert acts_of(ann) == [Act.GIVEN, Act.WITHDRAWN]
    assert Decision.objects.latest("at").shown is None


def test_the_undo_goes_back_to_the_words_that_were_agreed_to(
    client: Client, ann: Individual, given: Decision
) -> None:
    asked.newer(given.version)
    page = press(client, link_of(ann, given.version)).content.decode()
    for _twice in range(2):
        response = client.post(undo_on(page))
        assert response.headers["Location"] == link_of(ann, given.version)
    standing = Standing.objects.get(individual=ann)
    assert (standing.act, standing.version, standing.decision.channel) == (Act.GIVEN, given.version, "mail")
    assert acts_of(ann) == [Act.GIVEN, Act.WITHDRAWN, Act.GIVEN]


def test_the_undo_is_over_after_an_hour(
    client: Client, ann: Individual, given: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    undo = undo_on(press(client, link_of(ann, given.version)).content.decode())
    monkeypatch.setattr("consent.stop.UNDO_FOR", timedelta(0))
    client.post(undo)
    assert "/undo/" not in read(client, link_of(ann, given.version))
    assert not gate.allows(ann.pk, "letter")


def test_a_no_from_elsewhere_cannot_be_undone_from_a_letter(
    client: Client, ann: Individual, given: Decision
) -> None:
    undo = undo_on(press(client, link_of(ann, given.version)).content.decode())
    client.post(undo)
    client.force_login(ann.account)
    client.post("/privacy/choices/letter/", {"version": given.version_id, "language": "en", "to": "no"})
    client.post(undo)
    assert "/undo/" not in read(client, link_of(ann, given.version))
    assert not gate.allows(ann.pk, "letter")


@pytest.mark.parametrize("harm", [lambda token: token[:-1], lambda token: token + "x", lambda _: "made-up"])
def test_a_link_that_we_did_not_sign_leads_nowhere_kindly(
    client: Client, ann: Individual, given: Decision, harm: Any
) -> None:
    link = link_of(ann, given.version)
    token = link.split("/")[-2]
    assert client.get(link).status_code == 200
    for response in (
        client.get(link.replace(token, harm(token))),
        client.post(link.replace(token, harm(token))),
    ):
        assert response.status_code == 404
        assert "This link leads nowhere" in response.content.decode()
    assert gate.allows(ann.pk, "letter")


def test_a_link_of_another_association_leads_nowhere(
    client: Client, ann: Individual, given: Decision, sister: Association
) -> None:
    link = link_of(ann, given.version)
    assert client.post(link, ONE_CLICK, headers={"host": "vdk.localhost"}).status_code == 404
    assert gate.allows(ann.pk, "letter")
    assert client.post(link, ONE_CLICK).status_code == 200
    assert not gate.allows(ann.pk, "letter")


def test_a_person_of_another_association_is_nobody_here(
    client: Client, letter: Version, sister: Association
) -> None:
    with speaking_for(sister.pk):
        stranger = make_individual()
    assert client.post(link_of(stranger, letter), ONE_CLICK).status_code == 410
    assert not Decision.objects.exists()


def test_about_who_was_erased_the_page_says_that_nothing_is_left(
    client: Client, ann: Individual, given: Decision
) -> None:
    Individual.objects.filter(pk=ann.pk).update(erased_at=timezone.now())
    for response in (
        client.get(link_of(ann, given.version)),
        client.post(link_of(ann, given.version), ONE_CLICK),
    ):
        assert response.status_code == 410
        assert "There is nothing left to stop" in response.content.decode()


def test_an_own_interest_is_objected_to_by_the_same_link(client: Client, ann: Individual) -> None:
    offers = compose(
        "offers",
        asked.words("Offers"),
        number=7,
        kind=Kind.NOTICE,
        basis=Basis.LEGITIMATE_INTEREST,
    )
    assert gate.allows(ann.pk, "offers")
    assert client.post(link_of(ann, offers), ONE_CLICK).status_code == 200
    assert not gate.allows(ann.pk, "offers")
    assert acts_of(ann) == [Act.OBJECTED]
    client.post(undo_on(read(client, link_of(ann, offers))))
    assert gate.allows(ann.pk, "offers")
    object_to(ann, offers, **how(ann))
    assert acts_of(ann) == [Act.OBJECTED, Act.LIFTED, Act.OBJECTED]


def test_an_agreement_answers_with_the_reason_and_the_way_out(
    client: Client, ann: Individual, association: Association
) -> None:
    statutes = asked.statutes()
    give(ann, statutes, **how(ann))
    for response in (client.get(link_of(ann, statutes)), client.post(link_of(ann, statutes))):
        page = response.content.decode()
        assert "This is part of your membership." in page
        assert 'href="/profile/membership/end/"' in page
    assert acts_of(ann) == [Act.GIVEN]
    client.force_login(ann.account)
    membership = client.get("/profile/membership/").content.decode()
    assert "End my membership" in membership
    assert 'href="/privacy/erase/"' in membership


def test_the_no_is_to_the_words_on_the_page_though_newer_ones_came_meanwhile(
    client: Client, ann: Individual, given: Decision
) -> None:
    publish(draft(given.version.statement, asked.words("Newer"), reason="The use is the same."))
    client.post(link_of(ann, given.version), {"version": given.version_id})
    assert Decision.objects.latest("at").version == given.version


def test_the_page_speaks_the_language_of_the_letter_until_another_is_chosen(
    client: Client, ann: Individual, given: Decision
) -> None:
    Individual.objects.filter(pk=ann.pk).update(language="de")
    link = link_of(ann, given.version)
    response = client.get(link, headers={"accept-language": "fr"})
    assert response.headers["Content-Language"] == "de"
    assert '<html lang="de">' in response.content.decode()
    client.cookies["django_language"] = "fr"
    assert client.get(link).headers["Content-Language"] == "fr"
    client.post(link, ONE_CLICK)
    assert Decision.objects.latest("at").language == "fr"


def test_the_link_holds_no_personal_value(ann: Individual, letter: Version) -> None:
    token = link_of(ann, letter).split("/")[-2]
    assert signing.Signer(salt=STOP).unsign_object(token) == [ann.pk.hex, letter.statement_id]


def test_the_headers_are_those_of_the_two_standards() -> None:
    found = headers("https://esc.example/privacy/choices/stop/abc/", slug="letter")
    assert found == {
        "List-Unsubscribe": "<https://esc.example/privacy/choices/stop/abc/>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-ID": "<letter.esc.example>",
    }


def test_a_mail_program_posts_over_the_wire(
    live_server: Any, association: Association, ann: Individual
) -> None:
    with speaking_for(association.pk):
        version = asked.letter()
        give(ann, version, **how(ann))
        link = live_server.url + link_of(ann, version)
    response = requests.post(
        link, files={"List-Unsubscribe": (None, "One-Click")}, allow_redirects=False, timeout=20
    )
    assert (response.status_code, len(response.cookies)) == (200, 0)
    assert "text/plain" in response.headers["Content-Type"]
    with speaking_for(association.pk):
        assert acts_of(ann) == [Act.GIVEN, Act.WITHDRAWN]
