"""What attackers tried with lists of people: nothing of one stands in plain, and it goes with whoever is erased."""

from typing import Any, Final

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ams.imports import job as jobs
from ams.models import Association, Import, Individual
from erasure import erase
from privacy.tenancy import speaking_for
from privacy.vault import Forgotten
from tests import factories
from tests.ams.test_imports_overtaken import copy_of, opened
from tests.ams.test_imports_plain import places_of
from tests.erasure.people import asked_and_approved
from tests.factories import PASSWORD

pytestmark = pytest.mark.usefixtures("transactional_db")  # an erasure commits several times
# Nobody wrote a heading above it.
WALBURGA: Final = ("Walburga", "Nettlebed", "walburga@needle.example", "Needlestreet 74")
YORICK: Final = ("Yorick", "Pennyroyal", "not-an-address-7102", "Needlestreet 72")
ZELDA: Final = ("Zelda", "Quillfeather", "zelda.quill@needle.example", "Needlestreet 71")
COLUMNS: Final = ("given_name", "family_name", "email", "street")
AS_READ: Final = {"encoding": "utf-8", "delimiter": ";", "read": "1"}
WITH_HEADINGS: Final = "Vorname;Nachname;E-Mail;Straße"


@pytest.fixture(autouse=True)
def bells(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broker is the edge of the world: the test works as the worker does."""
    monkeypatch.setattr("ams.tasks.run_import.delay", lambda *_names: None)
    monkeypatch.setattr("ams.tasks.send_mail.delay", lambda *_names: None)


@pytest.fixture
def staff(association: Association) -> Client:
    with speaking_for(association.pk):
        cleo = factories.cleo()
    client = Client()
    client.post(reverse("login"), {"email": str(cleo.email), "password": PASSWORD})
    return client


def uploaded(staff: Client, *rows: tuple[str, ...] | str) -> str:
    """The page on which it waits."""
    lines = "\n".join(row if isinstance(row, str) else ";".join(row) for row in rows)
    file = SimpleUploadedFile("members.csv", lines.encode(), "text/csv")
    page: str = staff.post(reverse("admin:ams_import_add"), {"file": file})["Location"]
    return page


def send(staff: Client, page: str, how: str) -> Any:
    return staff.post(page, {f"column-{n}": name for n, name in enumerate(COLUMNS)} | {how: "1"})


def job_of(association: Association, page: str) -> Import:
    with speaking_for(association.pk):
        return Import.objects.get(pk=page.rstrip("/").rsplit("/", 2)[-2])


def erased(association: Association, given_name: str) -> None:
    with speaking_for(association.pk):
        person = next(each for each in Individual.objects.all() if each.given_name == given_name)
    assert erase.carry_out(association.pk, asked_and_approved(association, person).pk) == "completed"


def test_of_a_list_without_headings_nothing_stands_in_plain_after_refusals_and_an_erasure(
    association: Association, staff: Client
) -> None:
    page = uploaded(staff, ZELDA, YORICK, WALBURGA)
    assert (
        staff.post(page, AS_READ | {"heading_line": "1"}).status_code == 302
    )  # Zelda's row, taken for headings
    assert send(staff, page, "start").status_code == 302
    job = job_of(association, page)
    jobs.run(association.pk, job.pk)
    assert "This is not an e-mail address." in staff.get(page).content.decode()
    with speaking_for(association.pk):
        rows = staff.get(reverse("admin:ams_import_rows", args=[job.pk])).content.decode()
    assert YORICK[2] in rows
    erased(association, "Walburga")
    values = [value for row in (ZELDA, YORICK, WALBURGA) for value in row]
    assert {value: places_of(value) for value in values} == {value: [] for value in values}
    with speaking_for(association.pk):
        factories.event(ZELDA[2])
    assert places_of(ZELDA[2]) == ["ams_event.title"]  # it would have been found


def test_lists_that_wait_are_neither_opened_nor_taken_over_once_somebody_is_erased(
    association: Association, staff: Client
) -> None:
    with speaking_for(association.pk):
        factories.ann()
    ann = ("Ann", "Archer", "ann@example.org", "Archer Lane 9")
    waiting, started, tried = (uploaded(staff, WITH_HEADINGS, ann, WALBURGA) for _list in range(3))
    send(staff, started, "start")
    send(staff, tried, "try")
    jobs.run(association.pk, job_of(association, tried).pk)
    lists = {page: job_of(association, page) for page in (waiting, started, tried)}
    copies = {job.pk: copy_of(association, job) for job in lists.values()}
    assert [b"Archer Lane" in data for data in opened(association, copies)] == [True] * 3

    erased(association, "Ann")
    assert opened(association, copies) == [Forgotten] * 3
    send(staff, waiting, "start")
    staff.post(reverse("admin:ams_import_now", args=[lists[tried].pk]))
    with speaking_for(association.pk):
        everything = list(Import.objects.values_list("pk", flat=True))
    for number in everything:
        jobs.run(association.pk, number)
    for page in lists:
        assert "Archer" not in staff.get(page).content.decode()
    with speaking_for(association.pk):
        names = {str(each.given_name) for each in Individual.objects.filter(erased_at=None)}
    assert names == {"Cleo"}
