"""Rings for a lane's worker. Nobody has to hear it: the sweep finds what is due anyway."""

import logging
from uuid import UUID

from celery import current_app
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)
# A bell that nobody answered by then is forgotten; the sweep has rung again by now.
FORGOTTEN_AFTER = 60


def ring_later(association_id: UUID, endpoint_id: UUID) -> None:
    """By name, so that publishing loads neither the lane nor its HTTP client."""
    try:
        current_app.send_task(
            "webhooks.tasks.ring",
            [str(association_id), str(endpoint_id)],
            expires=FORGOTTEN_AFTER,
            retry=False,
            ignore_result=True,
            argsrepr="",
            kwargsrepr="",
        )
    except (OperationalError, OSError):
        # Redis is away. The row is the queue, so the request that we stand in does not fail for it.
        log.warning("The doorbell is out of order", extra={"endpoint_id": endpoint_id})
