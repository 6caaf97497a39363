"""Makes a copy: short transactions around slow work, so that the page sees each step and nothing waits for us.

Runs again from the start after a crash: nothing of a half-made copy is ever shown, and its sealed files are deleted.
"""

from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.urls import reverse

from portability import render
from portability.ask import request_export
from portability.bundle import Flow, zipped
from portability.collect import collect
from portability.finish import fail, finish
from portability.models import OPEN, Export, State
from portability.package import Package
from privacy.inventory import association_model, key_id
from privacy.leases import is_free, taken_for
from privacy.signing import signing_key
from privacy.tenancy import keys_of, speaking_for
from privacy.vault import Forgotten, current
from privacy.vault.files import SealedFile, store

__all__ = ["make", "request_export"]

LEASE: Final = timedelta(minutes=5)  # longer than a task may live
ATTEMPTS: Final = 3


class Stopped(Exception):  # noqa: N818 it says what is the case
    """The person stopped it, was erased, or another worker has it now."""


@dataclass(frozen=True, slots=True)
class Collected:
    package: Package
    key: Any
    schema_address: str


def make(export: Export) -> None:
    """Does nothing if the copy is made, stopped, or being made by somebody else."""
    claimed = claim(export.association_uid, export.pk)
    if claimed is None:
        return
    try:
        with suppress(Stopped):
            make_claimed(claimed)
    except Exception as error:
        # The outer edge: whatever happened, the person reads that it failed and the row says what to look for.
        fail(claimed, type(error).__qualname__, is_final=claimed.attempts >= ATTEMPTS)
        raise


def claim(association_id: UUID, export_id: UUID) -> Export | None:
    """The attempt is counted before the work: what kills a worker each time does not do so for ever."""
    refresh_keys(association_id)
    with speaking_for(association_id):
        export = (
            Export.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(is_free("leased_until"), pk=export_id, state__in=OPEN)
            .first()
        )
        if export is None:
            return None
        if export.attempts >= ATTEMPTS:
            fail(export, "TooManyAttempts", is_final=True)
            return None
        export.attempts += 1
        export.leased_until, export.state, export.percent = taken_for(LEASE), State.COLLECTING, 10
        export.save(update_fields=["attempts", "leased_until", "state", "percent"])
        export.refresh_from_db(fields=["leased_until"])  # by which we know whether it is still ours
        return export


def refresh_keys(association_id: UUID) -> None:
    association: Any = association_model()._base_manager.get(pk=association_id)
    current.expect(association_id, association.keyring_epoch)


def make_claimed(export: Export) -> None:
    collected = collect_for(export)
    advance(export, State.WRITING, 40, things=collected.package.things)
    data = render.as_json(collected.package, collected.schema_address)
    with keys_of(export.association_uid):
        pdf = render.as_pdf(collected.package, data)
    advance(export, State.SEALING, 80)
    pieces = zipped(
        collected.package, data=data, pdf=pdf, schema_address=collected.schema_address, key=collected.key
    )
    document, archive = sealed_both(export, ContentFile(pdf, "report.pdf"), Flow(pieces, "data.zip"))
    if not finish(export, document, archive):
        raise Stopped


def sealed_both(export: Export, document: "File[Any]", archive: "File[Any]") -> tuple[SealedFile, SealedFile]:
    """Both or none on the disk. Raises Stopped when the person is erased in between."""
    with keys_of(export.association_uid), ExitStack() as undo:
        try:
            first = sealed(export, "pdf", document)
            undo.callback(first.delete)
            second = sealed(export, "zip", archive)
        except Forgotten:
            raise Stopped from None
        except FileNotFoundError:
            advance(export, State.SEALING, 80)  # raises Stopped where the file went together with its person
            raise
        undo.pop_all()
        return first, second


def collect_for(export: Export) -> Collected:
    with speaking_for(export.association_uid):
        individual: Any = (
            Export.objects.select_related("individual__association").get(pk=export.pk).individual
        )
        if individual.erased_at:
            raise Stopped
        address = individual.association.url(reverse("portability:schema"))
        return Collected(collect(individual), signing_key(), address)


def advance(export: Export, state: State, percent: int, **facts: Any) -> None:
    """In a transaction of its own. Raises Stopped where the row is no longer ours."""
    with speaking_for(export.association_uid):
        mine = Export.objects.filter(pk=export.pk, state__in=OPEN, leased_until=export.leased_until)
        if not mine.update(state=state, percent=percent, **facts):
            raise Stopped


def sealed(export: Export, name: str, upload: "File[Any]") -> SealedFile:
    field: Any = Export._meta.get_field(name)
    return store(upload, key_id(export, field), field.label)
