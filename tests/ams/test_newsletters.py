"""Newsletters: one copy for each person who said yes, written once, in their language, held back where it must be."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail as outbox
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ams import housekeeping, mailing
from ams.models import Association, Individual, Newsletter, NewsletterCopy, NewsletterText, SentMail
from ams.newsletters import send, start
from ams.newsletters.audience import askable, figures_of, question_of, readers_of
from ams.newsletters.letter import fingerprint
from ams.newsletters.progress import progress_of
from consent import decide
from consent.decide import How
from consent.models import Channel, Kind, Purpose, Statement, Version
from privacy.declarations import Basis
from privacy.ledger.models import LedgerEntry
from privacy.tenancy import speaking_for
from tests.ams.newsletters import begin, make_issue, make_readers, monthly_letter, say_yes
from tests.consent import asked
from tests.factories import make_individual

pytestmark = pytest.mark.django_db
Copy, Why = NewsletterCopy.State, NewsletterCopy.Why


@pytest.fixture
def letter(association: Association) -> Version:
    return monthly_letter()


def how(person: Individual) -> How:
    return {"channel": Channel.TAB, "actor": person.pk, "language": "en"}


def run(issue: Newsletter) -> Newsletter:
    send.run(issue.association_id, issue.pk)  # type: ignore[arg-type]  # the column's default may be None
    issue.refresh_from_db()
    return issue


def copy_of(person: Individual) -> NewsletterCopy:
    return NewsletterCopy.objects.get(individual=person)


def test_who_said_yes_gets_it_and_nobody_else(
    letter: Version, association: Association, ann: Individual, ben: Individual, cleo: Individual
) -> None:
    say_yes([ann], letter)
    decide.decline(ben, letter, **how(ben))
    issue = run(begin(make_issue(), cleo))
    assert issue.state == Newsletter.State.SENT
    assert mailing.drain(association.pk) == 1
    (message,) = outbox.outbox
    assert (message.to, message.subject) == (["ann@example.org"], "Spring news")
    assert "We met in Dublin." in message.body
    assert "<strong>met</strong>" in str(message.alternatives[0][0])  # type: ignore[attr-defined]
    assert copy_of(ann).state == Copy.WRITTEN
    assert NewsletterCopy.objects.count() == 1


def test_each_reader_has_their_language_or_the_next_best(
    letter: Version, ann: Individual, ben: Individual, cleo: Individual
) -> None:
    """The association speaks English first; nobody wrote it in French."""
    for person, language in ((ann, "de"), (ben, "fr")):
        person.language = language
        person.save()
    say_yes([ann, ben, cleo], letter)
    run(begin(make_issue(), cleo))
    letters = {mail.individual_id: (mail.language, str(mail.subject)) for mail in SentMail.objects.all()}
    assert letters == {
        ann.pk: ("de", "Neues im Mai"),
        ben.pk: ("en", "Spring news"),
        cleo.pk: ("en", "Spring news"),
    }
    assert "Wir waren in Bremen." in str(SentMail.objects.get(individual=ann).text)


def test_the_figures_say_who_does_not_get_it(
    letter: Version, ann: Individual, ben: Individual, cleo: Individual
) -> None:
    without = make_individual(email=None)
    say_yes([ann, without], letter)
    decide.decline(ben, letter, **how(ben))
    figures = figures_of(make_issue())
    assert (figures.audience, figures.allowed, figures.reached) == (4, 2, 1)
    assert (figures.without_yes, figures.without_address) == (2, 1)


def test_the_audience_is_cut_by_membership_and_country(
    letter: Version, ann: Individual, ben: Individual, cleo: Individual
) -> None:
    guest = make_individual(country="IE")  # of no kind of membership
    ben.country = "DE"
    ben.save()
    say_yes([ann, ben, cleo, guest], letter)
    assert figures_of(make_issue()).reached == 4
    assert figures_of(make_issue(membership_types=["individual"])).reached == 3
    issue = make_issue(membership_types=["individual"], countries=["DE"])
    assert figures_of(issue).reached == 1
    begin(issue, cleo)
    assert copy_of(ben).newsletter == issue


def test_the_figures_know_the_readers_languages(letter: Version, ann: Individual, ben: Individual) -> None:
    ben.language = "de"
    ben.save()
    say_yes([ann, ben], letter)
    assert readers_of(make_issue()) == {"en": 1, "de": 1}


def test_all_copies_are_made_by_one_statement(letter: Version, cleo: Individual) -> None:
    def statements(people: int) -> int:
        make_readers(people, letter)
        issue = make_issue()
        with CaptureQueriesContext(connection) as queries:
            begin(issue, cleo)
        assert sum("INSERT INTO" in query["sql"] and "copy" in query["sql"] for query in queries) == 1
        return len(queries)

    assert statements(2) == statements(30)


def test_a_letter_costs_no_statement_of_its_own(letter: Version, cleo: Individual) -> None:
    def statements(people: int) -> int:
        make_readers(people, letter)
        issue = begin(make_issue(), cleo)
        with CaptureQueriesContext(connection) as queries:
            run(issue)
        assert progress_of(issue).under_way >= people
        return len(queries)

    assert statements(3) == statements(40)


def test_a_yes_that_ends_after_the_copies_were_made_holds_the_copy_back(
    letter: Version, ann: Individual, ben: Individual, cleo: Individual
) -> None:
    say_yes([ann, ben], letter)
    issue = begin(make_issue(), cleo)
    decide.withdraw(ann, letter, **how(ann))
    run(issue)
    assert (copy_of(ann).state, copy_of(ann).why_not, copy_of(ann).mail) == (Copy.HELD_BACK, Why.NO_YES, None)
    assert copy_of(ben).state == Copy.WRITTEN


def test_a_yes_that_ends_while_the_letter_waits_is_told_in_the_report(
    letter: Version, association: Association, ann: Individual, ben: Individual, cleo: Individual
) -> None:
    say_yes([ann, ben], letter)
    issue = run(begin(make_issue(), cleo))
    decide.withdraw(ann, letter, **how(ann))
    mailing.drain(association.pk)
    progress = progress_of(issue)
    assert (progress.left, progress.no_yes, progress.under_way, progress.percent) == (1, 1, 0, 100)


def test_whoever_lost_the_address_meanwhile_is_held_back(letter: Version, ann: Individual) -> None:
    say_yes([ann], letter)
    issue = begin(make_issue(), ann)
    ann.email = None
    ann.save()
    run(issue)
    assert (copy_of(ann).why_not, SentMail.objects.count()) == (Why.NO_ADDRESS, 0)


def test_a_pause_holds_it_back(letter: Version, ann: Individual, cleo: Individual) -> None:
    say_yes([ann, cleo], letter)
    Individual.objects.filter(pk=ann.pk).update(restricted_at=timezone.now())
    begin(make_issue(), cleo)
    assert list(NewsletterCopy.objects.values_list("individual", flat=True)) == [cleo.pk]


def test_a_second_click_sends_nothing(letter: Version, ann: Individual) -> None:
    say_yes([ann], letter)
    issue = make_issue()
    begin(issue, ann)
    with pytest.raises(start.NotADraft):
        begin(issue, ann)
    run(run(issue))
    assert SentMail.objects.count() == 1


def test_what_was_changed_since_it_was_looked_at_is_not_sent(letter: Version, ann: Individual) -> None:
    say_yes([ann], letter)
    issue = make_issue()
    seen = fingerprint(issue)
    NewsletterText.objects.filter(newsletter=issue, language="en").update(body="Something else.")
    with pytest.raises(start.ChangedMeanwhile):
        start.start(issue.pk, by=ann.pk, seen=seen)
    assert not NewsletterCopy.objects.exists()


def test_an_issue_for_nobody_or_without_words_stays_a_draft(letter: Version, ann: Individual) -> None:
    for issue in (make_issue(), make_issue({})):
        with pytest.raises(start.NobodyGetsIt):
            begin(issue, ann)
        issue.refresh_from_db()
        assert issue.state == Newsletter.State.DRAFT
        say_yes([ann], letter)


def test_it_can_be_stopped_while_it_is_sent(
    letter: Version, association: Association, cleo: Individual, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One batch of two has been written, and one letter of it has left."""
    monkeypatch.setattr(send, "BATCH", 2)
    monkeypatch.setattr(send, "TURN", 0.0)
    make_readers(5, letter)
    issue = run(begin(make_issue(), cleo))
    monkeypatch.setattr(mailing, "AT_ONCE", 1)
    first = mailing.claim(association.pk)[0]
    mailing.settle(association.pk, first, "")
    assert progress_of(issue).waiting == 3
    assert start.stop(issue.pk, by=cleo.pk)
    progress = progress_of(issue)
    assert (progress.left, progress.stopped, progress.waiting, progress.under_way) == (1, 4, 0, 0)
    assert mailing.drain(association.pk) == 0
    assert run(issue).state == Newsletter.State.STOPPED
    assert SentMail.objects.filter(state=SentMail.State.HELD_BACK).get().text is None
    assert not start.stop(issue.pk, by=cleo.pk)


