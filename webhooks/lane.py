"""Drains what is due for one endpoint: one worker at a time, one line, one commit per delivery.

A hanging endpoint holds up its own lane and no other: a second worker finds the lane taken and leaves, and after some
silence the lane rests. No transaction is open while we wait for the network.
"""

import logging
import random
import time
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Now

from privacy.tenancy import speaking_for
from webhooks.claims import LANE_LEASE, Claim, lanes_with_work, open_lanes, take
from webhooks.deliver import Result, Sender, Verdict, body_of, judge
from webhooks.doorbell import ring_later
from webhooks.models import Attempt, Delivery, Endpoint, Key
from webhooks.note import end, note_success, note_trouble, write_attempt, write_lost

log = logging.getLogger(__name__)

SHIFT: Final = 30.0  # seconds; then the lane makes room for others and rings again
ROUNDS: Final = 2
MOST_LOST: Final = 5  # tries that took their worker with them, before the delivery is no longer trusted


class Lane:
    """One run over one endpoint's queue."""

    def __init__(self, association_id: UUID, endpoint_id: UUID) -> None:
        self.association_id = association_id
        self.endpoint_id = endpoint_id
        self.sent = 0
        self.well = False  # something was delivered since the endpoint's row was written last

    def drain(self) -> int:
        """The number of tries made."""
        for _ in range(ROUNDS):
            if (lease := self._enter()) is None:
                break
            try:
                done = self._work()
            finally:
                self._leave(lease)
            # What came while we were leaving rang at a taken lane: look once more.
            if not self._waits():
                break
            if not done:
                ring_later(self.association_id, self.endpoint_id)
                break
        return self.sent

    def _work(self) -> bool:
        """True when nothing more is due for the endpoint as it was when we began."""
        ends = time.monotonic() + SHIFT
        version, sender = self._sender()
        try:
            claim = self._next(version)
            while claim is not None:
                result = sender.send(claim.webhook_id, body_of(claim.payload), number=claim.number)
                self.sent += 1
                if time.monotonic() > ends or result.is_silent:
                    self._note(claim, result)
                    return False
                claim = self._next(version, claim, result)
        finally:
            sender.close()
        return True

    def _sender(self) -> tuple[int, Sender]:
        """Before anything is taken: a key that cannot be opened now must cost no delivery a try."""
        with speaking_for(self.association_id):
            endpoint = Endpoint.objects.get(pk=self.endpoint_id)
            return endpoint.version, Sender(endpoint.url, secrets_of(endpoint))

    def _next(self, version: int, claim: Claim | None = None, result: Result | None = None) -> Claim | None:
        """Note how the last one ended and take the next one, in one commit."""
        with speaking_for(self.association_id):
            if claim and result:
                self._note_here(claim, result)
            while taken := take(self.endpoint_id, version):
                if taken.took_over:
                    write_lost(taken)
                if taken.lost < MOST_LOST:
                    return taken
                end(taken, Verdict(Delivery.State.DEAD))
                log.error("A delivery stops its workers", extra={"delivery_id": taken.id})
        return None

    def _note(self, claim: Claim, result: Result) -> None:
        with speaking_for(self.association_id):
            self._note_here(claim, result)

    def _note_here(self, claim: Claim, result: Result) -> None:
        write_attempt(claim, result)
        end(claim, judge(result, claim.tries, jitter=random.uniform(-1, 1)))  # noqa: S311 no secret
        if result.outcome == Attempt.Outcome.DELIVERED:
            self.well = True
        else:
            note_trouble(self.endpoint_id, result, after_success=self.well)
            self.well = False

    def _enter(self) -> datetime | None:
        """The lease of the lane, or None when another worker has it or the endpoint rests."""
        with speaking_for(self.association_id):
            if not open_lanes().filter(pk=self.endpoint_id).update(lane_until=Now() + LANE_LEASE):
                return None
            return Endpoint.objects.values_list("lane_until", flat=True).get(pk=self.endpoint_id)

    def _leave(self, lease: datetime) -> None:
        with speaking_for(self.association_id):
            if self.well:
                note_success(self.endpoint_id)
                self.well = False
            # Only our own lease: if it ran out, the lane is another worker's by now.
            Endpoint.objects.filter(pk=self.endpoint_id, lane_until=lease).update(lane_until=None)

    def _waits(self) -> bool:
        with speaking_for(self.association_id):
            return lanes_with_work().filter(pk=self.endpoint_id).exists()


def secrets_of(endpoint: Endpoint) -> list[str]:
    """The current keys first, then those that are on their way out."""
    live = Q(ends_at=None) | Q(ends_at__gt=Now())
    keys = Key.objects.filter(live, endpoint=endpoint, secret__isnull=False)
    return [str(key.secret) for key in keys.order_by(F("ends_at").desc(nulls_first=True), "-scheme")]
