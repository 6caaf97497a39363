"""How many people can decide in a second, and what the choices page costs: `make bench T=bench/bench_decisions.py`."""

import os
import statistics
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

PEOPLE = int(os.environ.get("PEOPLE", "400"))
USES = 5
AT_ONCE = 4

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ams.settings")
os.environ.setdefault("SECRET_KEY", "for-a-benchmark")

import django  # noqa: E402  settings first

django.setup()

from django.core.management import call_command  # noqa: E402  as above

from ams.models import Association, Individual  # noqa: E402  as above
from consent.choices import choices_of  # noqa: E402  as above
from consent.decide import give  # noqa: E402  as above
from consent.models import Channel, Version  # noqa: E402  as above
from consent.publish import compose  # noqa: E402  as above
from privacy.tenancy import as_owner, speaking_for  # noqa: E402  as above
from privacy.vault import current  # noqa: E402  as above


def main() -> int:
    with as_owner():
        call_command("migrate", verbosity=0)
    association = Association.objects.create(
        slug="bench", legal_name="Bench", short_name="Bench", country="DE", languages=["en"]
    )
    with speaking_for(association.pk):
        current.create_for(association.pk)
        words = {"en": {"name": "A use", "title": "May we?", "text": "In full."}}
        versions = [compose(f"use-{number}", words, number=number) for number in range(1, USES + 1)]
        people = [Individual(given_name=f"Person {number}") for number in range(PEOPLE)]
        Individual.objects.bulk_create(people)
    one_by_one = [decided(association, person, versions[0]) for person in people]
    seconds = all_at_once(association, people, versions[1:])
    pages = [page(association, person) for person in people]
    print(f"one decision, median        {statistics.median(one_by_one):8.2f} ms")
    print(f"one decision, p95           {sorted(one_by_one)[int(PEOPLE * 0.95)]:8.2f} ms")
    print(f"decisions a second, {AT_ONCE} at once {PEOPLE * (USES - 1) / seconds:7.0f}")
    print(f"choices of one person       {statistics.median(pages):8.2f} ms")
    return 0


def decided(association: Association, person: Individual, version: Version) -> float:
    """With its own transaction, as a request has it: standing, ledger and outbox included."""
    begun = perf_counter()
    with speaking_for(association.pk):
        give(
            person, version, channel=Channel.TAB, actor=person.pk, language="en", evidence={"address": "::1"}
        )
    return (perf_counter() - begun) * 1000


def all_at_once(association: Association, people: list[Individual], versions: list[Version]) -> float:
    def of_one(person: Individual) -> None:
        for version in versions:
            decided(association, person, version)

    begun = perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(of_one, people))
    return perf_counter() - begun


def page(association: Association, person: Individual) -> float:
    with speaking_for(association.pk):
        begun = perf_counter()
        choices_of(person)
        return (perf_counter() - begun) * 1000


if __name__ == "__main__":
    sys.exit(main())
