"""Celery's doorbell for erasures. The row says what is to be done; a lost bell only costs a minute."""

from uuid import UUID

from celery import shared_task
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from erasure.models import AT_WORK, Erasure, State
from privacy.associations import for_each_association
from privacy.leases import is_free
from privacy.tenancy import speaking_for


@shared_task(name="erasure.ring")
def ring(association_id: str, erasure_id: str) -> None:
    from erasure.erase import carry_out  # noqa: PLC0415 flow rings, and erase needs flow

    carry_out(UUID(association_id), UUID(erasure_id))


@shared_task(name="erasure.sweep")
def sweep() -> None:
    """What is due, what a crash left half done, and farewells that wait for their mail server."""
    for_each_association(ring_for_all)


def ring_for_all(association_id: UUID) -> None:
    for erasure_id in due(association_id):
        ring.delay(str(association_id), str(erasure_id))
    for erasure_id in unsaid(association_id):
        farewell.delay(str(association_id), str(erasure_id))


@shared_task(name="erasure.tidy")
def tidy() -> None:
    from erasure import sweep as nightly  # noqa: PLC0415 as above

    nightly.tidy()


@shared_task(name="erasure.farewell")
def farewell(association_id: str, erasure_id: str) -> None:
    from erasure.farewell import say_farewell  # noqa: PLC0415 as above

    say_farewell(UUID(association_id), UUID(erasure_id))


def due(association_id: UUID) -> list[UUID]:
    with speaking_for(association_id):
        return list(
            Erasure.objects.filter(is_free("lease_until"))
            .filter(Q(state=State.APPROVED, cools_off_until__lte=timezone.now()) | Q(state__in=AT_WORK))
            .order_by("cools_off_until")
            .values_list("pk", flat=True)[:50]
        )


def unsaid(association_id: UUID) -> list[UUID]:
    with speaking_for(association_id):
        return list(
            Erasure.objects.filter(state=State.COMPLETED, farewells__due_at__lte=Now()).values_list(
                "pk", flat=True
            )[:50]
        )
