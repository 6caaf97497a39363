"""A list is uploaded, shown as it is understood, tried or taken over, and every refused row says why."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ams import housekeeping
from ams.imports import job as jobs
from ams.models import Association, Import, Individual, SentMail
from ams.roles import Role
from privacy.ledger.models import LedgerEntry
from privacy.vault.files import SealedFile, path_of

pytestmark = pytest.mark.django_db
LIST = (
    "Vorname;Nachname;E-Mail;Straße;Ort;Land;Farbe\r\n"
    "Jürgen;Müller;j.mueller@example.org;Am Weg 1;Bonn;Deutschland;blau\r\n"
    'Ingrid;Sand;ingrid@example.org;"Hof 2\r\nHinterhaus";Kiel;DE;rot\r\n'
    "Ohne;Adresse;kein-mail;Am Weg 3;Bonn;DE;grün\r\n"
    ";;leer@example.org;Am Weg 4;Bonn;DE;\r\n"
)
COLUMNS = ["given_name", "family_name", "email", "street", "town", "country", ""]
UPLOAD = "/console/ams/import/add/"


@pytest.fixture
def officer(client: Client, cleo: Individual) -> Client:
    client.force_login(cleo.account)
    return client


@pytest.fixture(autouse=True)
def bells(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The broker is the edge of the world: who rings is written down, and the test works as the worker does."""
    rung: list[tuple[str, str]] = []
    monkeypatch.setattr("ams.tasks.run_import.delay", lambda *names: rung.append(names))
    return rung


def upload(client: Client, text: str = LIST, encoding: str = "cp1252") -> Import:
    file = SimpleUploadedFile("members.csv", text.encode(encoding), "text/csv")
    answer = client.post(UPLOAD, {"file": file})
    job = Import.objects.latest("created_at")
    assert answer.url == page_of(job), answer.content.decode()
    return job


def page_of(job: Import, name: str = "change") -> str:
    return reverse(f"admin:ams_import_{name}", args=[job.pk])


def confirm(
    client: Client,
    job: Import,
    capture: Any,
    *,
    columns: list[str] = COLUMNS,
    how: str = "start",
    **more: str,
) -> Any:
    values = {f"column-{number}": name for number, name in enumerate(columns)} | more
    with capture(execute=True):
        return client.post(page_of(job), {**values, how: "1"})


def work(job: Import) -> Import:
    jobs.run(job.association_id, job.pk)  # type: ignore[arg-type]  # the column's default may be None
    job.refresh_from_db()
    return job


def test_the_headings_are_guessed_and_nothing_is_written(officer: Client) -> None:
    job = upload(officer)
    page = officer.get(page_of(job)).content.decode()
    assert "4 rows, Windows-1252, separated by semicolon." in page
    assert "Nothing is written yet." in page
    assert '<option value="given_name" selected>First name</option>' in page
    assert "Jürgen · Ingrid · Ohne" in page
    assert "Farbe" in page
    assert Individual.objects.count() == 1
    assert job.state == "uploaded"


