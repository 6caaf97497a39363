"""A list that was uploaded before somebody was erased is not read in: it could bring them back."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ams.imports import job as jobs
from ams.imports.read import table_of
from ams.models import Association, Import, Individual
from ams.tasks import sweep_imports
from erasure import erase
from privacy.tenancy import speaking_for
from privacy.vault.files import SealedFile
from tests import factories
from tests.erasure.people import asked_and_approved

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
    assert "Upload it once more." in client.post(address("now", tried), follow=True).content.decode()


def address(name: str, job: Import) -> Any:
    return reverse(f"admin:ams_import_{name}", args=[job.pk])
