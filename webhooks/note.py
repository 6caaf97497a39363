"""Writes down how a try ended: the attempt, what becomes of the delivery, and how the endpoint is doing."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now

from webhooks.claims import Claim
from webhooks.deliver import Result, Verdict
from webhooks.endpoints import shut
from webhooks.models import Attempt, Delivery, Endpoint
from webhooks.schedule import rest_after

SILENCE: Final = timedelta(hours=120)


def write_attempt(claim: Claim, result: Result) -> None:
    _insert(
        Attempt(
            delivery_id=claim.id,
            number=claim.number,
            outcome=result.outcome,
            status=result.status,
            milliseconds=result.milliseconds,
        )
    )


def write_lost(claim: Claim) -> None:
    """The try before this one took its worker with it; whoever made it can no longer say how it ended."""
    _insert(Attempt(delivery_id=claim.id, number=claim.number - 1, outcome=Attempt.Outcome.LOST))


def _insert(attempt: Attempt) -> None:
    # A worker that was only slow may come back after it was written off: the first word stands.
    Attempt.objects.bulk_create([attempt], ignore_conflicts=True)


def end(claim: Claim, verdict: Verdict) -> None:
    """Only while the lease is ours. That it was delivered stays true whoever has the delivery now."""
    delivered = verdict.state == Delivery.State.DELIVERED
    ours = ~Q(state=Delivery.State.DELIVERED) if delivered else Q(lease_until=claim.lease)
    rows = Delivery.objects.filter(ours, pk=claim.id)
    if verdict.pause is None:
        rows.update(state=verdict.state, lease_until=None, ended_at=Now())
    else:
        rows.update(lease_until=None, due_at=Now() + verdict.pause)


def note_success(endpoint_id: UUID) -> None:
    Endpoint.objects.filter(pk=endpoint_id).update(
        last_success_at=Now(), failing_since=None, failures=0, resting_until=None
    )


def note_trouble(endpoint_id: UUID, result: Result, *, after_success: bool) -> None:
    if after_success:
        note_success(endpoint_id)
    endpoint = Endpoint.objects.filter(pk=endpoint_id)
    if result.outcome == Attempt.Outcome.GONE:
        shut(endpoint_id, Endpoint.Why.GONE)
        return
    failures = endpoint.values_list("failures", flat=True).get() + 1 if result.is_silent else 0
    endpoint.update(
        failing_since=Coalesce(F("failing_since"), Now()),
        failures=failures,
        resting_until=Now() + rest_after(failures),
    )
    if endpoint.filter(failing_since__lt=Now() - SILENCE).exists():
        shut(endpoint_id, Endpoint.Why.SILENT)
