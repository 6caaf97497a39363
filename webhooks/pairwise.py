"""The id under which one recipient knows one person: random, so that two recipients cannot join their lists."""

import uuid
from collections.abc import Iterable
from uuid import UUID

from webhooks.models import Endpoint, Pairwise


def id_for(endpoint: Endpoint, uid: UUID) -> UUID:
    return ids_for([endpoint], uid)[endpoint.pk]


def ids_for(endpoints: Iterable[Endpoint], uid: UUID, *, remember: bool = True) -> dict[UUID, UUID]:
    """By endpoint. Two statements, however many there are, and the same answer for two callers at once.

    Where somebody is on the way out nothing new is remembered: the row would outlive the erasure that it tells of.
    """
    keys = [endpoint.pk for endpoint in endpoints]
    if remember:
        rows = [Pairwise(endpoint_id=key, individual_id=uid) for key in keys]
        Pairwise.objects.bulk_create(rows, ignore_conflicts=True)
    known = dict(Pairwise.objects.filter(endpoint__in=keys, individual=uid).values_list("endpoint_id", "uid"))
    return {key: known.get(key) or uuid.uuid4() for key in keys}
