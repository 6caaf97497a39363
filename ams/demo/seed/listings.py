"""What members show each other, and the list that the printer got: of those who said yes, and of nobody else."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Final

from ams.demo.seed import anna
from ams.demo.seed.people import Person
from ams.demo.seed.plans import Plan
from ams.demo.seed.statements import PRINTER
from ams.members.fields import FIELDS
from ams.models import DirectoryEntry, Disclosure, Handover
from ams.uses import DIRECTORY
from consent import gate
from consent.models import Decision, Version
from privacy import ledger

JOURNAL: Final = "journal-by-post"
DAYS_AGO: Final = 24
# How many of ten show it.
SHOWN: Final = {
    "photo": 7,
    "field_of_work": 9,
    "work": 6,
    "town": 8,
    "country": 8,
    "email": 3,
    "phone": 1,
    "website": 9,
    "elsewhere": 5,
    "about": 6,
}
ANNAS: Final = ["photo", "field_of_work", "work", "town", "country", "about"]
INTRODUCTIONS: Final = {
    "en": [
        "Write to me if you come to our part of the world.",
        "I lend out what I have collected.",
        "New here, and curious.",
    ],
    "de": [
        "Schreiben Sie mir, wenn Sie in unsere Gegend kommen.",
        "Was ich gesammelt habe, leihe ich gern aus.",
        "Neu hier und neugierig.",
    ],
    "fr": [
        "Si vous passez par chez nous, faites signe.",
        "Je prête volontiers tout ce que je garde chez moi.",
        "Nouveau parmi vous, et curieux.",
    ],
}


def plant_listings(plan: Plan, people: list[Person], staff: Person) -> None:
    """With a chance of its own, so that nobody else changes because of it."""
    chance = random.Random(f"listings of {plan.facts['slug']}")
    listed = set(gate.who_allows(DIRECTORY.slug))
    DirectoryEntry.objects.bulk_create(
        an_entry(plan, person, chance) for person in people if person.row.pk in listed
    )
    plant_a_handover(plan, people, staff)


def an_entry(plan: Plan, person: Person, chance: random.Random) -> DirectoryEntry:
    is_anna = person.row.member_number == anna.MEMBER_NUMBER
    chosen = [name for name in FIELDS if chance.randrange(10) < SHOWN[name]]
    words = INTRODUCTIONS.get(person.row.language, INTRODUCTIONS["en"])
    return DirectoryEntry(
        individual=person.row,
        shows=ANNAS if is_anna else chosen,
        introduction=chance.choice(words) if is_anna or chance.randrange(10) < 3 else None,  # noqa: PLR2004 three of ten
        changed_at=at_noon(plan, chance.randint(1, 300)),
    )


def plant_a_handover(plan: Plan, people: list[Person], staff: Person) -> None:
    made_at = at_noon(plan, DAYS_AGO)
    journal = Version.objects.current().get(statement__slug=JOURNAL)
    wanted = set(said_yes_by(made_at))
    on_it = [person for person in people if person.row.pk in wanted]
    handover = Handover.objects.create(
        purpose=JOURNAL,
        recipient=PRINTER,
        version=journal,
        fields=journal.shared_fields,
        people=len(on_it),
        made_at=made_at,
        made_by=staff.row.pk,
    )
    Disclosure.objects.bulk_create(
        Disclosure(individual=person.row, handover=handover, at=made_at) for person in on_it
    )
    payload = {"handover": handover.pk, "things": len(on_it)}
    ledger.append(ledger.Kind.DISCLOSED, subject=None, actor=staff.row.pk, payload=payload)


def said_yes_by(moment: datetime) -> Iterator[object]:
    """Some have said no since: the printer is to be told."""
    before = Decision.objects.filter(statement__slug=JOURNAL, at__lte=moment)
    for decision in before.order_by("individual_id", "-at").distinct("individual_id"):
        if decision.is_yes():
            yield decision.individual_id


def at_noon(plan: Plan, days_ago: int) -> datetime:
    return datetime.combine(plan.today - timedelta(days=days_ago), time(12), tzinfo=UTC)
