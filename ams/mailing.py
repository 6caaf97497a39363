"""Mail to individuals: a row in the caller's transaction, sent by a task that may die at any moment."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any, Final, NamedTuple
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now
from django.template import Context
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone, translation

from ams.models import Association, SentMail
from consent import gate, stop
from consent.choices import Question, asked_now
from consent.models import Kind, Statement
from privacy.associations import for_each_association
from privacy.emails import ascii_email
from privacy.leases import is_free, taken_for
from privacy.tenancy import speaking_for

log = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=3)  # as long as a task may live
AGAIN: Final = [timedelta(minutes=m) for m in (1, 5, 30, 120, 480, 1440)]
AT_ONCE: Final = 20
LINE: Final = 250
STATEMENT: Final = Subquery(Statement.objects.filter(slug=OuterRef("purpose")).values("pk")[:1])


def write_to(
    individual: Any,
    template: str,
    context: Mapping[str, Any],
    *,
    keep: bool = True,
    address: str | None = None,
    purpose: str = "",
    language: str = "",
) -> SentMail | None:
    """Queue a mail to the address of now. None for a person without one or who has died, and where the gate is closed.

    `template` names a pair, `template.txt` and `template.html`; the first line of the text is the subject.
    With keep=False the text goes once it is sent: for links that open a door. `address`: another than the one in
    force, which its owner has yet to confirm. `purpose`: the slug of the statement that allows it; without one the
    letter is part of the service, and stands on the list of tests/test_outward.py. `language`: not the reader's own.
    """
    recipient = address or individual.email
    if not recipient or individual.deceased_at or (purpose and not gate.allows(individual.pk, purpose)):
        return None
    association = Association.objects.get(pk=individual.association_id)
    language = language or association.language_for(individual.language)
    question = asked_under(purpose, language) if purpose else None
    mail = written(individual, association, template, context, language=language, question=question)
    mail.recipient, mail.keep = recipient, keep
    mail.save()
    ring(association.pk)
    return mail


def asked_under(purpose: str, language: str) -> Question | None:
    """What allows such letters, in words of their reader's language."""
    kinds = (Kind.CONSENT, Kind.NOTICE)
    found = asked_now(language=language, kinds=kinds, audience=Q(version__statement__slug=purpose))
    return found[0] if found else None


def written(
    individual: Any,
    association: Association,
    template: str,
    context: Mapping[str, Any],
    *,
    language: str,
    question: Question | None,
) -> SentMail:
    """Not saved: whoever writes to many saves them together, and has asked the gate for all of them."""
    values = {**way_out(individual, association, question), **context}
    subject, text, html = compose(individual, association, template, values, language)
    return SentMail(
        association=association,
        individual=individual,
        template=template,
        purpose=question.statement.slug if question else "",
        language=language,
        recipient=individual.email,
        subject=subject,
        text=text,
        html=html,
    )


def way_out(individual: Any, association: Association, question: Question | None) -> dict[str, Any]:
    """What stands at the foot: how to stop such letters; of a letter that belongs to the service, all choices."""
    if question is None:
        return {"choices_link": association.url(reverse("consent:choices"))}
    return {
        "stop_link": association.url(stop.stop_path(individual.pk, question.statement.pk)),
        "allowed_by": question.wording.name,
        "by_yes": question.statement.kind == Kind.CONSENT,
    }


def compose(
    individual: Any, association: Association, template: str, context: Mapping[str, Any], language: str
) -> tuple[str, str, str]:
    """Subject, text and HTML, in the language of the reader."""
    values = {
        **context,
        "association": association,
        "name": individual.display_name,
        "language": language,
    }
    with translation.override(language), timezone.override(association.time_zone):
        # Plain text is not HTML: a name keeps its apostrophe.
        text: str = get_template(f"{template}.txt").template.render(Context(values, autoescape=False))  # type: ignore[attr-defined]
        first, _, body = text.strip().partition("\n")
        # A mail whose subject has a break of any kind in it (a lone CR) is refused, and would hold up all that follow.
        subject = " ".join(first.split())
        html = get_template(f"{template}.html").render({**values, "subject": subject})
    return subject[:LINE], body.strip() + "\n", html


def ring(association_id: UUID) -> None:
    """Tell the worker once the row is there for it to see. A lost bell costs a minute: beat sweeps."""
    from ams.tasks import send_mail  # noqa: PLC0415 the task calls drain() of this module

    name = str(association_id)
    transaction.on_commit(lambda: send_mail.delay(name), robust=True)


def drain(association_id: UUID) -> int:
    """Send what is due. Returns how many mails left."""
    sent, connection = 0, get_connection()
    try:
        for mail in claimed(association_id):
            if not is_wanted(association_id, mail):
                continue
            ended = attempt(mail, connection)
            settle(association_id, mail, ended.failure, for_good=ended.for_good)
            sent += not ended.failure
    finally:
        connection.close()
    return sent


