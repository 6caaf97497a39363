"""What the tests of imports share: a list as a program wrote it, taken over as a worker does."""

from pathlib import Path
from typing import Any

from ams.imports import job as jobs
from ams.imports import layouts
from ams.models import Import, ImportRefusal, Individual
from privacy.tenancy import speaking_for

LISTS = Path(__file__).with_name("lists")


def data_of(name: str) -> bytes:
    """The same rows as in somebody's file, with invented people."""
    return next(LISTS.glob(f"{name}.*")).read_bytes()


def take(association: Any, data: bytes | str, columns: str = "", **how: Any) -> Import:
    """`columns`: what a person says that the headings mean, by blanks; `-` is left out. `how`: fields of Import."""
    data = data.encode() if isinstance(data, str) else data
    with speaking_for(association.pk):
        job = jobs.received(data, "list.csv", actor=None)
        for name, value in how.items():
            setattr(job, name, value)
        job.save()
        meant = [name.strip("-") for name in columns.split()] or job.columns
        jobs.start_here(job, meant)
        table = layouts.table_for(job, job.file.read())
    return jobs.read_in(association.pk, job, table)


def outcome(job: Import) -> tuple[int, int, int, int]:
    """Added, completed, were there, refused."""
    return job.added, job.changed, job.unchanged, job.refused


def reasons(job: Import) -> list[tuple[int, str, str]]:
    return list(ImportRefusal.objects.filter(import_job=job).values_list("line", "field", "reason"))


def named(given: str) -> Individual:
    return next(each for each in Individual.objects.filter(erased_at=None) if each.given_name == given)
