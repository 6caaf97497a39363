"""Rows a second of a list taken over, and the memory it takes: `make bench T=bench/bench_imports.py`. ROWS=10000."""

import os
import resource
import sys
from pathlib import Path
from time import perf_counter

ROWS = int(os.environ.get("ROWS", "10000"))
TEN_THOUSAND = 10_000

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
from bench.figures import tell  # noqa: E402  as above
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
    per_ten_thousand = TEN_THOUSAND / ROWS
    tell("10 000 new people", measure(association) * per_ten_thousand, "s", most=20)
    tell("the same 10 000 again", measure(association) * per_ten_thousand, "s", most=5)
    tell("memory that it took", megabytes() - before, "MB", most=100)
    began = perf_counter()
    letters = inform(association.pk)
    seconds = (perf_counter() - began) * TEN_THOUSAND / max(1, letters)
    tell("10 000 letters (Art. 14)", seconds, "s", most=20)
    return 0


def measure(association: Association) -> float:
    data = people(ROWS)
    began = perf_counter()
    with speaking_for(association.pk):
        job = jobs.received(data, "", actor=None, keep=False)
        jobs.start_here(job, job.columns)
    done: Import = jobs.read_in(association.pk, job, table_of(data))
    seconds = perf_counter() - began
    assert done.added + done.unchanged == ROWS, done.refused  # noqa: S101 a figure about nobody is none
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