def claimed(association_id: UUID) -> Iterator[SentMail]:
    """Small handfuls under a lease: a second worker takes others, a dead worker's mails come back."""
    while batch := claim(association_id):
        yield from batch


def claim(association_id: UUID) -> list[SentMail]:
    with speaking_for(association_id):
        mails = list(
            SentMail.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("association")
            .annotate(statement_id=STATEMENT)
            .filter(is_free("claimed_until"), state=SentMail.State.QUEUED, due_at__lte=Now())
            .order_by("due_at", "pk")[:AT_ONCE]
        )
        # Counted before the attempt: what kills a worker each time does not do so for ever.
        SentMail.objects.filter(pk__in=[mail.pk for mail in mails]).update(
            attempts=F("attempts") + 1, claimed_until=taken_for(LEASE)
        )
        for mail in mails:
            mail.attempts += 1
    return mails


def is_wanted(association_id: UUID, mail: SentMail) -> bool:
    """Looked up just before it leaves: the handful was read a while ago, and its person may be erased by now.

    What was written by somebody's yes asks the gate again. A yes that was taken back meanwhile holds the letter
    back; that it was written stays on record, its text does not.
    """
    with speaking_for(association_id):
        waiting = SentMail.objects.filter(pk=mail.pk, state=SentMail.State.QUEUED)
        if not mail.purpose:
            return waiting.exists()
        allowed = gate.who_allows(mail.purpose).filter(pk=mail.individual_id)
        if waiting.filter(individual__in=allowed).exists():
            return True
        hold_back(waiting)
        return False


def hold_back(waiting: QuerySet[SentMail]) -> int:
    """`claimed_until` stays: until then a worker may be about to send it, and says afterwards that it left."""
    return waiting.update(state=SentMail.State.HELD_BACK, text=None, html=None)


class Ended(NamedTuple):
    """How a try ended: the name of what failed, and whether another try could end otherwise."""

    failure: str = ""
    for_good: bool = False


def attempt(mail: SentMail, connection: Any) -> Ended:
    """Outside any transaction. Says what failed by name alone: an SMTP error repeats the address."""
    try:
        connection.open()  # once for all mails of this run; does nothing while it is open
        message_of(mail, connection).send()
    except SMTPRecipientsRefused:
        return Ended("refused", for_good=True)
    except OSError as error:
        hang_up(connection)
        return Ended(type(error).__name__)
    except SoftTimeLimitExceeded:
        raise  # the worker's time is over; that is no fault of the letter
    except Exception as error:
        # A letter that cannot be made, by a fault of ours: it holds up none that follow. Our formatter writes the type
        # and the place alone (privacy/logs.py): what an error says may repeat the address or the letter.
        log.exception("A letter cannot be made.", extra={"association_id": mail.association_id})
        hang_up(connection)
        return Ended(type(error).__name__, for_good=True)
    return Ended()


def hang_up(connection: Any) -> None:
    """The next letter begins anew: behind a broken conversation each would fail."""
    with suppress(OSError):
        connection.close()


def message_of(mail: Any, connection: Any) -> EmailMultiAlternatives:
    association = mail.association
    name = f"<{mail.pk}.{association.slug}@{association.contact_email.rpartition('@')[2]}>"
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text or "",
        from_email=f'"{association.short_name}" <{association.contact_email}>',
        to=[ascii_email(mail.recipient)],
        reply_to=[association.contact_email],
        headers={"Message-ID": name, **button_of(mail)},
        connection=connection,
    )
    message.attach_alternative(mail.html or "", "text/html")
    return message


def button_of(mail: Any) -> dict[str, str]:
    """The mail program's own button to stop such letters (RFC 8058)."""
    if not mail.statement_id:
        return {}
    link = mail.association.url(stop.stop_path(mail.individual_id, mail.statement_id))
    return stop.headers(link, slug=mail.purpose)


def settle(association_id: UUID, mail: SentMail, failure: str, *, for_good: bool = False) -> None:
    """The row may be gone meanwhile, with its person: then there is nothing to write down."""
    changes: dict[str, Any] = {"claimed_until": None, "failure": failure}
    if not failure:
        changes |= {"state": SentMail.State.SENT, "sent_at": timezone.now()}
        if not mail.keep:
            changes |= {"text": None, "html": None}
    elif for_good or mail.attempts > len(AGAIN):
        changes |= {"state": SentMail.State.FAILED}
        log.warning(
            "A mail could not be sent.", extra={"association_id": association_id, "attempt": mail.attempts}
        )
    else:
        changes |= {"due_at": Now() + AGAIN[mail.attempts - 1]}
    with speaking_for(association_id):
        SentMail.objects.filter(pk=mail.pk).update(**changes)


def sweep() -> None:
    """Ring for every association in which mail is due: bells are lost, rows are not."""
    for_each_association(ring_if_due)


def ring_if_due(association_id: UUID) -> None:
    with speaking_for(association_id):
        if SentMail.objects.filter(state=SentMail.State.QUEUED, due_at__lte=Now()).exists():
            ring(association_id)
