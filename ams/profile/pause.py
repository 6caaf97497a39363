"""Pause: everything is kept and nothing is done with it (Art. 18 GDPR), until the member comes back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ams.models import Individual
from erasure.flow import open_erasure
from privacy import ledger
from privacy.ledger.kinds import Kind
from privacy.mail import write_to
from webhooks.publish import publish


@transaction.atomic
def pause(individual: Individual, *, actor: UUID, channel: str = "profile") -> None:
    if individual.restricted_at is None:
        set_restricted(individual, timezone.now())
        publish("individual.restricted", subject=individual.pk)
        ledger.append(
            Kind.INDIVIDUAL_RESTRICTED, subject=individual.pk, actor=actor, payload={"channel": channel}
        )


class WaitsForErasure(Exception):  # noqa: N818 it says what is the case
    """Who asked to be erased stops that first: until then nothing is done with the data."""


@transaction.atomic
def resume(individual: Individual, *, actor: UUID, channel: str = "profile") -> None:
    """Whoever did not end it themselves is told before anything is done again (Art. 18(3) GDPR).

    Raises WaitsForErasure.
    """
    if open_erasure(individual.pk):
        raise WaitsForErasure
    if individual.restricted_at is not None:
        if actor != individual.pk:
            write_to(individual, "profile/mail/unrestricted", {"since": individual.restricted_at})
        set_restricted(individual, None)
        publish("individual.unrestricted", subject=individual.pk)
        ledger.append(
            Kind.INDIVIDUAL_UNRESTRICTED, subject=individual.pk, actor=actor, payload={"channel": channel}
        )


def set_restricted(individual: Individual, since: datetime | None) -> None:
    individual.restricted_at = since
    individual.save(update_fields=["restricted_at"])
