"""How long an erasure takes, and how many statements: `make bench T=bench/bench_erasure.py`. PEOPLE=40."""

import os
import statistics
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

PEOPLE = int(os.environ.get("PEOPLE", "40"))
OTHERS = int(os.environ.get("OTHERS", "2000"))
THINGS = 50
CROWD = 200

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ams.settings")
os.environ.setdefault("SECRET_KEY", "for-a-benchmark")

import django  # noqa: E402  settings first

django.setup()

from django.core.files.base import ContentFile  # noqa: E402  as above
from django.core.management import call_command  # noqa: E402  as above
from django.db import connection, reset_queries, transaction  # noqa: E402  as above
from django.test.utils import CaptureQueriesContext  # noqa: E402  as above
from django.utils import timezone  # noqa: E402  as above

from ams.models import Association, Document, Individual, PostalAddress  # noqa: E402  as above
from bench.figures import tell  # noqa: E402  as above
from erasure import flow  # noqa: E402  as above
from erasure.erase import carry_out  # noqa: E402  as above
from erasure.models import Channel, Erasure, State  # noqa: E402  as above
from erasure.plan import find, plan  # noqa: E402  as above
from erasure.rows import take_away  # noqa: E402  as above
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
        people("other", OTHERS)
    one_by_one(association, things=1)
    one_by_one(association, things=THINGS)
    return statements_for_many(association)


def one_by_one(association: Association, *, things: int) -> None:
    seconds: list[float] = []
    statements: set[int] = set()
    for number in range(PEOPLE):
        erasure = approved(association, number, things)
        reset_queries()
        with CaptureQueriesContext(connection) as captured:
            began = perf_counter()
            state = carry_out(association.pk, erasure.pk)
            seconds.append(perf_counter() - began)
        assert state == State.COMPLETED, state  # noqa: S101 a figure about nobody is none
        statements.add(len(captured))
    took = sorted(second * 1000 for second in seconds)
    tell(f"an erasure of {things} rows and files, median", statistics.median(took), "ms", most=500)
    tell(f"an erasure of {things} rows and files, p95", took[int(PEOPLE * 0.95)], "ms", most=1000)
    tell(f"an erasure of {things} rows and files", max(statements), "statements", most=200)


def approved(association: Association, number: int, things: int) -> Erasure:
    with speaking_for(association.pk):
        person = people(f"{things}-{number}", 1)[0]
        now = timezone.now()
        for _each in range(things):
            Document.objects.create(
                individual=person, title="x", file=ContentFile(b"x" * 1000, name="x.txt"), added_at=now
            )
        fingerprint = plan(person).fingerprint
        erasure = flow.ask(person, actor=None, channel=Channel.COMMAND, fingerprint=fingerprint)
        flow.approve(erasure, actor=None, fingerprint=fingerprint, at_once=True)
    return erasure


def people(name: str, number: int) -> list[Individual]:
    made: list[Any] = Individual.objects.bulk_create(
        Individual(
            given_name=name, family_name=f"{n}", email=f"{name}-{n}@example.org", member_number=f"{name}-{n}"
        )
        for n in range(number)
    )
    PostalAddress.objects.bulk_create(
        PostalAddress(individual=person, street="Road 1", town="Dublin", country="IE") for person in made
    )
    return made


def statements_for_many(association: Association) -> int:
    counts = [statements_for(association, number) for number in (1, CROWD)]
    tell(f"rows of {CROWD} people beside those of one", counts[1] / counts[0], "statements", most=1)
    return 0


def statements_for(association: Association, number: int) -> int:
    with speaking_for(association.pk):
        found = find(people(f"crowd-{number}", number))
        reset_queries()
        with CaptureQueriesContext(connection) as captured:
            take_away(found)
        transaction.set_rollback(True)
    return len(captured)


if __name__ == "__main__":
    sys.exit(main())
