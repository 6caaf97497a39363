"""How long staff wait for a search among 50 000 people: `make bench T=bench/bench_directory.py`."""

import os
import random
import statistics
import sys
import tracemalloc
from pathlib import Path
from time import perf_counter

PEOPLE = int(os.environ.get("PEOPLE", "50000"))
SEARCHES = 200

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ams.settings")
os.environ.setdefault("SECRET_KEY", "for-a-benchmark")

import django  # noqa: E402  settings first

django.setup()

from django.core.management import call_command  # noqa: E402  as above

from ams import directory  # noqa: E402  as above
from ams.demo.seed.plans import COUNTRIES  # noqa: E402  as above
from ams.models import Association, Individual  # noqa: E402  as above
from bench.figures import note, tell  # noqa: E402  as above
from privacy.tenancy import as_owner, speaking_for  # noqa: E402  as above
from privacy.vault import current  # noqa: E402  as above


def main() -> int:
    with as_owner():
        call_command("migrate", verbosity=0)
    association = people()
    first = measured(association, "warmup")
    memory = megabytes(association)
    texts = searched()
    took = sorted(measured(association, text) for text in texts)
    note("people", str(PEOPLE))
    tell("a search, cold", first, "ms", most=1000)
    tell("its memory", memory, "MB", most=100)
    tell("a search, warm, median", statistics.median(took), "ms", most=10)
    tell("a search, warm, p95", took[int(len(took) * 0.95)], "ms", most=50)
    tell(f"a search, warm, worst of {len(took)}", took[-1], "ms", most=100)
    tell("a search after one person has changed", after_a_change(association), "ms", most=50)
    return 0


def people() -> Association:
    chance = random.Random(50_000)
    association = Association.objects.create(
        slug="bench",
        legal_name="Bench",
        short_name="Bench",
        country="DE",
        languages=["en"],
        host_names=["bench"],
    )
    countries = list(COUNTRIES.values())
    with speaking_for(association.pk):
        current.create_for(association.pk)
        for start in range(0, PEOPLE, 5_000):
            Individual.objects.bulk_create(
                a_person(number, chance.choice(countries), chance)
                for number in range(start, min(start + 5_000, PEOPLE))
            )
    return association


def a_person(number: int, facts: dict[str, list[str]], chance: random.Random) -> Individual:
    return Individual(
        given_name=chance.choice(facts["given"]),
        family_name=f"{chance.choice(facts['family'])}-{chance.choice(facts['family'])}",
        email=f"person{number}@example.org",
        member_number=str(100_000 + number),
    )


def megabytes(association: Association) -> float:
    """Built a second time, since tracing makes it slow."""
    directory.directories.clear()
    tracemalloc.start()
    directory.find(association.pk, "warmup")
    held = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    return held


def searched() -> list[str]:
    """Parts of names, of addresses and numbers; some that nobody has, which look through everything."""
    chance = random.Random(1)
    texts = ["a", "østerg", "nobody-has-this", "berg lars", "zz", "jürgen möller", "@example"]
    texts += [f"person{chance.randrange(PEOPLE)}@" for _ in range(SEARCHES // 2)]
    return texts + [str(100_000 + chance.randrange(PEOPLE)) for _ in range(SEARCHES // 2)]


def measured(association: Association, text: str) -> float:
    begun = perf_counter()
    directory.find(association.pk, text)
    return (perf_counter() - begun) * 1000


def after_a_change(association: Association) -> float:
    with speaking_for(association.pk):
        person = Individual.objects.all()[0]
        person.family_name = "Changed"
        person.save()
    return measured(association, "changed")


if __name__ == "__main__":
    sys.exit(main())
