"""Values whose seal is broken, for Today: which field, about whom, and what to do."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.utils import timezone
from django.utils.text import capfirst

from ams.models import Individual
from privacy.alarms import is_unreadable
from privacy.ledger.kinds import Kind
from privacy.ledger.models import LedgerEntry

SHOWN: Final = 12
A_MONTH: Final = timedelta(days=30)


def values_unreadable() -> Iterator[tuple[datetime, str, Individual | None]]:
    """When it was noticed, the field's name, the person. One statement where all is well; else each is read again."""
    for (column, uid), at in list(alarms().items())[:SHOWN]:
        if is_unreadable(column, uid):
            yield at, field_name(column), Individual.objects.filter(pk=uid).first() if uid else None


def alarms() -> dict[tuple[str, UUID | None], datetime]:
    """Each once, the newest first: several processes may have told of one value."""
    entries = LedgerEntry.objects.filter(kind=Kind.VALUE_UNREADABLE, at__gte=timezone.now() - A_MONTH)
    found: dict[tuple[str, UUID | None], datetime] = {}
    for column, uid, at in entries.order_by("-seq").values_list("payload__column", "subject_uid", "at"):
        found.setdefault((column, uid), at)
    return found


def field_name(column: str) -> str:
    label, _dot, name = column.rpartition(".")
    field: Any = apps.get_model(label)._meta.get_field(name)
    return capfirst(str(field.verbose_name))
