"""How many people can decide in a second, and what the choices page costs: `make bench T=bench/bench_decisions.py`."""

import os
import statistics
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

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
from bench.figures import note, tell  # noqa: E402  as above
from consent import gate  # noqa: E402  as above
from consent.choices import choices_of  # noqa: E402  as above
from consent.decide import decline, give  # noqa: E402  as above
from consent.models import Channel, Decision, Kind, Shown, Version  # noqa: E402  as above
from consent.objection import object_now  # noqa: E402  as above
from consent.publish import compose  # noqa: E402  as above
from privacy import ledger  # noqa: E402  as above
from privacy.declarations import Basis  # noqa: E402  as above
from privacy.tenancy import as_owner, speaking_for  # noqa: E402  as above
from privacy.vault import current  # noqa: E402  as above

INTEREST = {"basis": Basis.LEGITIMATE_INTEREST}
WORDS = {
    "name": "A use",
    "title": "May we?",
    "text": "In full.",
    "what": "Name, e-mail",
    "who": "Our own staff",
    "why": "To keep in touch",
    "how_long": "Until you say no",
    "stops": "The letter stops.",
    "stays": "Nothing stays.",
    "yes": "Yes",
    "no": "No",
}


def main() -> int:
    with as_owner():
        call_command("migrate", verbosity=0)
    association = Association.objects.create(
        slug="bench", legal_name="Bench", short_name="Bench", country="DE", languages=["en"]
    )
    with speaking_for(association.pk):
        current.create_for(association.pk)
        versions = [use(number) for number in range(1, USES + 1)]
        statutes, notice = use(USES + 1, kind=Kind.AGREEMENT), use(USES + 2, kind=Kind.NOTICE, **INTEREST)
        people = [Individual(given_name=f"Person {number}") for number in range(PEOPLE)]
        Individual.objects.bulk_create(people)
    kinds(association, people, statutes, notice, side_by_side(association, people, versions[0]))
    seconds = all_at_once(association, people, versions[1:])
    tell(f"decisions, {AT_ONCE} at once", PEOPLE * (USES - 1) / seconds, "a second", least=200)
    choices = [timed(association, partial(choices_of, person)) for person in people]
    told("choices of one person", choices, most=20)
    one = [timed(association, partial(gate.allows, each.pk, "use-1")) for each in people]
    told("the gate, one person", one, most=1)
    all_of_them = [timed(association, lambda: list(gate.who_allows("use-1"))) for _time in range(20)]
    told(f"the gate, everybody of {PEOPLE}", all_of_them, most=20)
    with speaking_for(association.pk):
        made = Decision.objects.count()
    is_whole = ledger.verify(association.pk) is None
    note("the ledger", f"of {made} decisions verifies: {is_whole}")
    return 0 if is_whole else 1


def use(number: int, **fields: Any) -> Version:
    return compose(f"use-{number}", {"en": WORDS}, number=number, **fields)


def side_by_side(association: Association, people: list[Individual], version: Version) -> float:
    """In turns, so that whatever else this machine does hits both; each in a transaction of its own.

    The milliseconds of one row: what each figure stands beside.
    """
    plain: list[float] = []
    given: list[float] = []
    taken_back: list[float] = []
    for person in people:
        plain.append(timed(association, partial(one_row, person)))
        given.append(decided(association, person, version))
        plain.append(timed(association, partial(one_row, person)))
        taken_back.append(decided(association, person, version, decline))
    row = statistics.median(plain)
    note(
        "one row, plain INSERT", f"{row:.2f} ms; a decision has standing, outbox, ledger and sealed evidence"
    )
    tell("a yes", statistics.median(given) / row, "INSERTs", most=5)
    tell("a no after it", statistics.median(taken_back) / row, "INSERTs", most=5)
    return row


def one_row(person: Individual) -> Shown:
    """The least that a page could store of an answer."""
    return Shown.objects.create(individual=person, language="en", versions=[])


def kinds(
    association: Association, people: list[Individual], statutes: Version, notice: Version, row: float
) -> None:
    agreed = [decided(association, person, statutes) for person in people]
    objected = [decided(association, person, notice, object_now) for person in people]
    tell("an agreement", statistics.median(agreed) / row, "INSERTs", most=5)
    tell("an objection", statistics.median(objected) / row, "INSERTs", most=5)


def decided(
    association: Association, person: Individual, version: Version, verb: Callable[..., Any] = give
) -> float:
    """Standing, ledger, sealed evidence and outbox included."""
    how = {"channel": Channel.TAB, "actor": person.pk, "language": "en", "evidence": {"address": "::1"}}
    return timed(association, lambda: verb(person, version, **how))


def timed(association: Association, act: Callable[[], Any]) -> float:
    begun = perf_counter()
    with speaking_for(association.pk):
        act()
    return (perf_counter() - begun) * 1000


def told(name: str, values: list[float], *, most: float) -> None:
    tell(f"{name}, median", statistics.median(values), "ms", most=most)
    tell(f"{name}, p95", sorted(values)[int(len(values) * 0.95)], "ms", most=2 * most)


def all_at_once(association: Association, people: list[Individual], versions: list[Version]) -> float:
    def of_one(person: Individual) -> None:
        for version in versions:
            decided(association, person, version)

    begun = perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(of_one, people))
    return perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
