"""Writes what happened, and one delivery per recipient who is to know, in the transaction in which it happened.

Told if and only if done: a rollback takes the notices with it, and a lost doorbell only makes them late.
"""

import uuid
from collections.abc import Mapping
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from privacy.tenancy import require_association
from webhooks.doorbell import ring_later
from webhooks.event_types import DUTIES, JSON, EventType, instant, thin
from webhooks.models import Delivery, Endpoint, Event
from webhooks.pairwise import ids_for


def publish(
    event_type: str, *, subject: UUID | None = None, data: Mapping[str, object] | None = None
) -> Event:
    """Tell everybody who asked for this kind of event. A fixed number of statements for any number of recipients.

    About an erasure: call it before the rows go, while each recipient's id of the person is still known.
    Raises NotThin when `data` holds more than ids, times and words of our own.
    """
    kind = EventType(event_type)
    return tell(list(recipients_of(kind)), kind, subject=subject, data=data)


def recipients_of(kind: EventType) -> QuerySet[Endpoint]:
    """Who is told of this kind of event. An erasure plan shows the same people."""
    wanted = Q(event_types__contains=[kind.value])
    # A duty does not end with a switch: it waits in the queue until the endpoint is on again.
    reachable = Q() if kind in DUTIES else Q(state=Endpoint.State.ACTIVE)
    return Endpoint.objects.filter(wanted & reachable)


def tell(
    endpoints: list[Endpoint],
    kind: EventType,
    *,
    subject: UUID | None = None,
    data: Mapping[str, object] | None = None,
) -> Event:
    """One event for these endpoints. Needs the caller's transaction."""
    words = thin(data or {})
    event = Event.objects.create(id=uuid.uuid4(), type=kind, at=timezone.now())
    people: dict[UUID, UUID] = {}
    if subject is not None:
        people = ids_for(endpoints, subject, remember=kind is not EventType.INDIVIDUAL_ERASED)
    Delivery.objects.bulk_create(
        delivery_of(event, endpoint, words, people.get(endpoint.pk)) for endpoint in endpoints
    )
    association_id = require_association()
    for endpoint in endpoints:
        if endpoint.is_active:
            transaction.on_commit(partial(ring_later, association_id, endpoint.pk))
    return event


def delivery_of(event: Event, endpoint: Endpoint, words: Mapping[str, JSON], person: UUID | None) -> Delivery:
    """The notice's number is the delivery's, not the event's: two recipients must not find theirs alike."""
    number = uuid.uuid4()
    data: dict[str, JSON] = {**words, "notice_id": str(number)}
    if person is not None:
        data["recipient_subject_id"] = str(person)
    payload = {"type": str(event.type), "timestamp": instant(event.at), "data": data}
    return Delivery(id=number, endpoint=endpoint, event=event, payload=payload)