def test_the_list_is_taken_over_and_the_report_names_what_was_refused(
    officer: Client, cleo: Individual, bells: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    job = upload(officer)
    confirm(officer, job, django_capture_on_commit_callbacks)
    assert bells == [(str(job.association_id), str(job.pk))]
    waiting = officer.get(page_of(job)).content.decode()
    assert "0 of 4 rows." in waiting
    assert f'hx-get="{page_of(job, "status")}"' in waiting
    assert "Look again" in waiting
    work(job)
    page = officer.get(page_of(job)).content.decode()
    assert "2 people were added." in page
    for words in (
        "This is not an e-mail address.",
        "There is no name.",
        '<td data-label="Column">First name',
    ):
        assert words in page, words
    assert "kein-mail" not in page
    jurgen = Individual.objects.get(email="j.mueller@example.org")
    assert (jurgen.source, jurgen.addresses.get().street) == ("imported", "Am Weg 1")
    assert LedgerEntry.objects.get(kind="import.done").actor_uid == cleo.pk
    rest = job.file.read().decode("utf-8-sig")
    assert "kein-mail" in rest
    assert "j.mueller" not in rest  # whoever is in is there no more


def test_the_lines_are_those_of_the_file(officer: Client, django_capture_on_commit_callbacks: Any) -> None:
    job = upload(officer)
    confirm(officer, job, django_capture_on_commit_callbacks)
    work(job)
    # Ingrid's address goes over two lines.
    assert list(job.refusals.values_list("line", flat=True)) == [5, 6]


def test_a_trial_writes_nothing_and_is_then_done_in_earnest(
    officer: Client, bells: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    job = upload(officer)
    confirm(officer, job, django_capture_on_commit_callbacks, how="try")
    work(job)
    page = officer.get(page_of(job)).content.decode()
    assert "2 people would be added." in page
    assert "Nothing was written." in page
    assert Individual.objects.count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        answer = officer.post(page_of(job, "now"))
    real = Import.objects.get(pk=bells[-1][1])
    assert answer.url == page_of(real)
    work(real)
    assert Individual.objects.filter(source="imported").count() == 2
    job.refresh_from_db()
    assert job.file is None


def test_a_wrong_guess_is_corrected(officer: Client, django_capture_on_commit_callbacks: Any) -> None:
    job = upload(officer)
    columns = ["family_name", "given_name", *COLUMNS[2:]]
    confirm(officer, job, django_capture_on_commit_callbacks, columns=columns)
    work(job)
    assert Individual.objects.get(email="j.mueller@example.org").family_name == "Jürgen"


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        (["given_name", "given_name", *COLUMNS[2:]], "First name is chosen twice."),
        (["", "", *COLUMNS[2:]], "No column says who somebody is"),
        (["nonsense", *COLUMNS[1:]], "Select a valid choice"),
    ],
)
def test_headings_that_name_nobody_are_an_error(
    officer: Client, bells: list[Any], django_capture_on_commit_callbacks: Any, columns: list[str], told: str
) -> None:
    job = upload(officer)
    answer = confirm(officer, job, django_capture_on_commit_callbacks, columns=columns)
    assert answer.status_code == 200
    assert told in answer.content.decode()
    assert bells == []


def test_the_rows_that_were_refused_are_downloaded_corrected_and_uploaded_again(
    officer: Client, django_capture_on_commit_callbacks: Any
) -> None:
    job = upload(officer)
    confirm(officer, job, django_capture_on_commit_callbacks)
    work(job)
    assert page_of(job, "rows") in officer.get(page_of(job)).content.decode()
    answer = officer.get(page_of(job, "rows"))
    assert answer["Content-Disposition"] == 'attachment; filename="rows-to-correct.csv"'
    text = answer.content.decode("utf-8-sig")
    assert text.splitlines() == [
        "Vorname,Nachname,E-Mail,Straße,Ort,Land,Farbe,Line in the list,What is the matter",
        "Ohne,Adresse,kein-mail,Am Weg 3,Bonn,DE,grün,5,E-mail: This is not an e-mail address.",
        ",,leer@example.org,Am Weg 4,Bonn,DE,,6,First name: There is no name.",
    ]
    again = upload(officer, text.replace("kein-mail", "ohne@example.org"), "utf-8-sig")
    assert again.columns == [*COLUMNS, "", ""]
    confirm(officer, again, django_capture_on_commit_callbacks, columns=again.columns)
    assert (work(again).added, again.refused) == (1, 1)


def test_rows_of_a_trial_are_downloaded_from_the_list_that_waits(
    officer: Client, django_capture_on_commit_callbacks: Any
) -> None:
    job = upload(officer)
    confirm(officer, job, django_capture_on_commit_callbacks, how="try")
    work(job)
    assert officer.get(page_of(job, "rows")).content.decode("utf-8-sig").count("\r\n") == 3


def test_rows_are_gone_with_the_file(officer: Client, django_capture_on_commit_callbacks: Any) -> None:
    job = upload(officer)
    confirm(officer, job, django_capture_on_commit_callbacks)
    work(job)
    jobs.drop_file(job)
    assert officer.get(page_of(job, "rows")).status_code == 404
    assert page_of(job, "rows") not in officer.get(page_of(job)).content.decode()


def test_after_a_trial_how_the_list_is_read_can_be_corrected(
    officer: Client, django_capture_on_commit_callbacks: Any
) -> None:
    job = upload(officer)
    swapped = ["family_name", "given_name", *COLUMNS[2:]]
    confirm(officer, job, django_capture_on_commit_callbacks, columns=swapped, how="try")
    work(job)
    assert "Correct how it is read" in officer.get(page_of(job)).content.decode()
    officer.post(page_of(job, "correct"))
    again = Import.objects.latest("created_at")
    assert (again.state, again.columns) == ("uploaded", swapped)
    confirm(officer, again, django_capture_on_commit_callbacks)
    work(again)
    assert Individual.objects.get(email="j.mueller@example.org").given_name == "Jürgen"


