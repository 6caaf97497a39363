"""A stopped newsletter goes on: whoever has it does not get it twice, whoever said no meanwhile does not get it."""

from collections import Counter
from threading import Thread
from typing import Any

import pytest
from django.core import mail as outbox
from django.db import connection
from django.db.models import F
from django.utils import timezone

from ams import mailing
from ams.models import Association, Individual, Newsletter, NewsletterCopy, SentMail
from ams.newsletters import send, start
from ams.newsletters.progress import progress_of
from consent import decide
from consent.models import Channel, Version
from privacy.ledger.models import LedgerEntry
from privacy.tenancy import speaking_for
from tests.ams.newsletters import begin, make_issue, make_readers, monthly_letter

pytestmark = pytest.mark.django_db
State, Copy, Why = Newsletter.State, NewsletterCopy.State, NewsletterCopy.Why


@pytest.fixture
def letter(association: Association) -> Version:
    return monthly_letter()


def run(issue: Newsletter) -> Newsletter:
    send.run(issue.association_id, issue.pk)  # type: ignore[arg-type]  # the column's default may be None
    issue.refresh_from_db()
    return issue


def one_left(association: Association, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(mailing, "AT_ONCE", 1)
        claimed = mailing.claimed(association.pk)
        mailing.settle(association.pk, next(claimed), "")


def got(association: Association) -> Counter[Any]:
    mailing.drain(association.pk)
    return Counter(SentMail.objects.filter(state="sent").values_list("individual", flat=True))


def test_who_has_it_does_not_get_it_twice_and_who_said_no_does_not_get_it(
    letter: Version, association: Association, cleo: Individual, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One letter has left, one is written, three are not, as it is stopped."""
    monkeypatch.setattr(send, "BATCH", 2)
    monkeypatch.setattr(send, "TURN", 0.0)
    people = make_readers(5, letter)
    issue = run(begin(make_issue(), cleo))
    one_left(association, monkeypatch)
    start.stop(issue.pk, by=cleo.pk)
    unread = NewsletterCopy.objects.filter(why_not=Why.STOPPED, mail=None).values_list("individual")
    left_out = next(person for person in people if (person.pk,) in list(unread))
    decide.withdraw(left_out, letter, channel=Channel.TAB, actor=left_out.pk, language="en")

    assert start.go_on(issue.pk, by=cleo.pk)
    progress = progress_of(issue)
    assert (progress.left, progress.waiting, progress.stopped, progress.no_yes) == (1, 4, 0, 0)
    monkeypatch.setattr(send, "TURN", 100.0)
    assert run(issue).state == State.SENT

    assert got(association) == {person.pk: 1 for person in people if person != left_out}
    progress = progress_of(issue)
    assert (progress.left, progress.no_yes, progress.percent) == (4, 1, 100)
    kinds = LedgerEntry.objects.filter(kind__startswith="newsletter.").order_by("seq")
    assert list(kinds.values_list("kind", "actor_uid")) == [
        (f"newsletter.{name}", cleo.pk) for name in ("started", "stopped", "resumed", "sent")
    ]


def test_a_letter_that_was_leaving_as_it_was_stopped_is_not_written_again(
    letter: Version, association: Association, ann: Individual, cleo: Individual
) -> None:
    """The worker holds it: it says only after the sending went on that the letter left."""
    make_readers(2, letter)
    issue = run(begin(make_issue(), cleo))
    leaving, other = mailing.claim(association.pk)
    start.stop(issue.pk, by=cleo.pk)
    assert start.go_on(issue.pk, by=cleo.pk)
    assert run(issue).state == State.SENDING
    assert SentMail.objects.count() == 2
    mailing.settle(association.pk, leaving, "")
    SentMail.objects.update(claimed_until=F("claimed_until") - mailing.LEASE)
    assert run(issue).state == State.SENT
    assert got(association) == {leaving.individual_id: 1, other.individual_id: 1}
    assert SentMail.objects.filter(individual=leaving.individual_id).count() == 1
    undated = NewsletterCopy.objects.filter(at=None)
    assert not undated.exists()  # who got it goes after a year, which needs a day


def test_a_second_press_and_a_sending_that_nobody_stopped_change_nothing(
    letter: Version, association: Association, cleo: Individual
) -> None:
    make_readers(3, letter)
    issue = begin(make_issue(), cleo)
    assert not start.go_on(issue.pk, by=cleo.pk)
    start.stop(issue.pk, by=cleo.pk)
    assert [start.go_on(issue.pk, by=cleo.pk) for _press in range(2)] == [True, False]
    run(run(issue))
    assert set(got(association).values()) == {1}
    assert not start.go_on(issue.pk, by=cleo.pk)


def test_what_was_given_up_by_the_worker_goes_on_with_attempts_of_its_own(
    letter: Version, cleo: Individual
) -> None:
    make_readers(1, letter)
    issue = begin(make_issue(), cleo)
    Newsletter.objects.update(attempts=send.MOST_ATTEMPTS)
    assert run(issue).state == State.STOPPED
    assert start.go_on(issue.pk, by=cleo.pk)
    assert run(issue).state == State.SENT


def test_a_use_that_has_ended_does_not_go_on_and_can_after_it_was_taken_up(
    letter: Version, cleo: Individual
) -> None:
    make_readers(1, letter)
    issue = begin(make_issue(), cleo)
    start.stop(issue.pk, by=cleo.pk)
    letter.statement.ended_at = timezone.now()
    letter.statement.save()
    with pytest.raises(start.NobodyGetsIt):
        start.go_on(issue.pk, by=cleo.pk)
    letter.statement.ended_at = None
    letter.statement.save()
    assert start.go_on(issue.pk, by=cleo.pk)


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_the_same_moment_take_it_up_once(
    transactional_db: None, association: Association
) -> None:
    with speaking_for(association.pk):
        people = make_readers(4, monthly_letter())
        issue = begin(make_issue(), people[0])
        start.stop(issue.pk, by=people[0].pk)
    answers: list[bool] = []

    def press() -> None:
        with speaking_for(association.pk):
            answers.append(start.go_on(issue.pk, by=people[0].pk))
        connection.close()

    presses = [Thread(target=press) for _hand in range(2)]
    for each in presses:
        each.start()
    for each in presses:
        each.join(20)
    assert sorted(answers) == [False, True]
    send.run(association.pk, issue.pk)
    mailing.drain(association.pk)
    assert len(outbox.outbox) == 4
    with speaking_for(association.pk):
        assert LedgerEntry.objects.filter(kind="newsletter.resumed").count() == 1
