"""How often a sign-in may fail, counted without knowing whose it was.

A bucket is 24 bits of a digest, keyed with a secret that is gone with the day (daily_secret.py): enough to slow down
somebody who tries passwords, and a backup cannot be asked afterwards whether a certain address was tried.
"""

import hmac
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from ams.accounts.daily_secret import daily_secret
from ams.models import FailureCount
from privacy import visitor

WINDOW: Final = timedelta(minutes=15)
FAILURES_PER_ADDRESS: Final = 10
FAILURES_PER_IP: Final = 50
ANSWERS: Final = 120
LOOKS: Final = 240  # pages of the member directory: plenty to read, too few to copy it


def is_too_often(request: HttpRequest | None, email: str) -> bool:
    """In this quarter of an hour and the one before it."""
    limits = {bucket_of("mail", email): FAILURES_PER_ADDRESS}
    if ip := address_of(request):
        limits[bucket_of("ip", ip)] = FAILURES_PER_IP
    return is_over(limits)


def is_over(limits: dict[int, int]) -> bool:
    counted = dict.fromkeys(limits, 0)
    rows = FailureCount.objects.filter(bucket__in=limits, window__gte=window_of(timezone.now()) - WINDOW)
    for bucket, failures in rows.values_list("bucket", "failures"):
        counted[bucket] += failures
    return any(counted[bucket] >= limit for bucket, limit in limits.items())


def count_failure(request: HttpRequest | None, email: str) -> None:
    _count(bucket_of("mail", email))
    if ip := address_of(request):
        _count(bucket_of("ip", ip))


def guesses_too_often(request: HttpRequest) -> bool:
    """Keys of the API that nobody has, from one place. Apart from passwords: neither closes the other's door."""
    ip = address_of(request)
    return ip is not None and is_over({bucket_of("key", ip): FAILURES_PER_IP})


def count_guess(request: HttpRequest) -> None:
    if ip := address_of(request):
        _count(bucket_of("key", ip))


def looks_too_often(individual_id: UUID) -> bool:
    """In the member directory. Many people share a bucket, so nobody learns from it who looked."""
    return is_over({bucket_of("look", str(individual_id)): LOOKS})


def count_look(individual_id: UUID) -> None:
    _count(bucket_of("look", str(individual_id)))


def answers_too_often(individual_id: UUID) -> bool:
    """From programs, to what the association asks: each answer is kept for good."""
    return is_over({bucket_of("answer", str(individual_id)): ANSWERS})


def count_answer(individual_id: UUID) -> None:
    _count(bucket_of("answer", str(individual_id)))


def _count(bucket: int) -> None:
    row = FailureCount(bucket=bucket, window=window_of(timezone.now()), failures=0)
    # Two at once: the first writes the row, both add to it.
    FailureCount.objects.bulk_create([row], ignore_conflicts=True)
    FailureCount.objects.filter(bucket=bucket, window=row.window).update(failures=F("failures") + 1)


def forget_old_counts() -> int:
    return FailureCount.objects.filter(window__lt=timezone.now() - 2 * WINDOW).delete()[0]


def bucket_of(kind: str, value: str) -> int:
    text = f"{kind} {value.strip().casefold()}"
    return int.from_bytes(hmac.digest(daily_secret(), text.encode(), "sha256")[:3], "big")


def window_of(moment: datetime) -> datetime:
    return datetime.fromtimestamp(
        moment.timestamp() // WINDOW.total_seconds() * WINDOW.total_seconds(), moment.tzinfo
    )


def address_of(request: HttpRequest | None) -> str | None:
    return visitor.address_of(request) or None if request else None
