"""The last letter: it reaches the address that was held until then, and then that address is gone too.

The address is sealed under a key of its own, which is destroyed as soon as the letter is out, or given up.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.mail import EmailMultiAlternatives
from django.db.models.functions import Now
from django.template import Context
from django.template.loader import get_template
from django.utils import timezone, translation

from erasure.links import certificate_url
from erasure.models import Erasure, Farewell, State
from erasure.pages import stays_of_record
from erasure.proof import FAREWELL
from privacy.emails import ascii_email
from privacy.leases import taken_for
from privacy.tenancy import speaking_for
from privacy.vault import DestructionPending, current

log = logging.getLogger(__name__)
PATIENCE = timedelta(days=3)
AGAIN = timedelta(minutes=10)


def write_farewell(erasure: Erasure, individual: Any) -> None:
    """Before the row loses its address; nothing to do for a person without one."""
    if individual.email:
        Farewell.objects.create(
            erasure=erasure,
            individual=individual,
            address=individual.email,
            greeting=individual.display_name,
            language=individual.language,
        )


def say_farewell(association_id: UUID, erasure_id: UUID) -> None:
    """Send, then destroy the address. A mail server that is down is asked again for three days."""
    taken = take(association_id, erasure_id)
    if taken is None:
        return
    farewell, message = taken
    if timezone.now() > farewell.erasure.completed_at + PATIENCE:  # type: ignore[operator]  # it is completed: see take()
        log.error("A letter of farewell was given up.", extra={"erasure_id": erasure_id})
    elif failure := attempt(message):
        log.warning("A letter of farewell waits.", extra={"erasure_id": erasure_id, "state": failure})
        return
    forget_address(association_id, farewell)


def take(association_id: UUID, erasure_id: UUID) -> tuple[Farewell, EmailMultiAlternatives] | None:
    """Whoever crashes while sending is followed by somebody, later."""
    with speaking_for(association_id):
        farewell = (
            Farewell.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("erasure__association")
            .filter(erasure_id=erasure_id, erasure__state=State.COMPLETED, due_at__lte=Now())
            .first()
        )
        if farewell is None:
            return None
        farewell.due_at = taken_for(AGAIN)
        farewell.save(update_fields=["due_at"])
        return farewell, message_of(farewell)


def attempt(message: EmailMultiAlternatives) -> str:
    """Outside any transaction. Returns what failed, by name alone: an SMTP error repeats the address."""
    try:
        message.send()
    except OSError as error:
        return type(error).__name__
    return ""


def message_of(farewell: Farewell) -> EmailMultiAlternatives:
    """The first line of the text is the subject, as in every letter."""
    erasure = farewell.erasure
    association: Any = erasure.association
    context = {
        "association": association,
        "name": farewell.greeting,
        "language": farewell.language,
        "erasure": erasure,
        "stays": stays_of_record(erasure),
        "link": certificate_url(erasure),
    }
    with translation.override(farewell.language), timezone.override(association.time_zone):
        # Plain text is not HTML: a name keeps its apostrophe.
        text = get_template("erasure/mail/farewell.txt").template.render(Context(context, autoescape=False))  # type: ignore[attr-defined]
        subject, _line, body = text.strip().partition("\n")
        html = get_template("erasure/mail/farewell.html").render({**context, "subject": subject})
    message = EmailMultiAlternatives(
        subject,
        body.strip() + "\n",
        f'"{association.short_name}" <{association.contact_email}>',
        [ascii_email(str(farewell.address))],
        reply_to=[association.contact_email],
        # The same for each attempt: a crash after sending makes a second copy, not a second letter.
        headers={"Message-ID": f"<{erasure.pk}.farewell@{association.contact_email.rpartition('@')[2]}>"},
    )
    message.attach_alternative(html, "text/html")
    return message


def forget_address(association_id: UUID, farewell: Farewell) -> None:
    """The row first: a letter is not written twice because a place of the root is away."""
    with speaking_for(association_id):
        Farewell.objects.filter(pk=farewell.pk).delete()
    try:
        forget_keys_of_letters(association_id, [farewell.individual_id])
    except DestructionPending:
        log.exception(
            "A place of the root cannot be reached: a key waits.", extra={"erasure_id": farewell.erasure_id}
        )


def forget_keys_of_letters(association_id: UUID, people: Iterable[UUID]) -> None:
    """Raises DestructionPending; the nightly sweep (sweep.py) finds what is left."""
    with speaking_for(association_id):
        current.forget({key_of_letter(uid) for uid in people})


def key_of_letter(uid: UUID) -> bytes:
    return uid.bytes + FAREWELL + b"\0\0"
