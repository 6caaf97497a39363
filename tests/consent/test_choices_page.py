"""My choices over HTTP, without JavaScript: a switch saves at once, can be undone, and shows its words."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ams.models import Association, Individual
from consent import gate
from consent.choices import choices_of
from consent.decide import beside, decline, give
from consent.history import history_of
from consent.models import Decision, Standing, Version, Wording
from privacy.ledger.models import Evidence, LedgerEntry
from tests.consent import asked
from tests.consent.test_decide import acts_of, how

pytestmark = pytest.mark.django_db
PAGE = "/privacy/choices/"


@pytest.fixture
def letter(association: Association) -> Version:
    return asked.letter()


@pytest.fixture
def as_ann(client: Client, ann: Individual) -> Client:
    client.force_login(ann.account)
    return client


def read(client: Client, address: str = PAGE) -> str:
    return unescape(client.get(address).content.decode())


def press(client: Client, page: str, slug: str = "letter", **headers: str) -> HttpResponse:
    """What a browser sends for the switch that is on the page."""
    form = re.search(rf'action="(/privacy/choices/{slug}/)".*?</form>', page, re.DOTALL)
    assert form
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
    return client.post(form[1], fields, headers=headers)


def test_ann_switches_a_use_on_and_the_page_says_so(as_ann: Client, ann: Individual, letter: Version) -> None:
    page = read(as_ann)
    assert 'aria-checked="false"' in page
    assert "You said yes to 0 of 1 use." in page

    response = press(as_ann, page)

    page = read(as_ann, response.headers["Location"])
    assert "Monthly letter: yes, from today" in page
    assert 'aria-checked="true"' in page
    assert "You said yes to 1 of 1 use." in page
    assert gate.allows(ann.pk, "letter")


def test_withdrawing_takes_as_many_presses_as_giving(
    as_ann: Client, ann: Individual, letter: Version
) -> None:
    press(as_ann, read(as_ann))
    press(as_ann, read(as_ann))

    assert acts_of(ann) == ["given", "withdrawn"]
    assert not gate.allows(ann.pk, "letter")


def test_undo_is_one_more_decision(as_ann: Client, ann: Individual, letter: Version) -> None:
    page = read(as_ann, press(as_ann, read(as_ann)).headers["Location"])
    undo = re.search(r'action="(/privacy/choices/undo/[^"]+)"', page)
    assert undo

    as_ann.post(undo[1])

    assert acts_of(ann) == ["given", "withdrawn"]


def test_undoing_something_that_was_changed_since_changes_nothing(
    as_ann: Client, ann: Individual, letter: Version
) -> None:
    first = give(ann, letter, **how(ann))
    decline(ann, letter, **how(ann))

    as_ann.post(f"/privacy/choices/undo/{first.pk}/")

    assert acts_of(ann) == ["given", "withdrawn"]


def test_a_double_click_and_a_second_tab_store_one_decision(
    as_ann: Client, ann: Individual, letter: Version
) -> None:
    page = read(as_ann)
    press(as_ann, page)
    press(as_ann, page)

    assert acts_of(ann) == ["given"]


def test_a_page_opened_before_new_words_decides_on_the_old_ones(
    as_ann: Client, ann: Individual, letter: Version
) -> None:
    page = read(as_ann)
    asked.newer(letter, ask_again=True)

    press(as_ann, page)

    assert Decision.objects.get().version == letter
    assert not gate.allows(ann.pk, "letter")
    assert "We ask again." in read(as_ann)


def test_who_is_asked_again_says_yes_to_the_new_words(
    as_ann: Client, ann: Individual, letter: Version
) -> None:
    give(ann, letter, **how(ann))
    newer = asked.newer(letter, ask_again=True)
    page = read(as_ann)
    assert "Until you answer, we do not use your data for it." in page
    assert 'aria-checked="false"' in page

    press(as_ann, page)

    assert Standing.objects.get().version == newer
    assert acts_of(ann) == ["given", "renewed"]
    assert "We ask again." not in read(as_ann)


def test_htmx_gets_the_card_the_banner_the_sentence_and_the_history(as_ann: Client, letter: Version) -> None:
    response = press(as_ann, read(as_ann), **{"HX-Request": "true"})

    part = unescape(response.content.decode())
    assert "<html" not in part
    assert 'id="choice-letter"' in part
    assert part.count("hx-swap-oob") == 3
    assert "You said yes to 1 of 1 use." in part
    assert "Yes: Monthly letter" in part


def test_the_agreement_says_why_it_stays(as_ann: Client, ann: Individual) -> None:
    statutes = asked.statutes()
    give(ann, statutes, **how(ann))
    page = read(as_ann)
    assert "Part of membership" in page
    assert "ending your membership ends it" in page
    assert "/privacy/choices/statutes/" not in page

    response = as_ann.post("/privacy/choices/statutes/", {"version": statutes.pk, "to": "no"})

    assert response.status_code == 409
    assert "This one stays." in response.content.decode()
    assert acts_of(ann) == ["given"]


def test_the_words_of_a_decision_are_read_in_the_language_of_then(
    as_ann: Client, ann: Individual, letter: Version
) -> None:
    decision = give(ann, letter, **how(ann, language="fr", shown=beside(ann, [letter], language="fr")))
    asked.newer(letter)

    page = read(as_ann, f"/privacy/choices/words/{decision.pk}/")

    assert "Monthly letter, in full, in fr." in page
    assert "offers" not in page
    assert letter.hash in page
    assert "French" in page


def test_nobody_reads_the_words_of_another_persons_decision(
    as_ann: Client, ben: Individual, letter: Version
) -> None:
    decision = give(ben, letter, **how(ben))
    address = f"/privacy/choices/words/{decision.pk}/"
    assert as_ann.get(address).status_code == 404
    assert as_ann.post(f"/privacy/choices/undo/{decision.pk}/").status_code == 404

    as_ann.force_login(ben.account)
    assert as_ann.get(address).status_code == 200


def test_what_is_asked_can_be_read_without_signing_in(client: Client, letter: Version) -> None:
    assert "Monthly letter, in full, in en." in read(client, "/privacy/choices/words/letter/1/")
    future = asked.newer(letter, effective_at=timezone.now() + timedelta(days=1))
    assert client.get(f"/privacy/choices/words/letter/{future.number}/").status_code == 404
    assert client.get("/privacy/choices/words/no/1/").status_code == 404


@pytest.mark.parametrize("version", ["", "0", "x", "²", "99999999", "9" * 19, "9" * 5000], ids=range(7))
def test_an_answer_to_words_that_do_not_exist_is_refused(
    as_ann: Client, letter: Version, version: str
) -> None:
    assert as_ann.post("/privacy/choices/letter/", {"version": version, "to": "yes"}).status_code == 404
    assert not Decision.objects.exists()


def test_a_switch_needs_somebody_who_is_signed_in_and_a_press(client: Client, letter: Version) -> None:
    assert "/sign-in/" in client.get(PAGE).headers["Location"]
    assert "/sign-in/" in client.post("/privacy/choices/letter/").headers["Location"]
    assert client.get("/privacy/choices/letter/").status_code == 405
    assert client.get(f"/privacy/choices/undo/{uuid4()}/").status_code == 405


def test_a_decision_goes_to_the_ledger_with_the_evidence_sealed(
    as_ann: Client, ann: Individual, letter: Version
) -> None:
    press(as_ann, read(as_ann), **{"User-Agent": "Browser of Ann"})

    assert LedgerEntry.objects.get(kind="consent.given").subject_uid == ann.pk
    assert Evidence.objects.get().content["evidence"]["browser"] == "Browser of Ann"


def test_all_choices_cost_two_queries_however_many_they_are(ann: Individual, letter: Version) -> None:
    give(ann, letter, **how(ann))
    for number in range(10, 30):
        give(ann, asked.compose(f"use-{number}", asked.words(f"Use {number}"), number=number), **how(ann))

    with CaptureQueriesContext(connection) as queries:
        choices = choices_of(ann)
        assert [each.is_yes() for each in choices] == [True] * 21
        assert all(each.wording.title and each.since and each.decision for each in choices)
    assert len(queries) == 2
    with CaptureQueriesContext(connection) as queries:
        assert len([(each.name, each.decision.version.number) for each in history_of(ann)]) == 21
    assert len(queries) == 2


def test_answers_of_one_page_are_one_line_of_the_history(
    as_ann: Client, ann: Individual, letter: Version
) -> None:
    versions = [letter, asked.journal()]
    shown = beside(ann, versions, language="en")
    for version in versions:
        give(ann, version, **how(ann, shown=shown))

    assert "Yes: Monthly letter and Journal by post" in read(as_ann)


def test_a_yes_that_waits_is_no_no_of_the_same_page(as_ann: Client, ann: Individual) -> None:
    waits, refused = asked.letter(double_opt_in=True), asked.journal()
    shown = beside(ann, [waits, refused], language="en")
    give(ann, waits, **how(ann, shown=shown))
    decline(ann, refused, **how(ann, shown=shown))

    page = read(as_ann)

    assert "No: Journal by post" in page
    assert "Yes, still to be confirmed: Monthly letter" in page


def test_a_statement_without_the_readers_language_is_shown_in_one_that_there_is(
    sister: Association, ann: Individual
) -> None:
    version = asked.letter()
    assert choices_of(ann, language="pl")[0].wording.language == "en"
    assert choices_of(ann, language="de-at")[0].wording.language == "de"
    assert Wording.objects.filter(version=version).count() == 3
