"""Celery's doorbell for copies: the rows say what is to be made, a lost bell costs a minute."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from portability.finish import expire
from portability.make import make
from portability.models import OPEN, Channel, Export, State
from privacy.associations import for_each_association
from privacy.leases import is_free
from privacy.tenancy import speaking_for

AT_ONCE: Final = 20  # bells of one sweep: while a long queue is worked off, they do not pile up behind it


@shared_task(ignore_result=True)
def make_copy(association_id: str, export_id: str) -> None:
    make(Export(pk=UUID(export_id), association_id=UUID(association_id)))


@shared_task(ignore_result=True)
def sweep() -> None:
    """Rings again for what waits, and deletes what is past its last day."""
    for_each_association(sweep_association)


def sweep_association(association_id: UUID) -> None:
    for export_id in waiting(association_id):
        make_copy.delay(str(association_id), str(export_id))
    for export_id in outlived(association_id):
        delete(association_id, export_id)


def waiting(association_id: UUID) -> list[UUID]:
    with speaking_for(association_id):
        free = Export.objects.filter(is_free("leased_until"), state__in=OPEN)
        # One made by a command rings no bell: the command makes it. If it died, so does its lease.
        rung = free.exclude(channel=Channel.COMMAND, attempts=0).order_by("created_at")
        return list(rung.values_list("pk", flat=True)[:AT_ONCE])


def outlived(association_id: UUID) -> Iterator[UUID]:
    with speaking_for(association_id):
        old = Export.objects.filter(state=State.READY, expires_at__lte=timezone.now())
        found = list(old.values_list("pk", flat=True))
    yield from found


def delete(association_id: UUID, export_id: UUID) -> None:
    with speaking_for(association_id):
        locked = Export.objects.select_for_update(of=("self",), skip_locked=True)
        export = locked.filter(pk=export_id, state=State.READY, expires_at__lte=timezone.now()).first()
        if export is not None:
            expire(export)
