"""The worker's part: letters are written by the hundred, each batch whole or not at all, and none of them twice."""

import logging
from datetime import timedelta
from time import monotonic
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from ams import mailing
from ams.models import Newsletter, NewsletterCopy, SentMail
from ams.newsletters.letter import Issue, read
from ams.newsletters.start import note, ring, settle_what_left, stop
from consent.gate import who_allows
from privacy import leases, ledger
from privacy.tenancy import speaking_for

log = logging.getLogger(__name__)

BATCH: Final = 100
TURN: Final = 100.0  # seconds: well within the life of a task
LEASE: Final = timedelta(minutes=4)  # longer than that life
MOST_ATTEMPTS: Final = 5
State, Copy, Why = Newsletter.State, NewsletterCopy.State, NewsletterCopy.Why


def run(association_id: UUID, pk: UUID) -> None:
    """One turn of a worker. Whatever kills it, the next one goes on where whole batches end."""
    issue = claim(association_id, pk)
    if issue is None:
        return
    ends = monotonic() + TURN
    more = write_some(association_id, issue)
    while more and monotonic() < ends:
        step("between")
        more = write_some(association_id, issue)
    give_back(association_id, pk, more=more)


def claim(association_id: UUID, pk: UUID) -> Issue | None:
    """Attempts are counted before the work: what kills a worker each time does not do so for ever."""
    with speaking_for(association_id):
        found = Newsletter.objects.select_for_update(skip_locked=True).filter(is_free(), pk=pk).first()
        if found is None:
            return None
        if found.attempts >= MOST_ATTEMPTS:
            log.error("The sending of a newsletter was given up.", extra={"association_id": association_id})
            stop(pk, by=None)
            return None
        found.attempts += 1
        found.claimed_until = leases.taken_for(LEASE)
        found.save(update_fields=["attempts", "claimed_until"])
        found.refresh_from_db(fields=["claimed_until"])
        return read(found)


def is_free() -> Q:
    return leases.is_free("claimed_until") & Q(state=State.SENDING)


def write_some(association_id: UUID, issue: Issue) -> bool:
    """One batch in one transaction. False: there is nothing left to do, or not for us."""
    pk = issue.newsletter.pk
    with speaking_for(association_id):
        # Locked: whoever stops it waits for this batch, and after that none is written.
        still = Newsletter.objects.select_for_update().filter(pk=pk, state=State.SENDING).first()
        if still is None:
            return False
        copies = take(pk)
        if not copies:
            finish(still)
            return False
        write(issue, copies)
        step("written")
        # It goes on well, so attempts are counted anew.
        Newsletter.objects.filter(pk=pk).update(attempts=1, claimed_until=leases.taken_for(LEASE))
        mailing.ring(association_id)
    return True


def take(pk: UUID) -> list[NewsletterCopy]:
    """With their people, so that an erasure waits for us or we pass its person over: never half and half."""
    waiting = NewsletterCopy.objects.filter(newsletter=pk, state=Copy.WAITING)
    settle_what_left(waiting)
    locked = (
        waiting.filter(has_no_letter_out())
        .order_by("pk")
        .select_for_update(of=("self", "individual"), no_key=True, skip_locked=True)
    )
    return list(locked.select_related("individual")[:BATCH])


def has_no_letter_out() -> Q:
    """After a stop: while a worker still held the earlier letter it may be leaving. The sweep comes back for it."""
    held_back = Q(mail__state=SentMail.State.HELD_BACK)
    return Q(mail=None) | held_back & leases.is_free("mail__claimed_until")


def write(issue: Issue, copies: list[NewsletterCopy]) -> None:
    """The gate is asked for all of them at once; each letter asks it again as it leaves (ams/mailing.py)."""
    people = [copy.individual_id for copy in copies]
    allowed = set(who_allows(issue.newsletter.purpose).filter(pk__in=people))
    letters = {copy.pk: letter for copy in copies if (letter := letter_to(issue, copy, allowed))}
    SentMail.objects.bulk_create(letters.values())
    now = timezone.now()
    for copy in copies:
        copy.at, copy.mail = now, letters.get(copy.pk)
        copy.state = Copy.WRITTEN if copy.mail else Copy.HELD_BACK
    NewsletterCopy.objects.bulk_update(copies, ["state", "why_not", "at", "mail"])


def letter_to(issue: Issue, copy: NewsletterCopy, allowed: set[UUID]) -> SentMail | None:
    letter = issue.letter(copy.individual) if copy.individual_id in allowed else None
    if letter is None:
        copy.why_not = Why.NO_YES
    elif not letter.recipient:
        copy.why_not = Why.NO_ADDRESS
        return None
    return letter


def finish(issue: Newsletter) -> None:
    """Unless some are locked just now by somebody else: then the sweep comes back for them."""
    copies = NewsletterCopy.objects.filter(newsletter=issue)
    if copies.filter(state=Copy.WAITING).exists():
        return
    issue.state, issue.finished_at, issue.claimed_until = State.SENT, timezone.now(), None
    issue.save(update_fields=["state", "finished_at", "claimed_until"])
    held = copies.filter(state=Copy.HELD_BACK).count()
    note(ledger.Kind.NEWSLETTER_SENT, issue, issue.started_by, held_back=held)


def give_back(association_id: UUID, pk: UUID, *, more: bool) -> None:
    """A long one goes on in the next turn; what somebody else holds locked is left to the sweep."""
    with speaking_for(association_id):
        unfinished = Newsletter.objects.filter(pk=pk, state=State.SENDING)
        if unfinished.update(claimed_until=None, attempts=0) and more:
            ring(unfinished.get())


def sweep(association_id: UUID) -> None:
    """Lost bells and dead workers."""
    with speaking_for(association_id):
        for issue in Newsletter.objects.filter(is_free()):
            ring(issue)


def step(name: str) -> None:
    """Between two steps; tests end the process here."""
