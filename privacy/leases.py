"""Leases: a row is a worker's until a moment of the database's clock, since workers' clocks differ."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.db.models.functions import Now


def is_free(column: str) -> Q:
    """Nobody works on it, or whoever did has been gone for too long."""
    return Q(**{column: None}) | Q(**{f"{column}__lt": Now()})


def taken_for(lease: timedelta) -> Any:
    """What to write into the column. Read it back where its value is needed."""
    return Now() + lease
