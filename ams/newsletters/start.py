"""The beginning, an early end, and going on after it: one copy for each person, made from the gate in one statement."""

from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet, UUIDField, Value
from django.utils import timezone

from ams.mailing import hold_back
from ams.models import Newsletter, NewsletterCopy, SentMail
from ams.newsletters.audience import question_of, who_gets
from ams.newsletters.letter import fingerprint
from privacy import ledger

State, Copy = Newsletter.State, NewsletterCopy.State
COLUMNS = "association_id, newsletter_id, individual_id, state, why_not"


class NotADraft(RuntimeError):  # noqa: N818  it says what is the case
    """It is being sent, or was: somebody was quicker, or clicked twice."""


class ChangedMeanwhile(RuntimeError):  # noqa: N818  as above
    """Its words or its audience are not those that were looked at."""


class NobodyGetsIt(RuntimeError):  # noqa: N818  as above
    """Nobody of the audience said yes, or nothing is written."""


@transaction.atomic
def start(pk: UUID, *, by: UUID, seen: str) -> Newsletter:
    """`seen`: the fingerprint of what was looked at. Raises NotADraft, ChangedMeanwhile and NobodyGetsIt."""
    issue = Newsletter.objects.select_for_update().get(pk=pk)
    if issue.state != State.DRAFT:
        raise NotADraft
    if seen != fingerprint(issue):
        raise ChangedMeanwhile
    issue.people = make_copies(issue) if issue.texts.exists() else 0
    if not issue.people:
        raise NobodyGetsIt
    issue.state, issue.started_at, issue.started_by = State.SENDING, timezone.now(), by
    issue.save()
    note(ledger.Kind.NEWSLETTER_STARTED, issue, by)
    ring(issue)
    return issue


def make_copies(issue: Newsletter) -> int:
    """For a hundred thousand people too this is one statement, and nobody's row leaves the database for it."""
    numbers = (Value(number, output_field=UUIDField()) for number in (issue.association_id, issue.pk))
    rows = who_gets(issue).order_by().values_list(*numbers, "pk", Value(Copy.WAITING.value), Value(""))
    sql, values = rows.query.sql_with_params()
    table = connection.ops.quote_name(NewsletterCopy._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({COLUMNS}) {sql} ON CONFLICT DO NOTHING", values)
        made: int = cursor.rowcount
    return made


@transaction.atomic
def stop(pk: UUID, *, by: UUID | None) -> bool:
    """What has not left does not leave. False: there was nothing left to stop.

    The issue's row is locked, and so it is by whoever writes letters: none can be written after this.
    """
    issue = Newsletter.objects.select_for_update().get(pk=pk)
    held = hold_back_the_rest(issue)
    if not held and issue.state != State.SENDING:
        return False
    issue.state, issue.finished_at, issue.claimed_until = State.STOPPED, timezone.now(), None
    issue.save()
    note(ledger.Kind.NEWSLETTER_STOPPED, issue, by, held_back=held)
    return True


def hold_back_the_rest(issue: Newsletter) -> int:
    """Copies that nobody has written yet, and letters that are still with us."""
    copies = NewsletterCopy.objects.filter(newsletter=issue)
    letters = SentMail.objects.filter(state=SentMail.State.QUEUED, pk__in=copies.values("mail"))
    numbers = list(letters.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    stopped: dict[str, Any] = {
        "state": Copy.HELD_BACK,
        "why_not": NewsletterCopy.Why.STOPPED,
        "at": timezone.now(),
    }
    hold_back(letters.filter(pk__in=numbers))
    return copies.filter(mail__in=numbers).update(**stopped) + copies.filter(state=Copy.WAITING).update(
        **stopped
    )


@transaction.atomic
def go_on(pk: UUID, *, by: UUID) -> bool:
    """What a stop held back is written after all, each letter once. False: somebody was quicker, or nothing is left.

    The gate is asked anew for each of them. Raises NobodyGetsIt where nothing asks for such letters any more.
    """
    issue = Newsletter.objects.select_for_update().get(pk=pk)
    if issue.state != State.STOPPED:
        return False
    if question_of(issue) is None:
        raise NobodyGetsIt
    if not wait_again(issue):
        return False
    issue.state, issue.finished_at, issue.claimed_until, issue.attempts = State.SENDING, None, None, 0
    issue.save()
    note(ledger.Kind.NEWSLETTER_RESUMED, issue, by)
    ring(issue)
    return True


def wait_again(issue: Newsletter) -> int:
    """Without those whose letter was leaving as it was stopped: they have it."""
    stopped = NewsletterCopy.objects.filter(newsletter=issue, why_not=NewsletterCopy.Why.STOPPED)
    settle_what_left(stopped)
    return stopped.update(state=Copy.WAITING, why_not="", at=None)


def settle_what_left(copies: QuerySet[NewsletterCopy]) -> None:
    """The mail knows better than the stop: that it left, or that it never can."""
    ended = copies.filter(mail__state__in=[SentMail.State.SENT, SentMail.State.FAILED])
    ended.update(state=Copy.WRITTEN, why_not="", at=timezone.now())


def note(kind: ledger.Kind, issue: Newsletter, by: UUID | None, **more: int) -> None:
    ledger.append(
        kind, subject=None, actor=by, payload={"newsletter": issue.pk, "people": issue.people, **more}
    )


def ring(issue: Newsletter) -> None:
    """Once the copies are there for the worker to see. A lost bell costs seconds: the sweep rings again."""
    from ams.tasks import send_newsletter  # noqa: PLC0415 the task's module needs this one's neighbours

    names = str(issue.association_id), str(issue.pk)
    transaction.on_commit(lambda: send_newsletter.delay(*names), robust=True)
