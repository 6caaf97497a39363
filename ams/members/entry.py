"""A member's own entry: held on their yes alone, so nothing is written without one. The database refuses it too."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ams.members.fields import FIELDS
from ams.models import DirectoryEntry, Individual
from ams.uses import DIRECTORY
from consent import gate
from privacy import ledger
from privacy.ledger.kinds import Kind


class NoYes(RuntimeError):  # noqa: N818  it says what is the case
    """Nothing is held for the directory of somebody who does not want to be in it."""


def entry_of(individual_id: UUID) -> DirectoryEntry:
    """As it stands, or as it begins: nothing but the name."""
    found = DirectoryEntry.objects.filter(individual_id=individual_id).first()
    return found or DirectoryEntry(individual_id=individual_id, shows=[])


def switch(individual: Individual, field: str, *, on: bool) -> DirectoryEntry:
    """Says what is wanted, not "the other way round". Raises NoYes, and KeyError for what is no field."""
    FIELDS[field]

    def change(entry: DirectoryEntry) -> None:
        wanted = {*shown_by(entry), field} if on else {*shown_by(entry)} - {field}
        entry.shows = [name for name in FIELDS if name in wanted]

    return changed(individual, change)


def introduce(individual: Individual, text: str) -> DirectoryEntry:
    """Raises NoYes."""

    def change(entry: DirectoryEntry) -> None:
        entry.introduction = text.strip() or None

    return changed(individual, change)


@transaction.atomic
def changed(individual: Individual, change: Any) -> DirectoryEntry:
    """Of two changes at once none is lost."""
    Individual.objects.select_for_update(of=("self",), no_key=True).get(pk=individual.pk)
    if not gate.allows(individual.pk, DIRECTORY.slug):
        raise NoYes
    entry = entry_of(individual.pk)
    change(entry)
    entry.changed_at = timezone.now()
    entry.save()
    payload = {"channel": "profile", "fields": 1}
    ledger.append(Kind.INDIVIDUAL_CHANGED, subject=individual.pk, actor=individual.pk, payload=payload)
    return entry


def shown_by(entry: DirectoryEntry) -> set[str]:
    """Nothing once its key is destroyed."""
    return set(entry.shows or []) & FIELDS.keys()
