"""The newsletters of the demo's associations: one that went out to all who had said yes by then, and a draft."""

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from ams.demo.seed.people import Person
from ams.demo.seed.plans import Plan
from ams.models import Newsletter, NewsletterCopy, NewsletterText, SentMail
from ams.newsletters import letter
from ams.newsletters.start import note
from consent.models import Standing
from consent.models.decisions import YES
from privacy import ledger

TEXTS: Final = Path(__file__).parent / "issues"
PURPOSE: Final = "monthly-letter"
DAYS_AGO: Final = 21
State, Copy = Newsletter.State, NewsletterCopy.State


def plant_newsletters(plan: Plan, people: list[Person], staff: Person) -> None:
    written = tomllib.loads((TEXTS / f"{plan.facts['slug']}.toml").read_text())
    at = datetime.combine(plan.today - timedelta(days=DAYS_AGO), time(9, 12), tzinfo=UTC)
    send_long_ago(an_issue(written["sent"]), people, staff, at)
    an_issue(written["draft"])


def an_issue(written: dict[str, Any]) -> Newsletter:
    issue = Newsletter.objects.create(name=written.pop("name"), purpose=PURPOSE)
    NewsletterText.objects.bulk_create(
        NewsletterText(
            newsletter=issue, language=language, subject=words["subject"], body=words["body"].strip()
        )
        for language, words in written.items()
    )
    return issue


def send_long_ago(issue: Newsletter, people: list[Person], staff: Person, at: datetime) -> None:
    copies = list(copies_of(issue, people, at))
    SentMail.objects.bulk_create(copy.mail for copy in copies if copy.mail)
    NewsletterCopy.objects.bulk_create(copies)
    Newsletter.objects.filter(pk=issue.pk).update(created_at=at - timedelta(days=2))
    issue.refresh_from_db()
    issue.state, issue.people, issue.started_by = State.SENT, len(copies), staff.row.pk
    issue.started_at, issue.finished_at = at, at + timedelta(minutes=4)
    issue.save()
    note(ledger.Kind.NEWSLETTER_STARTED, issue, issue.started_by)
    held_back = sum(copy.state == Copy.HELD_BACK for copy in copies)
    note(ledger.Kind.NEWSLETTER_SENT, issue, issue.started_by, held_back=held_back)


def copies_of(issue: Newsletter, people: list[Person], at: datetime) -> Iterator[NewsletterCopy]:
    """Whoever said yes before that day and says so still."""
    said = Standing.objects.filter(statement__slug=PURPOSE, act__in=YES, since__lt=at)
    readers = set(said.values_list("individual", flat=True))
    shared = letter.read(issue)
    for number, person in enumerate(person for person in people if person.row.pk in readers):
        yield a_copy(shared, person, at + timedelta(seconds=number))


def a_copy(shared: letter.Issue, person: Person, at: datetime) -> NewsletterCopy:
    copy = NewsletterCopy(newsletter=shared.newsletter, individual=person.row, at=at, state=Copy.WRITTEN)
    mail = shared.letter(person.row) if person.row.email else None
    if mail is None:
        copy.state, copy.why_not = Copy.HELD_BACK, NewsletterCopy.Why.NO_ADDRESS
        return copy
    mail.state, mail.attempts = SentMail.State.SENT, 1
    mail.written_at = mail.due_at = at
    mail.sent_at = at + timedelta(seconds=2)
    copy.mail = mail
    return copy
