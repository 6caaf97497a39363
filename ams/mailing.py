"""Mail to individuals: a row in the caller's transaction, sent by a task that may die at any moment."""

import logging
from collections.abc import Iterator, Mapping
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any, Final
from uuid import UUID

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import F, Q
from django.template import Context
from django.template.loader import get_template
from django.utils import timezone, translation

from ams.models import Association, SentMail
from privacy.tenancy import speaking_for

log = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=3)  # as long as a task may live
AGAIN: Final = [timedelta(minutes=m) for m in (1, 5, 30, 120, 480, 1440)]
AT_ONCE: Final = 20
LINE: Final = 250


def write_to(
    individual: Any,
    template: str,
    context: Mapping[str, Any],
    *,
    keep: bool = True,
    address: str | None = None,
) -> SentMail | None:
    """Queue a mail to the address of now. None for a person without one.

    `template` names a pair, `template.txt` and `template.html`; the first line of the text is the subject.
    With keep=False the text goes once it is sent: for links that open a door. `address`: another than the one in
    force, which its owner has yet to confirm.
    """
    recipient = address or individual.email
    if not recipient:
        return None
    association = Association.objects.get(pk=individual.association_id)
    language = association.language_for(individual.language)
    subject, text, html = compose(individual, association, template, context, language)
    mail = SentMail.objects.create(
        association=association,
        individual=individual,
        template=template,
        language=language,
        recipient=recipient,
        subject=subject,
        text=text,
        html=html,
        keep=keep,
    )
    ring(association.pk)
    return mail


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
        subject, _, body = text.strip().partition("\n")
        html = get_template(f"{template}.html").render({**values, "subject": subject.strip()})
    return subject.strip()[:LINE], body.strip() + "\n", html


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
            failure = attempt(mail, connection)
            settle(association_id, mail, failure)
            sent += not failure
    finally:
        connection.close()
    return sent


def claimed(association_id: UUID) -> Iterator[SentMail]:
    """Small handfuls under a lease: a second worker takes others, a dead worker's mails come back."""
    while batch := claim(association_id):
        yield from batch


def claim(association_id: UUID) -> list[SentMail]:
    now = timezone.now()
    with speaking_for(association_id):
        mails = list(
            SentMail.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("association")
            .filter(
                Q(claimed_until=None) | Q(claimed_until__lt=now), state=SentMail.State.QUEUED, due_at__lte=now
            )
            .order_by("due_at", "pk")[:AT_ONCE]
        )
        # Counted before the attempt: what kills a worker each time does not do so for ever.
        SentMail.objects.filter(pk__in=[mail.pk for mail in mails]).update(
            attempts=F("attempts") + 1, claimed_until=now + LEASE
        )
        for mail in mails:
            mail.attempts += 1
    return mails


def is_wanted(association_id: UUID, mail: SentMail) -> bool:
    """Looked up just before it leaves: the handful was read a while ago, and its person may be erased by now."""
    with speaking_for(association_id):
        return SentMail.objects.filter(pk=mail.pk, state=SentMail.State.QUEUED).exists()


def attempt(mail: SentMail, connection: Any) -> str:
    """Outside any transaction. Returns what failed, by name alone: an SMTP error repeats the address."""
    try:
        connection.open()  # once for all mails of this run; does nothing while it is open
        message_of(mail, connection).send()
    except SMTPRecipientsRefused:
        return "refused"
    except OSError as error:
        return type(error).__name__
    return ""


def message_of(mail: SentMail, connection: Any) -> EmailMultiAlternatives:
    association = mail.association
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text or "",
        from_email=f'"{association.short_name}" <{association.contact_email}>',
        to=[mail.recipient],
        reply_to=[association.contact_email],
        headers={
            "Message-ID": f"<{mail.pk}.{association.slug}@{association.contact_email.rpartition('@')[2]}>"
        },
        connection=connection,
    )
    message.attach_alternative(mail.html or "", "text/html")
    return message


def settle(association_id: UUID, mail: SentMail, failure: str) -> None:
    """The row may be gone meanwhile, with its person: then there is nothing to write down."""
    now = timezone.now()
    changes: dict[str, Any] = {"claimed_until": None, "failure": failure}
    if not failure:
        changes |= {"state": SentMail.State.SENT, "sent_at": now}
        if not mail.keep:
            changes |= {"text": None, "html": None}
    elif failure == "refused" or mail.attempts > len(AGAIN):
        changes |= {"state": SentMail.State.FAILED}
        log.warning(
            "A mail could not be sent.", extra={"association_id": association_id, "attempt": mail.attempts}
        )
    else:
        changes |= {"due_at": now + AGAIN[mail.attempts - 1]}
    with speaking_for(association_id):
        SentMail.objects.filter(pk=mail.pk).update(**changes)


def sweep() -> None:
    """Ring for every association in which mail is due: bells are lost, rows are not."""
    for association in Association.objects.all():
        with speaking_for(association.pk):
            is_due = SentMail.objects.filter(state=SentMail.State.QUEUED, due_at__lte=timezone.now()).exists()
            if is_due:
                ring(association.pk)
