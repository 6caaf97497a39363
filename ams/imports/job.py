"""An import from upload to report: whole batches only, progress in the row, and a crash goes on where it stopped."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from ams.imports.headings import guess
from ams.imports.read import Row, Table, Unreadable, table_of
from ams.imports.row import Person, Refused, person_of
from ams.imports.take_over import Result, take_over
from ams.models import Association, Import, ImportRefusal
from privacy import ledger
from privacy.ledger.kinds import Kind
from privacy.tenancy import speaking_for
from privacy.vault.files import SealedFile

BATCH: Final = 250
LEASE: Final = timedelta(minutes=3)
MOST_ATTEMPTS: Final = 5
Progress = Callable[[Import], None]


def received(
    data: bytes, name: str, *, actor: UUID | None, dry_run: bool = False, keep: bool = True
) -> Import:
    """Looked into, not taken over yet. Raises Unreadable. `keep`: sealed for the worker, for a week at most."""
    table = table_of(data)
    columns = guess(table.headings)
    return Import.objects.create(
        file=ContentFile(data, name=name) if keep else None,
        encoding=table.encoding,
        delimiter=table.delimiter,
        columns=columns,
        rows=sum(1 for _row in table.rows()),
        dry_run=dry_run,
        started_by=actor,
    )


def says_who(columns: list[str]) -> bool:
    named = {"given_name", "family_name", "full_name"} & set(columns)
    return bool(named and {"email", "member_number"} & set(columns))


def start(job: Import, columns: list[str]) -> None:
    """The headings as a person confirmed them. Raises Unreadable when they name nobody."""
    if not says_who(columns):
        raise Unreadable("no_columns")
    job.columns, job.state = columns, Import.State.WAITING
    job.save(update_fields=["columns", "state"])


def claim(association_id: UUID, job_id: UUID) -> Import | None:
    """Attempts are counted before the work: what kills a worker each time does not do so for ever."""
    now = timezone.now()
    with speaking_for(association_id):
        job = (
            Import.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(pk=job_id, state__in=[Import.State.WAITING, Import.State.RUNNING])
            .filter(Q(claimed_until=None) | Q(claimed_until__lt=now))
            .first()
        )
        if job is None:
            return None
        job.attempts += 1
        job.state = Import.State.RUNNING if job.attempts <= MOST_ATTEMPTS else Import.State.FAILED
        job.claimed_until = now + LEASE
        job.save(update_fields=["attempts", "state", "claimed_until"])
    return job if job.state == Import.State.RUNNING else None


def run(association_id: UUID, job_id: UUID) -> None:
    """What the worker does with an upload."""
    job = claim(association_id, job_id)
    if job is None:
        return
    with speaking_for(association_id):
        data = job.file.read() if isinstance(job.file, SealedFile) else b""
    read_in(association_id, job, table_of(data))


def read_in(
    association_id: UUID, job: Import, table: Table, progress: Progress = lambda _job: None
) -> Import:
    """One transaction for each batch, the counts with it: killed anywhere, only whole batches are there."""
    rows = islice(table.rows(), job.read, None)
    while batch := list(islice(rows, BATCH)):
        with speaking_for(association_id):
            if is_cancelled(job):
                return job
            association = Association.objects.get(pk=association_id)
            take_batch(association, job, table, batch)
        progress(job)
    with speaking_for(association_id):
        if not is_cancelled(job):
            finish(job)
    return job


def is_cancelled(job: Import) -> bool:
    """Somebody stopped it meanwhile. Locked until the batch is in, so that the answer stays true."""
    rows = Import.objects.select_for_update(of=("self",)).filter(pk=job.pk)
    return rows.values_list("state", flat=True).get() == Import.State.CANCELLED


def take_batch(association: Association, job: Import, table: Table, batch: list[Row]) -> None:
    refused: list[tuple[int, str, str]] = []
    people = list(readable(batch, job.columns, association.languages, refused))
    result = take_over(association, people, dry_run=job.dry_run)
    result.refused += refused
    heading = dict(zip(job.columns, table.headings, strict=False))
    ImportRefusal.objects.bulk_create(
        ImportRefusal(import_job=job, line=line, column=heading.get(name, "")[:100], reason=reason)
        for line, name, reason in result.refused
    )
    count(job, result, len(batch))


def readable(
    batch: list[Row], columns: list[str], languages: list[str], refused: list[tuple[int, str, str]]
) -> Iterator[Person]:
    for row in batch:
        try:
            yield person_of(row, columns, languages)
        except Refused as refusal:
            refused.append((row.line, refusal.field_name, refusal.reason))


def count(job: Import, result: Result, rows: int) -> None:
    more: dict[str, Any] = {
        "read": rows,
        "added": result.added,
        "changed": result.changed,
        "unchanged": result.unchanged,
        "refused": len(result.refused),
    }
    Import.objects.filter(pk=job.pk).update(
        claimed_until=timezone.now() + LEASE, **{name: F(name) + number for name, number in more.items()}
    )
    for name, number in more.items():
        setattr(job, name, getattr(job, name) + number)


@transaction.atomic
def finish(job: Import) -> None:
    """The file goes with its last row; that of a trial stays for the real thing, a week at most."""
    if not job.dry_run:
        drop_file(job)
    job.state, job.finished_at, job.claimed_until = Import.State.DONE, timezone.now(), None
    job.save(update_fields=["state", "finished_at", "claimed_until"])
    payload = {"import": job.pk, "rows": job.added + job.changed, "refused": job.refused}
    if not job.dry_run:
        ledger.append(Kind.IMPORT_DONE, subject=None, actor=job.started_by, payload=payload)


def drop_file(job: Import) -> None:
    if isinstance(job.file, SealedFile):
        job.file.delete()
    job.file = None
    job.save(update_fields=["file"])


@transaction.atomic
def cancel(job: Import) -> bool:
    """False when there was nothing left to stop. A running worker sees it before its next batch."""
    states = [Import.State.UPLOADED, Import.State.WAITING, Import.State.RUNNING]
    stopped = Import.objects.filter(pk=job.pk, state__in=states).update(
        state=Import.State.CANCELLED, finished_at=timezone.now(), claimed_until=None
    )
    if stopped:
        drop_file(job)
    return bool(stopped)


def due(association_id: UUID) -> list[UUID]:
    """Lost bells and dead workers."""
    with speaking_for(association_id):
        waiting = Import.objects.filter(state__in=[Import.State.WAITING, Import.State.RUNNING])
        rows = waiting.filter(Q(claimed_until=None) | Q(claimed_until__lt=timezone.now()))
        return list(rows.values_list("pk", flat=True))
