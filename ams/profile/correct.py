"""A correction takes effect at once, is recorded by number, and whoever has the data is told (Art. 16, 19 GDPR)."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction

from ams.models import Individual
from privacy import ledger
from privacy.ledger.kinds import Kind
from privacy.requests import open_request, words_of
from webhooks.publish import publish


def corrected(
    individual: Individual, fields: Iterable[str], *, actor: UUID, channel: str = "profile"
) -> None:
    """Call it last in the transaction in which the rows were saved. Names fields, never values."""
    names = sorted(fields)
    if names:
        publish("individual.updated", subject=individual.pk, data={"fields": names})
        payload = {"channel": channel, "fields": len(names)}
        ledger.append(Kind.INDIVIDUAL_CHANGED, subject=individual.pk, actor=actor, payload=payload)


@transaction.atomic
def ask_for_correction(individual: Individual, text: str, *, actor: UUID) -> Any:
    """What only staff can change. The words stand with the request, where both sides can read them."""
    words = words_of(individual, by=actor, text=text)
    return open_request(individual, "rectification", actor=actor, channel="profile", words=words)
