"""A list that was uploaded before somebody was erased is not read in: it could bring them back."""

import io
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from ams.imports import job as jobs
from ams.imports.read import Unreadable, table_of
from ams.imports.reasons import sentence
from ams.models import Association, Import, Individual
from ams.tasks import run_import, sweep_imports
from erasure import erase
from erasure.models import Erasure
from privacy import containers
from privacy.tenancy import as_owner, speaking_for
from privacy.vault import Forgotten, current
from privacy.vault.files import SealedFile, aad_of, path_of, store
from privacy.vault.ids import uid_of
from privacy.vault.streams import SealedReader
from tests import factories
from tests.erasure.people import asked_and_approved, at_once

pytestmark = pytest.mark.usefixtures("transactional_db")  # an erasure commits several times
LIST = b"Vorname;Nachname;E-Mail\nAnn;Archer;ann@example.org\nOtto;Berg;otto@example.org\n"
COLUMNS = ["given_name", "family_name", "email"]
WHY = "Somebody was erased since this list was uploaded. Upload it again."


@pytest.fixture(autouse=True)
def bells(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broker is the edge of the world: the test works as the worker does."""
    monkeypatch.setattr("ams.tasks.run_import.delay", lambda *_names: None)
    monkeypatch.setattr("ams.tasks.send_mail.delay", lambda *_names: None)


def uploaded(association: Association, *, started: bool = False, dry_run: bool = False) -> Import:
    with speaking_for(association.pk):
        job = jobs.received(LIST, "list.csv", actor=None, dry_run=dry_run)
        if started:
            jobs.start(job, COLUMNS)
        return job


def erased(association: Association) -> Individual:
    with speaking_for(association.pk):
        ann = factories.ann()
    assert erase.carry_out(association.pk, asked_and_approved(association, ann).pk) == "completed"
    return ann


def state_of(association: Association, job: Import) -> tuple[str, bool, list[str]]:
    with speaking_for(association.pk):
        found = Import.objects.get(pk=job.pk)
        reasons = list(found.refusals.values_list("reason", flat=True))
        return found.state, isinstance(found.file, SealedFile), reasons


def names(association: Association) -> list[str]:
    with speaking_for(association.pk):
        return sorted(str(person.given_name) for person in Individual.objects.filter(erased_at=None))


def test_a_list_uploaded_after_the_erasure_is_read_in(association: Association) -> None:
    erased(association)
    job = uploaded(association, started=True)
    jobs.run(association.pk, job.pk)
    assert names(association) == ["Ann", "Otto"]
    assert state_of(association, job) == ("done", False, [])


def test_a_list_uploaded_before_it_is_turned_away(association: Association) -> None:
    job = uploaded(association, started=True)
    erased(association)
    jobs.run(association.pk, job.pk)
    assert names(association) == []
    assert state_of(association, job) == ("failed", False, ["erased_since"])


def test_the_erasure_in_another_association_is_none_of_its_business(
    association: Association, sister: Association
) -> None:
    job = uploaded(association, started=True)
    erased(sister)
    jobs.run(association.pk, job.pk)
    assert names(association) == ["Ann", "Otto"]


def test_an_erasure_between_two_batches_ends_it(
    association: Association, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole batches stay; the one in which Ann stands, as it was written down before, does not come."""
    monkeypatch.setattr(jobs, "BATCH", 1)
    lines = LIST.splitlines(keepends=True)
    with speaking_for(association.pk):
        job = jobs.received(lines[0] + lines[2] + lines[1], "list.csv", actor=None)
        jobs.start_here(job, COLUMNS)
    jobs.read_in(
        association.pk, job, table_of(lines[0] + lines[2] + lines[1]), lambda _job: late(association)
    )
    assert names(association) == ["Otto"]
    assert state_of(association, job) == ("failed", False, ["erased_since"])


def late(association: Association) -> None:
    erased(association)


def test_the_sweep_drops_the_files_of_lists_that_wait_for_somebody(
    association: Association, sister: Association
) -> None:
    waiting = uploaded(association)
    tried = uploaded(association, started=True, dry_run=True)
    jobs.run(association.pk, tried.pk)
    theirs = uploaded(sister)
    assert state_of(association, tried) == ("done", True, [])
    erased(association)
    fresh = uploaded(association)
    sweep_imports()
    assert state_of(association, waiting) == ("failed", False, ["erased_since"])
    assert state_of(association, tried) == ("done", False, [])
    assert state_of(association, fresh) == ("uploaded", True, [])
    assert state_of(sister, theirs) == ("uploaded", True, [])


def test_the_key_of_a_list_is_destroyed_in_the_turn_of_an_erasure(
    association: Association, sister: Association
) -> None:
    """A copy of the file made before opens with nothing that we hold, whatever becomes of the list."""
    waiting, theirs = uploaded(association), uploaded(sister)
    tried = uploaded(association, started=True, dry_run=True)
    jobs.run(association.pk, tried.pk)
    copies = {job.pk: copy_of(association, job) for job in (waiting, tried)}
    assert opened(association, copies) == [LIST, LIST]
    with speaking_for(association.pk):
        ann, epoch = factories.ann(), current.keyring().epoch
        erasure = asked_and_approved(association, ann)
    erase.remove_rows(association.pk, claimed(association, erasure))
    assert erase.forget_keys(association.pk, ann.pk)
    with speaking_for(association.pk):
        assert (current.keyring().epoch, containers.living_keys()) == (epoch + 1, [])
    assert opened(association, copies) == [Forgotten, Forgotten]
    assert not list(Path(settings.FILES_ROOT, association.pk.hex).iterdir())
    with speaking_for(sister.pk):
        assert Import.objects.get(pk=theirs.pk).file.read() == LIST


def claimed(association: Association, erasure: Erasure) -> UUID:
    assert erase.claim(association.pk, erasure.pk)
    return erasure.pk


def copy_of(association: Association, job: Import) -> tuple[SealedFile, bytes]:
    """What a back-up has: the file on the disk; its name, which the sealed column tells while it opens."""
    with speaking_for(association.pk):
        file = Import.objects.get(pk=job.pk).file
        return file, path_of(association.pk, file.stored).read_bytes()


def opened(association: Association, copies: dict[UUID, tuple[SealedFile, bytes]]) -> list[Any]:
    found: list[Any] = []
    with speaking_for(association.pk):
        for file, raw in copies.values():
            key_id, aad = bytes.fromhex(file.key), aad_of(file.aad, file.stored)
            try:
                found.append(SealedReader(io.BytesIO(raw), current.keyring(), key_id, aad).read())
            except Forgotten as refusal:
                found.append(type(refusal))
    return found


def test_a_list_that_is_in_takes_its_key_along(association: Association) -> None:
    waiting, started = uploaded(association), uploaded(association, started=True)
    with speaking_for(association.pk):
        assert len(containers.living_keys()) == 2
    run_import(str(association.pk), str(started.pk))
    with speaking_for(association.pk):
        (alive,) = containers.living_keys()
        assert uid_of(alive) == waiting.pk
        assert jobs.cancel(waiting)
    sweep_imports()
    with speaking_for(association.pk):
        assert containers.living_keys() == []


def test_the_key_of_a_list_that_is_being_uploaded_stays(association: Association) -> None:
    """It is made before anybody else sees the row."""
    with speaking_for(association.pk):
        job = jobs.received(LIST, "list.csv", actor=None)
        swept = at_once(lambda: containers.forget_emptied(association.pk))
    assert swept == [0]
    with speaking_for(association.pk):
        assert Import.objects.get(pk=job.pk).file.read() == LIST


def test_a_list_that_loses_its_key_while_it_is_uploaded_is_refused_in_words(
    association: Association, monkeypatch: pytest.MonkeyPatch
) -> None:
    def store_late(*arguments: Any) -> SealedFile:
        stored = store(*arguments)
        current.forget(containers.living_keys())
        return stored

    monkeypatch.setattr("privacy.vault.files.store", store_late)
    with speaking_for(association.pk), pytest.raises(Unreadable) as refused:
        jobs.received(LIST, "list.csv", actor=None)
    assert sentence(refused.value) == WHY


def test_lists_that_waited_under_a_shared_key_are_let_go_by_the_migration(
    association: Association, sister: Association
) -> None:
    lists = [(each, uploaded(each)) for each in (association, sister)]
    migration = import_module("ams.migrations.0013_lists_have_keys_of_their_own")
    with as_owner(), transaction.atomic():
        migration.empty(None, SimpleNamespace(connection=connection))
    sweep_imports()
    assert [state_of(*each) for each in lists] == [("failed", False, ["gone"])] * 2
    with speaking_for(sister.pk):
        assert Import.objects.count() == 1


def test_staff_read_why_in_plain_words(association: Association, client: Client, cleo: Individual) -> None:
    job = uploaded(association, started=True)
    tried = uploaded(association, started=True, dry_run=True)
    jobs.run(association.pk, tried.pk)
    erased(association)
    jobs.run(association.pk, job.pk)
    with speaking_for(association.pk):
        client.force_login(cleo.account)
    page = client.get(address("change", job)).content.decode()
    assert WHY in page
    assert "could not be read to its end" not in page
    assert "The file of this trial is gone. Upload it once more." in page_of(client, tried)
    assert "Upload it once more." in client.post(address("now", tried), follow=True).content.decode()


def page_of(client: Client, job: Import) -> str:
    return str(client.get(address("change", job)).content.decode())


def address(name: str, job: Import) -> Any:
    return reverse(f"admin:ams_import_{name}", args=[job.pk])