def test_characters_separator_and_headings_are_corrected_and_remembered(officer: Client) -> None:
    text = "Stand März;;\r\nVorname;Nachname;E-Mail\r\nJürgen;Größer;j@example.org\r\n"
    job = upload(officer, text, "cp850")
    wrong = {"encoding": "cp1252", "delimiter": ";", "heading_line": "1", "read": "1"}
    assert officer.post(page_of(job), wrong).url == page_of(job)
    assert "J\x81rgen" in officer.get(page_of(job)).content.decode()
    officer.post(page_of(job), {**wrong, "encoding": "cp850", "heading_line": "2"})
    page = officer.get(page_of(job)).content.decode()
    assert "Größer" in page
    assert '<option value="given_name" selected>First name</option>' in page


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"heading_line": "9"}, "The file has no such line with headings."),
        ({"encoding": "utf-8"}, "The characters of the file cannot be read."),
    ],
)
def test_what_cannot_be_read_like_that_is_said(officer: Client, how: dict[str, str], told: str) -> None:
    job = upload(officer)
    values = {"encoding": "cp1252", "delimiter": ";", "heading_line": "1", "read": "1"}
    assert told in officer.post(page_of(job), values | how).content.decode()


def test_what_was_chosen_is_proposed_for_the_next_list_of_its_kind(
    officer: Client, django_capture_on_commit_callbacks: Any
) -> None:
    """Known by what was guessed of the headings: not one of them is kept."""
    text = "Rufname,Sippe,E-Mail,Geburtstag\r\nAnn,Archer,ann@example.org,02/03/1984\r\n"
    job = upload(officer, text, "utf-8")
    columns = ["given_name", "family_name", "email", "born_on"]
    more = {"country": "GB", "date_order": "mdy"}
    confirm(officer, job, django_capture_on_commit_callbacks, columns=columns, **more)
    work(job)
    assert str(Individual.objects.get(email="ann@example.org").born_on) == "1984-02-03"
    again = upload(officer, text.replace("Ann", "Ben"), "utf-8")
    assert (again.columns, again.country.code, again.date_order) == (columns, "GB", "mdy")
    other = upload(officer, "first,last,email\r\nCem,Gamma,cem@example.org\r\n", "utf-8")
    assert (other.columns, other.country.code) == (["given_name", "family_name", "email"], "GB")


def test_the_order_of_dates_is_asked_where_the_column_leaves_it_open(
    officer: Client, django_capture_on_commit_callbacks: Any
) -> None:
    job = upload(officer, "first,email,birthday\r\nAnn,ann@example.org,02/03/1984\r\n", "utf-8")
    columns = ["given_name", "email", "born_on"]
    answer = confirm(officer, job, django_capture_on_commit_callbacks, columns=columns)
    assert "The dates fit both." in answer.content.decode()
    confirm(officer, job, django_capture_on_commit_callbacks, columns=columns, date_order="dmy")
    work(job)
    assert str(Individual.objects.get(email="ann@example.org").born_on) == "1984-03-02"


def test_whose_country_the_list_does_not_name_gets_the_one_that_was_said(
    officer: Client, django_capture_on_commit_callbacks: Any
) -> None:
    job = upload(officer, "first,email,street\r\nAnn,ann@example.org,Lane 9\r\n", "utf-8")
    assert '<option value="IE" selected>Ireland</option>' in officer.get(page_of(job)).content.decode()
    confirm(
        officer,
        job,
        django_capture_on_commit_callbacks,
        columns=["given_name", "email", "street"],
        country="GB",
    )
    work(job)
    ann = Individual.objects.get(email="ann@example.org")
    assert (ann.country.code, ann.addresses.get().country.code) == ("GB", "GB")


def test_the_upload_page_says_that_an_old_list_brings_the_erased_back(officer: Client) -> None:
    assert "An old list can bring back people who have been erased" in officer.get(UPLOAD).content.decode()


def test_twice_the_same_list_changes_nothing(
    officer: Client, django_capture_on_commit_callbacks: Any
) -> None:
    for _time in range(2):
        job = upload(officer)
        confirm(officer, job, django_capture_on_commit_callbacks)
        work(job)
    assert (job.added, job.changed, job.unchanged) == (0, 0, 2)
    assert Individual.objects.filter(source="imported").count() == 2


