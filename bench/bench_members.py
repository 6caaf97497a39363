"""How long a member waits for the directory among 50 000 people: `make bench T=bench/bench_members.py`."""

import os
import random
import statistics
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from time import perf_counter

PEOPLE = int(os.environ.get("PEOPLE", "50000"))
LOOKS = 100
AT_ONCE = 5_000

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ams.settings")
os.environ.setdefault("SECRET_KEY", "for-a-benchmark")

import django  # noqa: E402  settings first

django.setup()

from django.core.management import call_command  # noqa: E402  as above
from django.db import connection  # noqa: E402  as above
from django.utils import timezone  # noqa: E402  as above

from ams.demo.seed.plans import COUNTRIES  # noqa: E402  as above
from ams.members.listing import find  # noqa: E402  as above
from ams.members.read import lines  # noqa: E402  as above
from ams.models import (  # noqa: E402  as above
    Association,
    DirectoryEntry,
    Individual,
    Membership,
    MembershipType,
    PostalAddress,
)
from ams.uses import DIRECTORY  # noqa: E402  as above
from bench.figures import note, tell  # noqa: E402  as above
from consent.decide import withdraw  # noqa: E402  as above
from consent.models import Act, Channel, Decision, Standing, Version  # noqa: E402  as above
from consent.publish import compose  # noqa: E402  as above
from privacy.tenancy import as_owner, speaking_for  # noqa: E402  as above
from privacy.vault import current  # noqa: E402  as above

A_PAGE = 50
YESTERDAY = timezone.now() - timedelta(days=1)


def main() -> int:
    with as_owner():
        call_command("migrate", verbosity=0)
    association, version = people()
    chance = random.Random(1)
    cold = measured(lambda: look(association))
    pages = [measured(lambda: look(association, at=chance.randrange(PEOPLE))) for _ in range(LOOKS)]
    found = [measured(lambda text=text: look(association, text)) for text in texts(chance)]
    somewhere = [measured(lambda: look(association, country="SE")) for _ in range(LOOKS)]
    note("people listed", str(PEOPLE))
    tell("a first look, cold", cold, "ms", most=2000)
    tell(f"a page of {A_PAGE}, median", statistics.median(pages), "ms", most=50)
    tell("a search, median", statistics.median(found), "ms", most=50)
    tell("a country, median", statistics.median(somewhere), "ms", most=50)
    slowest = max(statistics.quantiles(each, n=20)[-1] for each in (pages, found, somewhere))
    tell("the slowest of the three, p95", slowest, "ms", most=100)
    tell("a look after somebody has decided", after_a_no(association, version), "ms", most=100)
    return 0


def people() -> tuple[Association, Version]:
    """Everybody said yes and shows town and country."""
    chance = random.Random(50_000)
    association = Association.objects.create(
        slug="bench", legal_name="Bench", short_name="Bench", country="DE", languages=["en"]
    )
    with speaking_for(association.pk):
        current.create_for(association.pk)
        words = {
            "en": {"name": "Directory", "title": "May we?", "text": "In full.", "yes": "Yes", "no": "No"}
        }
        version = compose(DIRECTORY.slug, words, number=DIRECTORY.number)
        for start in range(0, PEOPLE, AT_ONCE):
            plant([a_person(chance) for _ in range(start, min(start + AT_ONCE, PEOPLE))], version)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return association, version


def a_person(chance: random.Random) -> Individual:
    code, facts = chance.choice(list(COUNTRIES.items()))
    return Individual(
        given_name=chance.choice(facts["given"]),
        family_name=f"{chance.choice(facts['family'])}-{chance.choice(facts['family'])}",
        country=code,
    )


def plant(them: list[Individual], version: Version) -> None:
    Individual.objects.bulk_create(them)
    kind = MembershipType.objects.get_or_create(code="one", defaults={"name": "One", "yearly_fee": 0})[0]
    Membership.objects.bulk_create(
        [
            Membership(individual=each, type=kind, state=Membership.State.ACTIVE, began_on=YESTERDAY.date())
            for each in them
        ]
    )
    text_hash = version.wordings.get().hash
    said = {"statement_id": version.statement_id, "version": version, "act": Act.GIVEN}
    how = {"language": "en", "text_hash": text_hash, "channel": Channel.TAB}
    decisions = Decision.objects.bulk_create([Decision(individual=each, **said, **how) for each in them])
    Standing.objects.bulk_create(
        [Standing(individual=each.individual, decision=each, since=each.at, **said) for each in decisions]
    )
    DirectoryEntry.objects.bulk_create(
        [DirectoryEntry(individual=each, shows=["town", "country"], changed_at=YESTERDAY) for each in them]
    )
    PostalAddress.objects.bulk_create(
        [PostalAddress(individual=each, street="Quay 1", town="Cork", country="IE") for each in them]
    )


def texts(chance: random.Random) -> list[str]:
    """Parts of names, whole ones, what everybody has, and what nobody has."""
    names = [name for facts in COUNTRIES.values() for name in facts["family"]]
    odd = ["a", "e", "nobody-has-this", "berg lars", "jürgen möller", "zz"]
    return [*odd, *chance.choices(names, k=LOOKS - len(odd))]


def look(association: Association, text: str = "", country: str = "", at: int = 0) -> None:
    """As a request does it, gate included: a transaction, the order from memory, the page from the database."""
    with speaking_for(association.pk):
        found = find(association.pk, text, country)
        start = at - at % A_PAGE
        lines(found.people[start : start + A_PAGE])


def measured(act: Callable[[], None]) -> float:
    begun = perf_counter()
    act()
    return (perf_counter() - begun) * 1000


def after_a_no(association: Association, version: Version) -> float:
    with speaking_for(association.pk):
        person = Individual.objects.all()[0]
        withdraw(person, version, channel=Channel.TAB, actor=person.pk, language="en")
    return measured(lambda: look(association))


if __name__ == "__main__":
    sys.exit(main())
