"""Writes the letters of an issue in a process of its own, and is ended without a warning in its second batch.

Arguments: association, newsletter, point.
"""

import os
import signal
import sys
from uuid import UUID

import django

django.setup()

from ams.newsletters import send  # noqa: E402  needs the set-up above

SECOND = 2
seen: list[str] = []


def die_at(name: str) -> None:
    seen.append(name)
    if name == sys.argv[3] and seen.count(name) == SECOND:
        os.kill(os.getpid(), signal.SIGKILL)


send.BATCH = 4  # type: ignore[misc]  # so that few people are several batches
send.step = die_at
send.run(UUID(sys.argv[1]), UUID(sys.argv[2]))
