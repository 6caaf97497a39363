"""Somebody has died: no letter goes there any more, nothing rests on their yes, and nobody signs in as them.

Nothing is destroyed by it: what is held stays until its own day, as the law says. A mistake can be undone.
"""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ams.mailing import hold_back
from ams.models import Individual, SentMail, Session
from privacy import ledger
from privacy.ledger.kinds import Kind
from webhooks.publish import publish

FIELDS = ["deceased_at", "died_on", "deceased_note"]


@transaction.atomic
def mark(individual: Individual, *, died_on: date, note: str, actor: UUID) -> bool:
    """False: it is marked already. `note`: how we know."""
    if individual.deceased_at is not None:
        return False
    individual.deceased_at, individual.died_on, individual.deceased_note = timezone.now(), died_on, note
    individual.save(update_fields=FIELDS)
    Session.objects.filter(individual=individual).delete()
    hold_back(SentMail.objects.filter(individual=individual, state=SentMail.State.QUEUED))
    tell_others(individual, "individual.restricted")
    ledger.append(
        Kind.INDIVIDUAL_DECEASED, subject=individual.pk, actor=actor, payload={"channel": "console"}
    )
    return True


@transaction.atomic
def unmark(individual: Individual, *, actor: UUID) -> bool:
    """It was a mistake. Letters that were held back meanwhile stay unwritten."""
    if individual.deceased_at is None:
        return False
    individual.deceased_at = individual.died_on = individual.deceased_note = None
    individual.save(update_fields=FIELDS)
    tell_others(individual, "individual.unrestricted")
    ledger.append(
        Kind.INDIVIDUAL_NOT_DECEASED, subject=individual.pk, actor=actor, payload={"channel": "console"}
    )
    return True


def tell_others(individual: Individual, event: str) -> None:
    """Of somebody who is paused they know already, and go on knowing."""
    if not individual.is_restricted:
        publish(event, subject=individual.pk)
