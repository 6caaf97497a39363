"""Staff answer an objection in the console: with what Ann objects to before them, and with grounds to refuse it."""

import re
from html import unescape

import pytest
from django.test import Client

from ams.models import Individual, SentMail
from consent import gate
from consent.models import Decision
from consent.objection import lift_now, object_now
from privacy.ledger.models import LedgerEntry
from privacy.requests import open_request
from privacy.requests.models import Request
from tests.consent.test_decide import how
from tests.consent.test_objection import advertising, notice, requests_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_cleo(client: Client, cleo: Individual) -> Client:
    client.force_login(cleo.account)
    return client


def address(person: Individual) -> str:
    return f"/console/privacy/request/{Request.objects.get(individual=person, state='open').pk}/change/"


def page_of(client: Client, person: Individual) -> str:
    return unescape(client.get(address(person)).content.decode())


def send(client: Client, person: Individual, page: str, reason: str) -> str:
    """What a browser sends from that page."""
    seen = re.findall(r'name="seen" value="([^"]+)"', page)
    data = {"reason": reason, "text": "We weighed both.", "seen": seen}
    return unescape(client.post(address(person), data, follow=True).content.decode())


def test_cleo_reads_what_ann_objects_to_and_that_leaves_a_trace(
    as_cleo: Client, ann: Individual, cleo: Individual
) -> None:
    object_now(ann, notice(), **how(ann, evidence={"reason": "My work is easily recognised."}))
    object_now(ann, advertising(), **how(ann))

    page = page_of(as_cleo, ann)

    assert "Statistics" in page
    assert "My work is easily recognised." in page
    assert "Offers" not in page
    trace = LedgerEntry.objects.get(kind="individual.viewed")
    assert (trace.subject_uid, trace.actor_uid) == (ann.pk, cleo.pk)


def test_refused_with_grounds_ann_has_a_letter_with_them_and_the_ways_to_complain(
    as_cleo: Client, ann: Individual
) -> None:
    object_now(ann, notice(), **how(ann))
    page = page_of(as_cleo, ann)
    assert not gate.allows(ann.pk, "statistics")

    assert "The member has a letter with the reason." in send(as_cleo, ann, page, "grounds")

    assert gate.allows(ann.pk, "statistics")
    letter = SentMail.objects.get(template="privacy/mail/answered").text
    for words in ("Statistics.", "compelling grounds", "We weighed both.", "Data Protection Commission"):
        assert words in letter
    assert LedgerEntry.objects.get(kind="request.closed").payload["reason"] == "grounds"


def test_done_the_use_stays_ended(as_cleo: Client, ann: Individual) -> None:
    object_now(ann, notice(), **how(ann))

    send(as_cleo, ann, page_of(as_cleo, ann), "stopped")

    assert not gate.allows(ann.pk, "statistics")
    assert requests_of(ann) == ["done"]
    assert "complain" not in SentMail.objects.get(template="privacy/mail/answered").text


def test_an_answer_to_less_than_ann_objects_to_is_not_taken(as_cleo: Client, ann: Individual) -> None:
    object_now(ann, notice(), **how(ann))
    page = page_of(as_cleo, ann)
    object_now(ann, notice("archive", 22), **how(ann))

    assert "Read it once more." in send(as_cleo, ann, page, "grounds")

    assert requests_of(ann) == ["open"]
    assert not SentMail.objects.filter(template="privacy/mail/answered").exists()
    send(as_cleo, ann, page_of(as_cleo, ann), "grounds")
    assert gate.allows(ann.pk, "archive")


@pytest.mark.parametrize("seen", [[], ["x"], ["00000000-0000-0000-0000-000000000000"]])
def test_an_answer_to_what_ann_never_objected_to_is_not_taken(
    as_cleo: Client, ann: Individual, seen: list[str]
) -> None:
    object_now(ann, notice(), **how(ann))

    as_cleo.post(address(ann), {"reason": "grounds", "seen": seen})

    assert requests_of(ann) == ["open"]
    assert not gate.allows(ann.pk, "statistics")


def test_an_answer_that_comes_after_ann_took_it_back_changes_nothing(
    as_cleo: Client, ann: Individual
) -> None:
    version = notice()
    object_now(ann, version, **how(ann))
    page, where = page_of(as_cleo, ann), address(ann)
    lift_now(ann, version, **how(ann))

    as_cleo.post(where, {"reason": "grounds", "seen": re.findall(r'name="seen" value="([^"]+)"', page)})

    assert requests_of(ann) == ["cancelled"]
    assert Decision.objects.count() == 2
    assert not SentMail.objects.filter(template="privacy/mail/answered").exists()


def test_grounds_are_for_objections_and_corrections_are_for_corrections(
    as_cleo: Client, ann: Individual, ben: Individual
) -> None:
    open_request(ann, "objection", actor=ann.pk, channel="api")
    open_request(ben, "rectification", actor=ben.pk, channel="profile")
    of_ann, of_ben = (set(re.findall(r'<option value="(\w+)"', page_of(as_cleo, who))) for who in (ann, ben))

    assert of_ann == {"stopped", "answered", "grounds", "claims", "not_identified", "excessive"}
    assert {"corrected", "not_proven"} <= of_ben
    assert not {"grounds", "claims"} & of_ben


def test_an_objection_to_nothing_that_we_list_is_answered_as_before(as_cleo: Client, ann: Individual) -> None:
    open_request(ann, "objection", actor=ann.pk, channel="api")

    send(as_cleo, ann, page_of(as_cleo, ann), "answered")

    assert requests_of(ann) == ["done"]