def test_letters_that_are_still_with_us_can_be_stopped_after_all_are_written(
    letter: Version, association: Association, cleo: Individual
) -> None:
    make_readers(3, letter)
    issue = run(begin(make_issue(), cleo))
    assert issue.state == Newsletter.State.SENT
    assert start.stop(issue.pk, by=cleo.pk)
    assert mailing.drain(association.pk) == 0


def test_a_long_one_goes_on_in_the_next_turn(
    letter: Version,
    cleo: Individual,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    rung: list[tuple[str, str]] = []
    monkeypatch.setattr("ams.tasks.send_newsletter.delay", lambda *names: rung.append(names))
    monkeypatch.setattr(send, "BATCH", 2)
    monkeypatch.setattr(send, "TURN", 0.0)
    make_readers(3, letter)
    issue = begin(make_issue(), cleo)
    with django_capture_on_commit_callbacks(execute=True):
        run(issue)
    assert rung == [(str(issue.association_id), str(issue.pk))]
    assert (issue.state, progress_of(issue).waiting) == (Newsletter.State.SENDING, 1)
    run(run(issue))
    assert (issue.state, progress_of(issue).under_way) == (Newsletter.State.SENT, 3)


def test_a_claimed_issue_is_left_alone_until_its_lease_is_over(letter: Version, ann: Individual) -> None:
    say_yes([ann], letter)
    issue = begin(make_issue(), ann)
    association_id: Any = issue.association_id
    assert send.claim(association_id, issue.pk)
    assert send.claim(association_id, issue.pk) is None
    # The lease counts by the database's clock, which no test can turn.
    Newsletter.objects.update(claimed_until=F("claimed_until") - send.LEASE - timedelta(seconds=1))
    assert run(issue).state == Newsletter.State.SENT


def test_what_kills_each_worker_is_given_up_and_says_so(
    letter: Version, ann: Individual, caplog: pytest.LogCaptureFixture
) -> None:
    say_yes([ann], letter)
    issue = begin(make_issue(), ann)
    association_id: Any = issue.association_id
    for _attempt in range(send.MOST_ATTEMPTS):
        assert send.claim(association_id, issue.pk)
        Newsletter.objects.update(claimed_until=None)
    assert send.claim(association_id, issue.pk) is None
    issue.refresh_from_db()
    assert (issue.state, copy_of(ann).why_not) == (Newsletter.State.STOPPED, Why.STOPPED)
    assert "given up" in caplog.text


def test_beat_finds_an_issue_whose_bell_was_lost(
    letter: Version, ann: Individual, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    from ams.tasks import sweep_newsletters  # noqa: PLC0415  beside its only use

    rung: list[tuple[str, str]] = []
    monkeypatch.setattr("ams.tasks.send_newsletter.delay", lambda *names: rung.append(names))
    say_yes([ann], letter)
    issue = begin(make_issue(), ann)
    with django_capture_on_commit_callbacks(execute=True):
        sweep_newsletters()
    assert rung == [(str(issue.association_id), str(issue.pk))]


def test_only_statements_for_letters_can_be_chosen(association: Association) -> None:
    monthly_letter()
    asked.journal(purpose=Purpose.SHARING)
    asked.statutes(purpose=Purpose.NEWSLETTER)  # an agreement is never consent
    asked.compose(
        "offers",
        asked.words("Offers"),
        number=4,
        kind=Kind.NOTICE,
        basis=Basis.LEGITIMATE_INTEREST,
        purpose=Purpose.DIRECT_MARKETING,
    )
    assert {question.statement.slug for question in askable()} == {"letter", "offers"}


def test_a_purpose_that_nobody_was_told_yet_allows_no_letter(association: Association) -> None:
    journal = asked.journal(purpose=Purpose.SHARING)
    Statement.objects.filter(pk=journal.statement_id).update(purpose=Purpose.NEWSLETTER)
    assert askable() == []
    journal.statement.refresh_from_db()
    asked.newer(journal, ask_again=True)
    assert [question.statement.slug for question in askable()] == ["journal"]


def test_a_statement_that_has_ended_closes_the_gate_for_its_issues(letter: Version, ann: Individual) -> None:
    say_yes([ann], letter)
    issue = make_issue()
    assert (figures_of(issue).reached, bool(question_of(issue))) == (1, True)
    letter.statement.ended_at = timezone.now()
    letter.statement.save()
    assert (figures_of(issue).reached, question_of(issue)) == (0, None)


def test_the_ledger_tells_who_began_it_and_names_nobody(
    letter: Version, ann: Individual, cleo: Individual
) -> None:
    say_yes([ann], letter)
    issue = run(begin(make_issue(), cleo))
    entries = LedgerEntry.objects.filter(kind__startswith="newsletter.").order_by("seq")
    assert [(entry.kind, entry.actor_uid, entry.subject_uid) for entry in entries] == [
        ("newsletter.started", cleo.pk, None),
        ("newsletter.sent", cleo.pk, None),
    ]
    assert entries[0].payload == {"newsletter": str(issue.pk), "people": 1}


def test_copies_go_after_a_year_and_the_number_stays(
    letter: Version, association: Association, ann: Individual
) -> None:
    say_yes([ann], letter)
    issue = run(begin(make_issue(), ann))
    mailing.drain(association.pk)
    with time_machine.travel(timezone.now() + housekeeping.MAIL + timedelta(days=1)):
        housekeeping.tidy_one()
    assert not NewsletterCopy.objects.exists()
    assert Newsletter.objects.get(pk=issue.pk).people == 1


def test_the_sister_sends_to_her_own_people(
    letter: Version, association: Association, sister: Association, ann: Individual
) -> None:
    say_yes([ann], letter)
    with speaking_for(sister.pk):
        other = monthly_letter()
        hers = make_individual()
        say_yes([hers], other)
        issue = make_issue()
        assert figures_of(issue).audience == 1
        run(begin(issue, hers))
        assert SentMail.objects.count() == 1
    assert not SentMail.objects.exists()
