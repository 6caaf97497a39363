"""When a yes is to be asked about anew: near the end of its time, or once who was a child decides alone."""

from datetime import date, datetime, timedelta
from typing import Final

from django.utils import timezone

from consent.ages import decides_alone_on
from consent.audience import Facts
from consent.models import Kind, Standing

BEFORE: Final = timedelta(days=30)  # so long before a yes is over people are asked, and it counts meanwhile


def is_due_again(standing: Standing, at: datetime | None = None) -> bool:
    """Is this yes about to be over, or over?"""
    return standing.until is not None and standing.until - BEFORE <= (at or timezone.now())


def is_over(standing: Standing, at: datetime | None = None) -> bool:
    return standing.until is not None and standing.until <= (at or timezone.now())


def is_grown_up_since(standing: Standing, facts: Facts, today: date | None = None) -> bool:
    """Did a child, or a guardian for it, say what this person decides alone by now? It counts until they answer.

    EDPB Guidelines 05/2020, 149.
    """
    alone = decides_alone_on(facts)
    return alone is not None and timezone.localdate(standing.since) < alone <= (today or timezone.localdate())


def is_asked_anew(standing: Standing, facts: Facts, kind: str) -> bool:
    """Is a yes to the same words, said once more, a new one? Only what needs a consent needs one by age."""
    return is_due_again(standing) or (kind == Kind.CONSENT and is_grown_up_since(standing, facts))
