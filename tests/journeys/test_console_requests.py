"""The queue shows what is due, each line has one click to act, and an answer reaches the member."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ams import models as m
from ams.models import Individual
from erasure import flow
from erasure.models import Channel
from erasure.plan import plan
from portability.ask import request_export
from privacy.ledger.models import LedgerEntry
from privacy.requests import open_request
from privacy.requests.models import Request, State

pytestmark = pytest.mark.django_db
QUEUE = "/console/privacy/request/"


@pytest.fixture
def officer(client: Client, cleo: Individual) -> Client:
    client.force_login(cleo.account)
    return client


def read(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def asked(person: Individual, kind: str, *, days_ago: int = 0) -> Request:
    with time_machine.travel(timezone.now() - timedelta(days=days_ago)):
        return open_request(person, kind, actor=person.pk, channel="member")


def answer_url(request: Request) -> str:
    return reverse("admin:privacy_request_change", args=[request.pk])


def test_the_latest_stands_first_and_says_how_late(officer: Client, ann: Individual, ben: Individual) -> None:
    asked(ben, "access")
    late = asked(ann, "rectification", days_ago=70)
    page = read(officer, QUEUE)
    assert "2 open, 1 late, 0 due today" in page
    assert page.index(late.reference) < page.index("Member 1\u00a0002")
    assert "Late by " in page
    assert '<span class="count">1 late</span>' in page  # the tab


def test_each_kind_has_its_own_next_step(officer: Client, ann: Individual, ben: Individual) -> None:
    asked(ann, "rectification")
    asked(ann, "access")
    flow.ask(ben, actor=ben.pk, channel=Channel.MEMBER, fingerprint=plan(ben).fingerprint)
    page = read(officer, QUEUE)
    for words in ("Answer<", "Make the copy<", "Read and approve<", "A second person is needed"):
        assert words in page, words
    request_export(ann, actor=ann.pk)
    assert "Being made, 0 %" in read(officer, QUEUE)


def test_the_list_is_filtered_by_kind_state_and_number(
    officer: Client, ann: Individual, ben: Individual
) -> None:
    first, second = asked(ann, "access"), asked(ben, "objection")
    for query, found in (
        ("?kind=access", [first]),
        (f"?number={second.reference.lower()}", [second]),
        ("?state=closed", []),
        ("?kind=nonsense", [first, second]),
    ):
        page = read(officer, QUEUE + query)
        assert [each for each in (first, second) if each.reference in page.replace(query, "")] == found, query
    second.close(State.DONE)
    page = read(officer, f"{QUEUE}?state=closed")
    assert second.reference in page
    assert "Done on " in page


def test_a_long_queue_asks_a_fixed_number_of_questions(
    officer: Client, ann: Individual, ben: Individual, cleo: Individual, django_assert_max_num_queries: Any
) -> None:
    for kind in ("access", "portability", "rectification", "restriction", "objection"):
        for person in (ann, ben, cleo):
            asked(person, kind)
    with django_assert_max_num_queries(20):
        read(officer, QUEUE)


def test_a_correction_is_answered_with_a_reason_and_a_letter(
    officer: Client, ann: Individual, cleo: Individual
) -> None:
    request = asked(ann, "rectification")
    page = read(officer, answer_url(request))
    assert "Answer and close" in page
    assert officer.post(answer_url(request), {"reason": ""}).status_code == 200
    officer.post(
        answer_url(request), {"reason": "corrected", "text": "Your invoice names the right employer."}
    )
    request.refresh_from_db()
    assert (request.state, request.answered_at is not None) == (State.DONE, True)
    entry = LedgerEntry.objects.get(kind="request.closed")
    assert (entry.actor_uid, entry.payload["outcome"], entry.payload["reason"]) == (
        cleo.pk,
        "done",
        "corrected",
    )
    letter = m.SentMail.objects.get(template="privacy/mail/answered")
    assert "We have corrected it." in letter.text
    assert "the right employer" in letter.text
    assert "complain" not in letter.text
    assert "employer" not in str(entry.payload)


def test_a_refusal_names_the_routes_of_complaint(officer: Client, ann: Individual) -> None:
    request = asked(ann, "rectification")
    officer.post(answer_url(request), {"reason": "law"})
    request.refresh_from_db()
    assert request.state == State.REFUSED
    letter = m.SentMail.objects.get(template="privacy/mail/answered")
    assert "A law obliges us" in letter.text
    assert "Data Protection Commission" in letter.text


def test_of_two_who_answer_one_writes(officer: Client, ann: Individual) -> None:
    request = asked(ann, "objection")
    page = officer.post(answer_url(request), {"reason": "stopped"})
    assert page.status_code == 302
    again = officer.post(answer_url(request), {"reason": "grounds"})
    assert again.status_code == 200  # there is nothing to answer any more
    assert m.SentMail.objects.filter(template="privacy/mail/answered").count() == 1


def test_what_ann_wrote_stands_beside_the_answer_on_the_record(officer: Client, ann: Individual) -> None:
    from ams.profile.correct import ask_for_correction  # noqa: PLC0415 beside its only use

    request = ask_for_correction(ann, "My employer is spelled wrong.", actor=ann.pk)
    assert "My employer is spelled wrong." in read(officer, answer_url(request))
    assert LedgerEntry.objects.filter(kind="individual.viewed", subject_uid=ann.pk).count() == 1


def test_a_copy_is_made_and_not_answered_by_words(officer: Client, ann: Individual) -> None:
    request = asked(ann, "access")
    page = read(officer, answer_url(request))
    assert "If it has to be refused" in page
    assert "We have corrected it." not in page
    assert officer.post(answer_url(request), {"reason": "corrected"}).status_code == 200
    request.refresh_from_db()
    assert request.state == State.OPEN


def test_an_erasure_under_way_is_not_refused_here(officer: Client, ann: Individual) -> None:
    flow.ask(ann, actor=ann.pk, channel=Channel.MEMBER, fingerprint=plan(ann).fingerprint)
    request = Request.objects.get(individual=ann)
    page = read(officer, answer_url(request))
    assert "Read and approve" in page
    assert "Answer and close" not in page


def test_ann_answers_nobody(client: Client, ann: Individual, ben: Individual) -> None:
    request = asked(ben, "objection")
    client.force_login(ann.account)
    assert client.post(answer_url(request), {"reason": "law"}).status_code in {302, 403}
    request.refresh_from_db()
    assert request.state == State.OPEN
