"""Rows a second of a list taken over, and the memory it takes: `make bench T=bench/bench_imports.py`. ROWS=10000."""

import os
import resource
import sys
from pathlib import Path
from time import perf_counter

ROWS = int(os.environ.get("ROWS", "10000"))
GOAL = 60.0  # seconds for 10 000 rows on two cores

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ams.settings")
os.environ.setdefault("SECRET_KEY", "for-a-benchmark")

import django  # noqa: E402  settings first

django.setup()

from django.core.management import call_command  # noqa: E402  as above

from ams.imports import job as jobs  # noqa: E402  as above
from ams.imports.inform import inform  # noqa: E402  as above
from ams.imports.read import table_of  # noqa: E402  as above
from ams.models import Association, Import  # noqa: E402  as above
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
    before = megabytes()
    first = measure(association, "new people")
    measure(association, "the same again")
    print(f"memory: {before:.0f} MB before, {megabytes():.0f} MB at most")
    began = perf_counter()
    letters = inform(association.pk)
    print(f"letters (Art. 14): {letters} in {perf_counter() - began:.1f} s")
    return 0 if first * 10_000 / ROWS < GOAL else 1


def measure(association: Association, what: str) -> float:
    data = people(ROWS)
    began = perf_counter()
    with speaking_for(association.pk):
        job = jobs.received(data, "", actor=None, keep=False)
        jobs.start_here(job, job.columns)
    done: Import = jobs.read_in(association.pk, job, table_of(data))
    seconds = perf_counter() - began
    assert done.added + done.unchanged == ROWS, done.refused  # noqa: S101 a figure about nobody is none
    print(f"{what}: {ROWS} rows in {seconds:.1f} s, {ROWS / seconds:.0f} a second")
    return seconds


def people(rows: int) -> bytes:
    """Every column that a list usually has."""
    heading = (
        "member number,title,first,last,email,date of birth,employer,address,postal code,city,phone,website"
    )
    lines = [
        f"M-{n},Dr,Vera{n},Vogel{n},vera{n}@example.org,1970-01-02,Works {n},Road {n},D02 X{n},Dublin,+353 1 {n},"
        f"https://v{n}.example"
        for n in range(rows)
    ]
    return "\n".join([heading, *lines]).encode()


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
