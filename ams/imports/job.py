"""An import from upload to report: whole batches only, progress in the row, and a crash goes on where it stopped."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import DataError, IntegrityError, OperationalError, transaction
from django.utils import timezone

from ams.imports import layouts, outcome, refused_rows, vcards
from ams.imports.headings import says_who
from ams.imports.read import Reading, Row, Table, Unreadable, table_of
from ams.imports.refused import Refused
from ams.imports.refused_rows import OF_THE_LIST
from ams.imports.row import Person, Rules, person_of
from ams.imports.take_over import Result, take_over
from ams.models import Association, Import, ImportRefusal
from erasure.models import Erasure
from privacy import ledger
from privacy.leases import is_free, taken_for
from privacy.ledger.kinds import Kind
from privacy.tenancy import speaking_for
from privacy.vault.errors import Forgotten
from privacy.vault.files import SealedFile

BATCH: Final = 250
TRIES: Final = 3
LEASE: Final = timedelta(minutes=3)
MOST_ATTEMPTS: Final = 5
Progress = Callable[[Import], None]


class Overtaken(RuntimeError):  # noqa: N818  it says what is the case
    """Somebody was erased since the list was uploaded, and may stand in it."""


def received(
    data: bytes, name: str, *, actor: UUID | None, dry_run: bool = False, keep: bool = True
) -> Import:
    """Looked into, not taken over yet. Raises Unreadable. `keep`: sealed for the worker, for a week at most."""
    data = vcards.as_table(data)
    table, how = layouts.propose(data)
    file, rows = ContentFile(data, name=name) if keep else None, sum(1 for _row in table.rows())
    return noted(file=file, rows=rows, dry_run=dry_run, started_by=actor, **how)


def noted(**values: Any) -> Import:
    """Raises Unreadable when somebody was erased in this moment, and the key of every list with them."""
    try:
        return Import.objects.create(**values)
    except Forgotten:
        raise Unreadable("erased_since") from None


def read_anew(job: Import, reading: Reading) -> None:
    """With the characters, separator and headings that a person has corrected. Raises Unreadable."""
    table = table_of(job.file.read(), reading)
    job.rows = sum(1 for _row in table.rows())
    for name, value in layouts.as_read(table).items():
        setattr(job, name, value)
    job.save()


def again(tried: Import, *, actor: UUID | None) -> Import:
    """After a trial: the same file, read in the same way, to be taken over or corrected. Raises Unreadable."""
    how = {name: getattr(tried, name) for name in layouts.REMEMBERED}
    data = ContentFile(tried.file.read(), name=tried.file.name)
    job = noted(file=data, rows=tried.rows, started_by=actor, **how)
    drop_file(tried)
    return job


def start(job: Import, columns: list[str]) -> None:
    """The headings as a person confirmed them. Raises Unreadable when they name nobody."""
    if not says_who(columns):
        raise Unreadable("no_columns")
    job.columns, job.state = columns, Import.State.WAITING
    job.save(update_fields=["columns", "state"])


def start_here(job: Import, columns: list[str]) -> None:
    """The caller reads it in by itself, so no worker may take it. Raises Unreadable as `start` does."""
    start(job, columns)
    job.state, job.attempts, job.claimed_until = Import.State.RUNNING, 1, taken_for(LEASE)
    job.save(update_fields=["state", "attempts", "claimed_until"])
    job.refresh_from_db(fields=["claimed_until"])


def claim(association_id: UUID, job_id: UUID) -> Import | None:
    """Attempts are counted before the work: what kills a worker each time does not do so for ever."""
    with speaking_for(association_id):
        job = (
            Import.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(pk=job_id, state__in=[Import.State.WAITING, Import.State.RUNNING])
            .filter(is_free("claimed_until"))
            .first()
        )
        if job is None:
            return None
        if is_overtaken(job):
            turn_away(job)
            return None
        job.attempts += 1
        job.state = Import.State.RUNNING if job.attempts <= MOST_ATTEMPTS else Import.State.FAILED
        job.claimed_until = taken_for(LEASE)
        job.save(update_fields=["attempts", "state", "claimed_until"])
        job.refresh_from_db(fields=["claimed_until"])
    return job if job.state == Import.State.RUNNING else None


def run(association_id: UUID, job_id: UUID) -> None:
    """What the worker does with an upload."""
    job = claim(association_id, job_id)
    if job is None:
        return
    with speaking_for(association_id):
        if not isinstance(
            job.file, SealedFile
        ):  # of a command that died, past its week, or emptied by an erasure
            turn_away(job, "gone")
            return
        data = job.file.read()
    read_in(association_id, job, layouts.table_for(job, data))


def is_overtaken(job: Import) -> bool:
    """Read in now, it could bring back whom we have erased."""
    return Erasure.objects.filter(rows_gone_at__gte=job.created_at).exists()


def turn_away(job: Import, reason: str = "erased_since") -> None:
    """The file goes, and the report says why."""
    drop_file(job)
    fail(job)
    ImportRefusal.objects.create(import_job=job, line=OF_THE_LIST, reason=reason)


def turn_away_emptied(association_id: UUID) -> None:
    """Lists that wait for somebody or for a worker, and whose file went with an erasure or after its week."""
    with speaking_for(association_id):
        waiting = Import.objects.filter(state__in=[Import.State.UPLOADED, Import.State.WAITING])
        for job in waiting.select_for_update(of=("self",), skip_locked=True):
            if is_overtaken(job):
                turn_away(job)
            elif not isinstance(job.file, SealedFile):
                turn_away(job, "gone")


def fail(job: Import) -> None:
    job.state, job.finished_at, job.claimed_until = Import.State.FAILED, timezone.now(), None
    job.save(update_fields=["state", "finished_at", "claimed_until"])


def read_in(
    association_id: UUID, job: Import, table: Table, progress: Progress = lambda _job: None
) -> Import:
    """One transaction for each batch, the counts with it: killed anywhere, only whole batches are there."""
    rows, rules = islice(table.rows(), job.read, None), layouts.rules_of(job, table)
    while batch := list(islice(rows, BATCH)):
        try:
            if not take_surely(association_id, job, rules, batch):
                return job
        except Overtaken:
            with speaking_for(association_id):
                turn_away(job)
            return job
        progress(job)
    with speaking_for(association_id):
        if is_mine(job):
            finish(job)
    return job


def take_surely(association_id: UUID, job: Import, rules: Rules, batch: list[Row]) -> bool:
    """False: it is not ours to do any more.

    Somebody may enter the same person in the same moment, another import too: then we look again, and if that does
    not help, the rows go one by one, so that one cannot take the others with it.
    """
    for attempt in range(1, TRIES + 1):
        try:
            return take_batch(association_id, job, rules, batch)
        except (IntegrityError, DataError):
            if attempt == TRIES and len(batch) == 1:
                return refuse_row(association_id, job, batch[0])
        except OperationalError:  # two who waited for each other; a database that is away is another's story
            if attempt == TRIES:
                raise
    return all(take_surely(association_id, job, rules, [row]) for row in batch)


def refuse_row(association_id: UUID, job: Import, row: Row) -> bool:
    refused = Result(refused=[(row.line, "", "taken_meanwhile")])
    return written(association_id, job, 1, lambda _association: refused)


def is_mine(job: Import) -> bool:
    """Neither stopped, nor taken over by a worker who thought us dead. Locked, so that the answer stays true."""
    rows = Import.objects.select_for_update(of=("self",)).filter(pk=job.pk)
    state, attempts = rows.values_list("state", "attempts").get()
    return state in {Import.State.WAITING, Import.State.RUNNING} and attempts == job.attempts


def take_batch(association_id: UUID, job: Import, rules: Rules, batch: list[Row]) -> bool:
    def take(association: Association) -> Result:
        refused: list[tuple[int, str, str]] = []
        people = list(readable(batch, rules, association.languages, refused))
        result = take_over(association, people, country=rules.country, dry_run=job.dry_run)
        result.refused += refused
        return result

    return written(association_id, job, len(batch), take)


def written(association_id: UUID, job: Import, rows: int, take: Callable[[Association], Result]) -> bool:
    """The people, the refusals and the counts in one transaction."""
    with speaking_for(association_id):
        if not is_mine(job):
            return False
        result = take(Association.objects.get(pk=association_id))
        # Asked after the people were looked up: whoever was gone by then is on record as erased by now.
        if is_overtaken(job):
            raise Overtaken
        outcome.note(job, result, rows)
        Import.objects.filter(pk=job.pk).update(claimed_until=taken_for(LEASE))
    return True


def readable(
    batch: list[Row], rules: Rules, languages: list[str], refused: list[tuple[int, str, str]]
) -> Iterator[Person]:
    for row in batch:
        try:
            yield person_of(row, rules, languages)
        except Refused as refusal:
            refused.append((row.line, refusal.field_name, refusal.reason))


@transaction.atomic
def finish(job: Import) -> None:
    """Of the file only what was refused stays; that of a trial stays for the real thing. Both a week at most."""
    job.refresh_from_db(fields=["file"])  # an erasure since the last batch has emptied it
    refused_rows.expect_them_back(job)
    if not job.dry_run and not refused_rows.keep_only_these(job):
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
        rows = waiting.filter(is_free("claimed_until"))
        return list(rows.values_list("pk", flat=True))
