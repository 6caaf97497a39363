"""Nightly: rows that a law kept go when their time is over, and what a crash of the last steps left behind.

The keys of such rows die by themselves (privacy/vault/sweep.py); here the rows follow, also those without a sealed
value: the proof of an answered request, the number of an invoice.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import SET_NULL, DateTimeField, Exists, Model, OuterRef, QuerySet
from django.utils import timezone

from erasure.farewell import forget_keys_of_letters, key_of_letter
from erasure.models import Erasure, Farewell, State
from erasure.plan import keeps_of
from privacy.associations import for_each_association
from privacy.declarations import Declaration, Until
from privacy.delete import delete_rows
from privacy.inventory import declarations
from privacy.rules import relations_to
from privacy.tenancy import speaking_for
from privacy.vault import current
from privacy.vault.frames import FORGOTTEN
from privacy.vault.index import turn_indexes
from privacy.vault.orphans import remove_orphans

A_DAY: Final = timedelta(days=1)
ROUNDS: Final = 5  # how long a chain of rows that point at each other may be: payment → invoice is two


def tidy() -> None:
    for_each_association(tidy_association)


def tidy_association(association_id: UUID) -> None:
    """The indexes turn for those whose address went without an erasure, too, and where a turn was left half done."""
    remove_expired(association_id, timezone.now().date())
    forget_letters(association_id)
    remove_orphans(association_id, timezone.now() - A_DAY)
    turn_indexes(association_id)


def remove_expired(association_id: UUID, today: date) -> dict[str, int]:
    """How many rows went, by model label. A row that another one needs waits until that one's time is over too."""
    gone: dict[str, int] = {}
    with speaking_for(association_id):
        for _round in range(ROUNDS):
            now = {label: number for label, number in expired_of_each(today) if number}
            for label, number in now.items():
                gone[label] = gone.get(label, 0) + number
            if not now:
                break
    return gone


def expired_of_each(today: date) -> Iterator[tuple[str, int]]:
    for declaration in declarations.about_people():
        if declaration.is_kept() and keeps_of(declaration):
            yield declaration.model._meta.label_lower, remove(expired(declaration, today))


@transaction.atomic
def remove(rows: "QuerySet[Any]") -> int:
    """Without Django's collector: two statements, and one for each relation that lets go."""
    keys = list(rows.values_list("pk", flat=True))
    return delete_rows(rows.model, keys) if keys else 0


def expired(declaration: Declaration, today: date) -> "QuerySet[Any]":
    """Rows of which every kept value is past its last day, and that nothing needs any more."""
    rows: QuerySet[Any] = declaration.model._base_manager.all()
    for until in {keep.until for keep in keeps_of(declaration)}:
        rows = rows.filter(
            **{f"{until.after}__lt": as_column(declaration.model, until, began_before(until, today))}
        )
    for relation in needed_by(declaration.model):
        those: QuerySet[Any] = relation.related_model._base_manager.filter(
            **{relation.field.name: OuterRef("pk")}
        )
        rows = rows.exclude(Exists(those))
    return rows


def needed_by(model: type[Model]) -> Iterable[Any]:
    return [relation for relation in relations_to(model) if relation.on_delete is not SET_NULL]


def began_before(until: Until, today: date) -> date:
    """Turns the rule round: what started before this day is over today (`until.day_after(start) < today`)."""
    if until.days:
        return today - timedelta(days=until.days)
    if until.years:
        return date(today.year - until.years, 1, 1)
    year, month = divmod(today.year * 12 + today.month - 1 - until.months, 12)
    return date(year, month + 1, 1)


def as_column(model: type[Model], until: Until, day: date) -> date | datetime:
    if isinstance(model._meta.get_field(until.after), DateTimeField):
        return datetime.combine(day, time.min, UTC)
    return day


def forget_letters(association_id: UUID) -> int:
    """Keys of letters of farewell that are out, where a crash or a place that was away came between."""
    with speaking_for(association_id):
        over = Erasure.objects.filter(state=State.COMPLETED).values_list("individual_id", flat=True)
        waiting = set(Farewell.objects.values_list("individual_id", flat=True))
        keys = current.keyring().keys
        left = [
            uid for uid in over if uid not in waiting and keys.get(key_of_letter(uid), FORGOTTEN) != FORGOTTEN
        ]
    if left:
        forget_keys_of_letters(association_id, left)
    return len(left)
