"""Yeses whose time is over become a no, by themselves. The gate is closed from that moment on, sweep or no sweep."""

from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from consent import lock
from consent.decide import expire
from consent.models import Channel, Decision, Kind, Standing
from consent.models.decisions import YES
from privacy.tenancy import speaking_for

AT_ONCE: Final = 500


def over() -> "QuerySet[Standing]":
    """An agreement lasts as long as the membership; whoever is erased has answered for the last time."""
    return Standing.objects.filter(
        until__lte=timezone.now(),
        act__in=YES,
        statement__kind=Kind.CONSENT,
        individual__erased_at=None,
    )


def end_what_is_over(association_id: UUID) -> int:
    """Each in a transaction of its own, so that nobody waits for the others. Returns how many ended."""
    with speaking_for(association_id):
        found = list(over().order_by("until").values_list("pk", flat=True)[:AT_ONCE])
    return sum(end(association_id, pk) is not None for pk in found)


def end(association_id: UUID, standing_pk: int) -> Decision | None:
    """None: they have given it anew meanwhile."""
    with speaking_for(association_id):
        for whose in Standing.objects.filter(pk=standing_pk).values_list("individual_id", "statement_id"):
            lock.hold(*whose)
        anew = over().select_related("individual", "decision", "version__statement")
        standing = anew.filter(pk=standing_pk).first()
        if standing is None:
            return None
        return expire(
            standing.individual,
            standing.version,
            channel=Channel.SYSTEM,
            actor=None,
            language=standing.decision.language,
        )
