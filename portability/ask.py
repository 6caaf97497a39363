"""Asks for a copy: a row, the request with its legal clock, an entry in the ledger; then the bell."""

from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from portability.models import OPEN, Channel, Export
from privacy import ledger
from privacy.ledger import Kind
from privacy.requests import open_request
from privacy.requests.models import Kind as Right
from privacy.requests.models import Request
from privacy.requests.models import State as RequestState

COPIES: Final = (Right.ACCESS, Right.PORTABILITY)
# Who takes their data along asks under Art. 20 GDPR; who is sent a copy is answered under Art. 15.
RIGHT_BY_CHANNEL: Final = {Channel.SELF: Right.PORTABILITY, Channel.API: Right.PORTABILITY}


def request_export(
    individual: Any,
    *,
    actor: UUID | None,
    channel: Channel | str = Channel.SELF,
    tells: bool = True,
    why: str = "",
) -> Export:
    """In the caller's transaction. Asking again while one is in the making finds that one.

    `why`: of staff, for somebody whose data is paused (Art. 18(2) GDPR); it is sealed beside the entry in the ledger.
    """
    channel = Channel(channel)
    if running := running_for(individual):
        return running
    try:
        with transaction.atomic():
            export = Export.objects.create(
                individual=individual,
                association_id=individual.association_id,
                requested_by=actor,
                channel=channel,
                tells=tells,
            )
    except IntegrityError:
        # Two clicks at once: the constraint let one of them in.
        return Export.objects.get(individual=individual, state__in=OPEN)
    record(export, individual, channel, actor, why)
    return export


def running_for(individual: Any) -> Export | None:
    return Export.objects.filter(individual=individual, state__in=OPEN).first()


def record(export: Export, individual: Any, channel: Channel, actor: UUID | None, why: str) -> None:
    right = RIGHT_BY_CHANNEL.get(channel, Right.ACCESS)
    export.request = asked_by(individual).first() or open_request(
        individual, right, actor=actor, channel=channel
    )
    export.save(update_fields=["request"])
    if channel is not Channel.COMMAND:
        ring(export)
    ledger.append(
        Kind.EXPORT_REQUESTED,
        subject=individual.pk,
        actor=actor,
        payload={"export": export.pk, "request": export.request.pk, "channel": channel.value},
        evidence={"why": why} if why else None,
    )


def asked_by(individual: Any) -> QuerySet[Request]:
    """A copy answers who asked to see the data and who asked to take it along, however they did."""
    return Request.objects.filter(individual=individual, kind__in=COPIES, state=RequestState.OPEN)


def ring(export: Export) -> None:
    """Once the row is there for the worker to see. A lost bell costs a minute: the sweep rings again."""
    from portability.tasks import make_copy  # noqa: PLC0415 the task's module needs this one's neighbours

    names = str(export.association_id), str(export.pk)
    transaction.on_commit(lambda: make_copy.delay(*names), robust=True)


def again(export: Export) -> None:
    """After a failure, under the same reference."""
    Export.objects.filter(pk=export.pk).update(
        attempts=0, state="queued", failure="", created_at=timezone.now()
    )
    ring(export)
