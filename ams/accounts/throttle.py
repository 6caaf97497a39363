"""How often a sign-in may fail, counted without knowing whose it was.

A bucket is 24 bits of a digest, keyed with a secret that is gone with the day (daily_secret.py): enough to slow down
somebody who tries passwords, and a backup cannot be asked afterwards whether a certain address was tried.
"""

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Final
from uuid import UUID

from django.db.models import F, Max, Sum
from django.http import HttpRequest
from django.utils import timezone

from ams.accounts import devices
from ams.accounts.daily_secret import daily_secret
from ams.models import FailureCount
from privacy import visitor

MINUTE: Final = timedelta(minutes=1)
WINDOW: Final = timedelta(minutes=15)  # the longest that anybody waits; twice that is what is remembered
# So many failures cost nothing; each further one doubles the wait, from one minute to a quarter of an hour.
FREE: Final = 5  # of one account from one network
FREE_FROM_A_DEVICE: Final = 10  # that signed in to this account before
FREE_FROM_A_NETWORK: Final = 50  # of all accounts together
UNDER_FIRE: Final = 100  # failures of one account from everywhere: then a network has one try, not five
FREE_LETTERS: Final = 10  # to one address
FAILURES_PER_IP: Final = 50
ANSWERS: Final = 120
LOOKS: Final = 240  # pages of the member directory: plenty to read, too few to copy it

Counts = dict[int, tuple[int, datetime]]


def is_too_often(request: HttpRequest | None, email: str) -> bool:
    """Has this visitor to wait before another try?

    Whoever fails slows down their own network only. So nobody locks another person's account from elsewhere; a device
    on which that person has signed in before has a count of its own, even where many share a network.
    """
    if device := device_of(request, email):
        bucket = bucket_of("device", device)
        return has_to_wait(counted([bucket]), bucket, FREE_FROM_A_DEVICE)
    mail, pair, network = buckets = buckets_of(request, email)
    counts = counted(buckets)
    free = 1 if counts.get(mail, (0, None))[0] >= UNDER_FIRE else FREE
    return has_to_wait(counts, pair, free) or has_to_wait(counts, network, FREE_FROM_A_NETWORK)


def count_failure(request: HttpRequest | None, email: str) -> None:
    if device := device_of(request, email):
        _count(bucket_of("device", device))
        return
    for bucket in buckets_of(request, email):
        _count(bucket)


def buckets_of(request: HttpRequest | None, email: str) -> tuple[int, int, int]:
    network = network_of(request)
    pair = bucket_of("pair", f"{network} {email}")
    return bucket_of("mail", email), pair, bucket_of("network", network)


def device_of(request: HttpRequest | None, email: str) -> str | None:
    return devices.known(request, email) if request else None


def letter_has_to_wait(email: str) -> bool:
    """Apart from sign-ins, and by the address alone: whoever asks too often, a letter is in the mailbox already."""
    bucket = bucket_of("letter", email)
    return has_to_wait(counted([bucket]), bucket, FREE_LETTERS)


def count_letter(email: str) -> None:
    _count(bucket_of("letter", email))


def strangers_have_to_wait(network: str) -> bool:
    """For letters to addresses that we do not know."""
    bucket = bucket_of("strangers", network)
    return has_to_wait(counted([bucket]), bucket, FREE_FROM_A_NETWORK)


def count_stranger(network: str) -> None:
    _count(bucket_of("strangers", network))


def has_to_wait(counts: Counts, bucket: int, free: int) -> bool:
    failures, last = counts.get(bucket, (0, None))
    return (
        last is not None
        and failures >= free
        and timezone.now() < last + MINUTE + delay_after(failures - free)
    )


def delay_after(more: int) -> timedelta:
    return min(MINUTE * (1 << min(more, 10)), WINDOW)


def counted(buckets: Iterable[int]) -> Counts:
    """How often lately, and in which minute the last time."""
    rows = FailureCount.objects.filter(bucket__in=buckets, window__gte=timezone.now() - 2 * WINDOW)
    sums = rows.order_by().values("bucket").annotate(failed=Sum("failures"), last=Max("window"))
    return {row["bucket"]: (row["failed"], row["last"]) for row in sums}


def is_over(bucket: int, limit: int) -> bool:
    return counted([bucket]).get(bucket, (0, None))[0] >= limit


def guesses_too_often(request: HttpRequest) -> bool:
    """Keys of the API that nobody has, from one place. Apart from passwords: neither closes the other's door."""
    ip = address_of(request)
    return ip is not None and is_over(bucket_of("key", ip), FAILURES_PER_IP)


def count_guess(request: HttpRequest) -> None:
    if ip := address_of(request):
        _count(bucket_of("key", ip))


def looks_too_often(individual_id: UUID) -> bool:
    """In the member directory. Many people share a bucket, so nobody learns from it who looked."""
    return is_over(bucket_of("look", str(individual_id)), LOOKS)


def count_look(individual_id: UUID) -> None:
    _count(bucket_of("look", str(individual_id)))


def answers_too_often(individual_id: UUID) -> bool:
    """From programs, to what the association asks: each answer is kept for good."""
    return is_over(bucket_of("answer", str(individual_id)), ANSWERS)


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
    return moment.replace(second=0, microsecond=0)


def network_of(request: HttpRequest | None) -> str:
    """Neighbours on one line share it: a /24, or a /48 of IPv6. Nothing for who comes through a local socket."""
    address = address_of(request)
    try:
        bits = 24 if ip_address(address or "").version == 4 else 48  # noqa: PLR2004  the version's own number
    except ValueError:
        return ""
    return str(ip_network(f"{address}/{bits}", strict=False))


def address_of(request: HttpRequest | None) -> str | None:
    return visitor.address_of(request) or None if request else None
