"""A request comes in and is answered. Both end in the ledger, so call these last in the transaction."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from privacy.inventory import association_model
from privacy.ledger.append import append
from privacy.ledger.kinds import Kind as Ledger
from privacy.ledger.kinds import checked
from privacy.requests.clock import due
from privacy.requests.models import Kind, Message, Request, State


def open_request(
    individual: Any,
    kind: Kind | str,
    *,
    actor: UUID | None,
    channel: str,
    arrived: date | None = None,
    words: Message | None = None,
) -> Request:
    """The clock starts now, or on the day on which a letter arrived.

    Asking for the same again while it is open finds the first request and its date, and adds the words to it.
    """
    checked(
        Ledger.REQUEST_OPENED, {"channel": channel}
    )  # before the row: a channel is a listed word, no free text
    received = moment_of(individual.association_id, arrived)
    request, is_new = Request.objects.get_or_create(
        association_id=individual.association_id,
        individual=individual,
        kind=Kind(kind),
        state=State.OPEN,
        defaults={
            "received_at": received,
            "due_at": due_for(individual.association_id, received),
            "channel": channel,
        },
    )
    if words:
        words.request = request
        words.save(force_insert=True)
    if is_new:
        append(
            Ledger.REQUEST_OPENED,
            subject=individual.pk,
            actor=actor,
            payload={
                "request": request.pk,
                "right": request.kind,
                "channel": channel,
                "due_at": request.due_at,
            },
        )
    return request


def moment_of(association_id: UUID, arrived: date | None) -> datetime:
    """Of a day that is over its noon, where the association is: the clock counts days."""
    now, zone = timezone.now(), zone_of(association_id)
    if arrived is None or arrived == now.astimezone(zone).date():
        return now
    return datetime.combine(arrived, time(12), tzinfo=zone).astimezone(UTC)


def zone_of(association_id: UUID) -> ZoneInfo:
    association: Any = association_model()._base_manager.get(pk=association_id)
    return ZoneInfo(association.time_zone)


def due_for(association_id: UUID, received: Any) -> Any:
    """By the calendar of the place where the association is."""
    association: Any = association_model()._base_manager.get(pk=association_id)
    zone = ZoneInfo(association.time_zone)
    return due(received, zone, country=str(association.country)).astimezone(UTC)


def close_request(
    individual: Any, kind: Kind | str, *, state: State | str, actor: UUID | None
) -> Request | None:
    """Closes the open request of this kind; None when there is none, which is not an error: staff may act unasked."""
    request = Request.objects.filter(individual=individual, kind=Kind(kind), state=State.OPEN).first()
    if request is not None:
        request.close(State(state), actor=actor)
    return request
