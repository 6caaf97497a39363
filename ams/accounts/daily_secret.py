"""What the counters of tries are keyed with: a secret that lives in the broker's memory until the day is over.

Nobody can ask a back-up afterwards whether a certain address was tried: what it would have to be asked with is gone.
Where the broker is away each process has a secret of its own. Losing it forgets counts, and nothing else.
"""

import secrets
from datetime import datetime, timedelta
from functools import cache
from threading import Lock
from typing import Final

import redis
from django.conf import settings
from django.utils import timezone

SIZE: Final = 32
PATIENCE: Final = 0.5  # seconds: a counter keeps nobody waiting
own: dict[str, bytes] = {}
_mutex = Lock()


def daily_secret() -> bytes:
    now = timezone.now()
    name = f"ams.tries.{now:%Y-%m-%d}"
    try:
        return in_broker(name, seconds_left(now))
    except (redis.RedisError, ValueError):  # ValueError: another kind of broker
        return in_memory(name)


def in_broker(name: str, seconds: int) -> bytes:
    """Whoever asks first makes it, in the same step; all other processes get the same."""
    fresh = secrets.token_bytes(SIZE)
    held = broker(settings.CELERY_BROKER_URL).set(name, fresh, ex=seconds, nx=True, get=True)
    return held if isinstance(held, bytes) else fresh


def in_memory(name: str) -> bytes:
    with _mutex:
        if name not in own:
            own.clear()  # yesterday's
            own[name] = secrets.token_bytes(SIZE)
        return own[name]


@cache
def broker(url: str) -> "redis.Redis":
    return redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)


def seconds_left(now: datetime) -> int:
    """Of this day, by the clock of all counters."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return int((midnight - now).total_seconds()) + 1
