"""Celery's part: a bell per endpoint, and a sweep that rings where a bell was lost. Opaque ids only."""

from uuid import UUID

from celery import shared_task

from privacy.associations import for_each_association
from privacy.inventory import association_model
from privacy.tenancy import speaking_for
from privacy.vault import current
from webhooks.claims import lanes_with_work
from webhooks.doorbell import ring_later
from webhooks.endpoints import bury_old_keys
from webhooks.lane import Lane


@shared_task
def ring(association_id: str, endpoint_id: str) -> None:
    current.expect(UUID(association_id), associations()[UUID(association_id)])
    Lane(UUID(association_id), UUID(endpoint_id)).drain()


@shared_task
def sweep() -> None:
    """Every few seconds: due deliveries, ended leases, ended rests. Redis may lose every bell."""
    for_each_association(ring_where_due)


def ring_where_due(association_id: UUID) -> None:
    with speaking_for(association_id):
        waiting = list(lanes_with_work().values_list("pk", flat=True))
    for endpoint_id in waiting:
        ring_later(association_id, endpoint_id)


@shared_task
def tidy() -> None:
    """Hourly."""
    for_each_association(bury_old_keys_of)


def bury_old_keys_of(association_id: UUID) -> None:
    with speaking_for(association_id):
        bury_old_keys()


def associations() -> dict[UUID, int]:
    """Every association, and how new its keyring must be."""
    rows = association_model()._default_manager.order_by("pk")  # noqa: SLF001 Django's public name
    return dict(rows.values_list("pk", "keyring_epoch"))