def test_a_list_is_thrown_away_before_it_begins(officer: Client) -> None:
    job = upload(officer)
    assert isinstance(job.file, SealedFile)
    officer.post(page_of(job, "stop"))
    job.refresh_from_db()
    assert (job.state, job.file) == ("cancelled", None)
    assert Individual.objects.count() == 1


def test_a_list_that_runs_is_stopped_after_whole_batches(
    officer: Client, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    rows = "".join(f"Person{n};Nummer{n};p{n}@example.org;;;;\r\n" for n in range(7))
    job = upload(officer, LIST.splitlines()[0] + "\r\n" + rows)
    confirm(officer, job, django_capture_on_commit_callbacks)
    monkeypatch.setattr(jobs, "BATCH", 2)
    take_batch = jobs.take_batch

    def then_stop(*values: Any) -> bool:
        is_ours = take_batch(*values)
        if values[1].read == 4:
            officer.post(page_of(job, "stop"))
        return is_ours

    monkeypatch.setattr(jobs, "take_batch", then_stop)
    work(job)
    assert (job.state, job.read, job.added) == ("cancelled", 4, 4)
    assert Individual.objects.filter(source="imported").count() == 4
    assert "Stopped." in officer.get(page_of(job)).content.decode()


def test_the_panel_reloads_the_page_when_the_list_is_in(
    officer: Client, django_capture_on_commit_callbacks: Any
) -> None:
    job = upload(officer)
    confirm(officer, job, django_capture_on_commit_callbacks)
    assert "HX-Refresh" not in officer.get(page_of(job, "status")).headers
    work(job)
    assert officer.get(page_of(job, "status")).headers["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("data", "told"),
    [(b"", "There is nothing in the file."), (b"a\0b,c\n", "This is not a table of text.")],
)
def test_what_is_no_list_is_said_at_once(officer: Client, data: bytes, told: str) -> None:
    answer = officer.post(UPLOAD, {"file": SimpleUploadedFile("x.csv", data, "text/csv")})
    assert told in answer.content.decode()
    assert not Import.objects.exists()


def test_a_file_too_large_for_memory_is_refused_and_lies_nowhere(officer: Client, settings: Any) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
    big = SimpleUploadedFile("x.csv", b"name,email\n" + b"x" * 1024 * 1024, "text/csv")
    answer = officer.post(UPLOAD, {"file": big})
    assert "The file is larger than 1 MB." in answer.content.decode()
    assert not Import.objects.exists()


def test_nothing_chosen_is_an_error(officer: Client) -> None:
    assert "error-summary" in officer.post(UPLOAD, {}).content.decode()


def test_the_file_lies_sealed_and_not_longer_than_a_week(officer: Client, association: Association) -> None:
    job = upload(officer)
    path = path_of(association.pk, job.file.stored)
    assert path.exists()
    assert "Müller".encode("cp1252") not in path.read_bytes()
    Import.objects.filter(pk=job.pk).update(created_at="2026-01-01T00:00Z")
    housekeeping.tidy_one()
    job.refresh_from_db()
    assert job.file is None
    assert "Upload it once more." in officer.get(page_of(job)).content.decode()


def test_the_lists_are_listed_with_who_brought_them(officer: Client) -> None:
    upload(officer)
    page = officer.get(reverse("admin:ams_import_changelist")).content.decode()
    assert "Cleo Carter" in page
    assert "Uploaded" in page


def test_a_member_brings_no_list(client: Client, ann: Individual) -> None:
    client.force_login(ann.account)
    answer = client.post(UPLOAD, {"file": SimpleUploadedFile("x.csv", LIST.encode(), "text/csv")})
    assert answer.status_code in {302, 403}
    assert not Import.objects.exists()


def test_staff_bring_lists(client: Client, cleo: Individual) -> None:
    account: Any = cleo.account
    account.role = Role.STAFF
    account.save()
    client.force_login(account)
    assert upload(client).started_by == cleo.pk


def test_who_is_entered_by_staff_is_told_too(officer: Client, association: Association) -> None:
    from ams.imports.inform import inform_some  # noqa: PLC0415 beside its only use

    form = {"given_name": "Dora", "family_name": "Deer", "email": "dora@example.org", "language": "en"}
    officer.post(reverse("admin:ams_individual_add"), form)
    assert inform_some(association.pk) == 1
    letter = SentMail.objects.get(template="imports/mail/told")
    assert "Our staff have entered you" in letter.text.replace("\n", " ")
    assert "list of people" not in letter.text
    assert inform_some(association.pk) == 0
