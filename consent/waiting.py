"""What waits for a click: a confirmation counts as long as its decision is the person's last word on that use."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from consent.choices import Choice
from consent.models import Act, Confirmation, Guardian

LIFE: Final = timedelta(days=14)
PAUSE: Final = timedelta(minutes=10)  # between two letters about the same


def pending_of(individual_id: UUID, by: Confirmation.By | None = None) -> "QuerySet[Confirmation]":
    """Also those that nobody answered in time, until they are ended. In the association's order."""
    rows = pending().filter(individual_id=individual_id)
    return rows if by is None else rows.filter(by=by)


def pending() -> "QuerySet[Confirmation]":
    return (
        Confirmation.objects.filter(answered_at=None, decision__standing__act=Act.PENDING)
        .select_related("decision__version__statement")
        .order_by("decision__statement__order", "decision__statement__number")
    )


def open_of(individual_id: UUID, by: Confirmation.By) -> list[Confirmation]:
    return list(pending_of(individual_id, by).filter(expires_at__gt=timezone.now()))


def is_open(confirmation: Confirmation) -> bool:
    """Asked of the database: somebody may have answered since the row was read."""
    return pending().filter(pk=confirmation.pk, expires_at__gt=timezone.now()).exists()


def prolong(confirmation: Confirmation) -> bool:
    """For a letter that is written anew. False shortly after the last one: it is on its way."""
    now = timezone.now()
    rows = Confirmation.objects.filter(pk=confirmation.pk, asked_at__lte=now - PAUSE)
    return bool(rows.update(asked_at=now, expires_at=now + LIFE))


def waits_of(individual: Any, choices: Sequence[Choice]) -> dict[int, dict[str, Any]]:
    """By statement: whose click is awaited, and since when. No query where nothing waits, two at most where some do."""
    if not any(choice.is_pending() for choice in choices):
        return {}
    confirmations = list(pending_of(individual.pk))
    by_guardian = [each for each in confirmations if each.by == Confirmation.By.GUARDIAN]
    unnamed = by_guardian and not Guardian.objects.filter(individual=individual.pk).exists()
    return {
        each.decision.statement_id: {
            "number": each.pk,
            "asked_at": each.asked_at,
            "by_guardian": each in by_guardian,
            "unnamed": each in by_guardian and unnamed,
        }
        for each in confirmations
    }
