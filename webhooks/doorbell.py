"""Rings for a lane's worker. Nobody has to hear it: the sweep finds what is due anyway."""

import logging
import time
from typing import Final
from uuid import UUID

from celery import current_app
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)
# A bell that nobody answered by then is forgotten; the sweep has rung again by now.
FORGOTTEN_AFTER: Final = 60
# The client waits for seconds before it gives up on the broker; one request may, the next ones do not.
SILENT_FOR: Final = 10.0
_silent_until: float = 0.0


def ring_later(association_id: UUID, endpoint_id: UUID) -> None:
    """By name, so that publishing loads neither the lane nor its HTTP client."""
    global _silent_until  # noqa: PLW0603 one doorbell per process
    if time.monotonic() < _silent_until:
        return
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
        _silent_until = time.monotonic() + SILENT_FOR
        log.warning("The doorbell is out of order", extra={"endpoint_id": endpoint_id})
