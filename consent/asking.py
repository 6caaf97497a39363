"""Asking again: after newer words, after some months, at the age of deciding alone."""

from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from consent.models import Standing

BEFORE: Final = timedelta(days=30)  # so long before a yes is over people are asked, and it counts meanwhile


def is_due_again(standing: Standing, at: datetime | None = None) -> bool:
    """Is this yes about to be over, or over?"""
    return standing.until is not None and standing.until - BEFORE <= (at or timezone.now())


def is_over(standing: Standing, at: datetime | None = None) -> bool:
    return standing.until is not None and standing.until <= (at or timezone.now())
