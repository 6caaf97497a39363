"""People who are in the directory by their yes, and what happens when its day has come."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from ams.models import DirectoryEntry, Individual
from ams.uses import DIRECTORY
from consent.decide import give, withdraw
from consent.models import Removal, Version
from consent.publish import compose
from privacy.tenancy import speaking_for
from tests.consent import asked
from tests.consent.test_decide import how


def directory(**fields: Any) -> Version:
    words = asked.words("Directory", stops="Nobody finds you.", stays="Your membership, by contract.")
    return compose(DIRECTORY.slug, words, number=DIRECTORY.number, **fields)


def listed(person: Individual, version: Version) -> DirectoryEntry:
    give(person, version, **how(person))
    return entry_of(person)


def entry_of(person: Individual, text: str = "") -> DirectoryEntry:
    return DirectoryEntry.objects.create(
        individual=person, shows=["town"], introduction=text or f"{person.given_name} draws maps"
    )


def unlisted(association: Any, *people: Individual, version: Version) -> None:
    """They took their yes back, and the day has come."""
    with speaking_for(association.pk):
        for person in people:
            withdraw(person, version, **how(person))
    day_comes(association)


def day_comes(association: Any) -> None:
    with speaking_for(association.pk):
        Removal.objects.update(due_on=timezone.localdate())


def in_days(number: int) -> date:
    return timezone.localdate() + timedelta(days=number)
