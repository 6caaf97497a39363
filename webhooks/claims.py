"""Takes deliveries out of the queue: one worker per endpoint, one lease per try, all by the database's clock."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from webhooks.models import Delivery, Endpoint

LANE_LEASE: Final = timedelta(seconds=75)  # more than a lane's shift and one whole try
TRY_LEASE: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that is ours until the lease ends. Its try is counted already: a crash must not be free."""

    id: UUID
    webhook_id: str
    payload: dict[str, object]
    number: int
    tries: int  # of this round; a replay begins a new one
    lost: int
    took_over: bool
    lease: datetime


def open_lanes() -> QuerySet[Endpoint]:
    return Endpoint.objects.filter(
        Q(lane_until=None) | Q(lane_until__lt=Now()),
        Q(resting_until=None) | Q(resting_until__lt=Now()),
        state=Endpoint.State.ACTIVE,
    )


def lanes_with_work() -> QuerySet[Endpoint]:
    due = Delivery.objects.filter(
        Q(lease_until=None) | Q(lease_until__lt=Now()),
        endpoint=OuterRef("pk"),
        state=Delivery.State.DUE,
        due_at__lte=Now(),
    )
    return open_lanes().filter(Exists(due)).order_by("pk")


TAKE: Final = """
    WITH next AS (
        SELECT d.id, d.lease_until FROM {delivery} d
        WHERE d.endpoint_id = %s AND d.state = 'due' AND d.due_at <= statement_timestamp()
            AND (d.lease_until IS NULL OR d.lease_until < statement_timestamp())
            AND EXISTS (SELECT FROM {endpoint} e
                WHERE e.id = d.endpoint_id AND e.state = 'active' AND e.version = %s)
        ORDER BY d.due_at, d.id LIMIT 1 FOR UPDATE SKIP LOCKED)
    UPDATE {delivery} AS d
    SET attempts = d.attempts + 1, lost = d.lost + (next.lease_until IS NOT NULL)::int,
        lease_until = statement_timestamp() + make_interval(secs => %s)
    FROM next WHERE d.id = next.id
    RETURNING d.id, d.webhook_id, d.payload::text, d.attempts, d.attempts - d.attempts_before,
        d.lost, next.lease_until IS NOT NULL, d.lease_until
"""


def take(endpoint_id: UUID, version: int) -> Claim | None:
    """The delivery that has waited longest. Raw SQL, because it takes and reads in one statement."""
    tables = {"delivery": Delivery._meta.db_table, "endpoint": Endpoint._meta.db_table}
    with connection.cursor() as cursor:
        cursor.execute(TAKE.format(**tables), [endpoint_id, version, TRY_LEASE.total_seconds()])
        row = cursor.fetchone()
    if row is None:
        return None
    pk, webhook_id, payload, number, tries, lost, took_over, lease = row
    return Claim(pk, webhook_id, json.loads(payload), number, tries, lost, took_over, lease)
