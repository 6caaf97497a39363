"""Lists as associations have them: read whatever the program, taken over in whole batches, twice without harm."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from ams.imports import job as jobs
from ams.imports.headings import guess
from ams.imports.inform import claim_url, inform
from ams.imports.read import Unreadable, table_of
from ams.imports.refused import Refused
from ams.imports.row import Person, cleaned, split_name
from ams.models import Account, Import, ImportRefusal, Individual, PhoneNumber, PostalAddress, SentMail
from privacy.ledger.models import LedgerEntry
from privacy.tenancy import speaking_for

LIST = (
    "Vorname;Nachname;E-Mail;Straße;PLZ;Ort;Land\n"
    "Jürgen;Müller;j.mueller@example.org;Am Weg 1;53115;Bonn;Deutschland\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_program_s_file_reads_the_same(encoding: str, delimiter: str, ending: str) -> None:
    text = LIST.replace(";", delimiter).replace("\n", ending)
    table = table_of(text.encode(encoding))
    assert table.headings == ["Vorname", "Nachname", "E-Mail", "Straße", "PLZ", "Ort", "Land"]
    (row,) = table.rows()
    assert row.cells[:3] == ["Jürgen", "Müller", "j.mueller@example.org"]
    assert row.line == 2


def test_a_line_break_inside_quotes_stays_in_its_cell() -> None:
    table = table_of(
        b'name,address,email\n"Ann Archer","Lane 9\nFlat 2",ann@example.org\nBen,Road 1,ben@example.org\n'
    )
    first, second = table.rows()
    assert first.cells[1] == "Lane 9\nFlat 2"
    assert second.line == 4


@pytest.mark.parametrize(
    ("data", "reason"), [(b"", "empty_file"), (b"\n\n", "empty_file"), (b"a\0b,c\n1,2\n", "not_a_table")]
)
def test_what_is_no_table_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        table_of(data)
    assert refusal.value.reason == reason


def test_headings_are_guessed_in_three_languages() -> None:
    assert guess(["first_name", "NOM", "e-mail", "PLZ", "phone1", "Lieblingsfarbe"]) == [
        "given_name", "family_name", "email", "postcode", "phone", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "cell", "reason"),
    [
        ("email", "not an address", "bad_email"),
        ("born_on", "yesterday", "bad_date"),
        ("country", "Atlantis", "bad_country"),
        ("language", "tlh", "bad_language"),
        ("town", "x" * 101, "too_long"),
        ("given_name", "A\x07n", "bad_characters"),
    ],
)
def test_a_bad_cell_is_refused_by_column_and_reason_and_never_repeated(
    field: str, cell: str, reason: str
) -> None:
    with pytest.raises(Refused) as refusal:
        cleaned(field, cell, ["en"])
    assert refusal.value.reason == reason
    assert cell not in str(refusal.value)


@pytest.mark.parametrize(
    ("whole", "given", "family"), [("Ann Archer", "Ann", "Archer"), ("Archer, Ann", "Ann", "Archer")]
)
def test_a_whole_name_is_split(whole: str, given: str, family: str) -> None:
    person = Person(1, {"full_name": whole})
    split_name(person)
    assert (person.get("given_name"), person.get("family_name")) == (given, family)


def many(number: int) -> bytes:
    lines = [f"Vera{n},Vogel{n},vera{n}@example.org,Road {n},Dublin,+353 1 {n}" for n in range(number)]
    return "\n".join(["first,last,email,address,city,phone", *lines]).encode()


def take(association: Any, data: bytes, **options: Any) -> Import:
    with speaking_for(association.pk):
        job = jobs.received(data, "list.csv", actor=None, keep=False, **options)
        jobs.start_here(job, job.columns)
    return jobs.read_in(association.pk, job, table_of(data))


@pytest.mark.django_db
def test_people_are_added_with_address_and_phone(association: Any) -> None:
    job = take(association, many(600))
    assert (job.added, job.refused, job.state) == (600, 0, "done")
    vera = Individual.objects.get(email="vera7@example.org")
    assert (vera.given_name, vera.source, vera.country.code) == ("Vera7", "imported", "IE")
    assert PostalAddress.objects.get(individual=vera).street == "Road 7"
    assert PhoneNumber.objects.get(individual=vera).number == "+353 1 7"
    assert LedgerEntry.objects.get(kind="import.done").payload["rows"] == 600


@pytest.mark.django_db
def test_twice_changes_nothing(association: Any) -> None:
    take(association, many(300))
    again = take(association, many(300))
    assert (again.added, again.changed, again.unchanged) == (0, 0, 300)
    assert Individual.objects.count() == 300
    assert PhoneNumber.objects.count() == 300


@pytest.mark.django_db
def test_what_a_member_corrected_is_not_undone_and_what_is_empty_is_filled(association: Any) -> None:
    take(association, b"first,last,email\nAnn,Old,ann@example.org\n")
    Individual.objects.filter(email="ann@example.org")
    ann = Individual.objects.get(email="ann@example.org")
    ann.family_name = "New"
    ann.save()
    job = take(association, b"first,last,email,title\nAnn,Old,ann@example.org,Dr\n")
    ann.refresh_from_db()
    assert (job.changed, ann.family_name, ann.title) == (1, "New", "Dr")


@pytest.mark.django_db
def test_a_dry_run_writes_nobody(association: Any) -> None:
    job = take(association, many(10), dry_run=True)
    assert job.added == 10
    assert not Individual.objects.exists()


@pytest.mark.django_db
def test_refused_rows_say_line_and_column_and_hold_no_value(association: Any) -> None:
    job = take(
        association,
        b"first,last,email\nAnn,Archer,zq7x9kv3w\n,,ben@example.org\nCleo,Carter,cleo@example.org\n",
    )
    assert (job.added, job.refused) == (1, 2)
    refused = ImportRefusal.objects.filter(import_job=job)
    assert [(each.line, each.field, each.reason) for each in refused] == [
        (2, "email", "bad_email"),
        (3, "given_name", "no_name"),
    ]
    assert "zq7x9kv3w" not in str([each.__dict__ for each in refused])


@pytest.mark.django_db
def test_one_address_and_another_s_number_are_refused(association: Any) -> None:
    take(association, b"first,email,member no\nAnn,ann@example.org,1\nBen,ben@example.org,2\n")
    job = take(association, b"first,email,member no\nAnn,ann@example.org,2\n")
    assert ImportRefusal.objects.get(import_job=job).reason == "two_people"


@pytest.mark.django_db(transaction=True)
def test_killed_between_batches_only_whole_batches_are_there_and_it_goes_on(association: Any) -> None:
    data = many(600)

    class Killed(BaseException):
        pass

    def kill_at_second(job: Import) -> None:
        if job.read >= 2 * jobs.BATCH:
            raise Killed

    with speaking_for(association.pk):
        job = jobs.received(data, "list.csv", actor=None)
        jobs.start(job, job.columns)
    claimed = jobs.claim(association.pk, job.pk)
    assert claimed is not None
    with pytest.raises(Killed):
        jobs.read_in(association.pk, claimed, table_of(data), kill_at_second)
    with speaking_for(association.pk):
        assert Individual.objects.count() == 2 * jobs.BATCH
        Import.objects.update(claimed_until=None)
    jobs.run(association.pk, job.pk)
    with speaking_for(association.pk):
        assert Individual.objects.count() == 600
        done = Import.objects.get()
        assert (done.state, done.added, done.file) == ("done", 600, None)


@pytest.mark.django_db
def test_everybody_imported_is_told_once_and_can_claim_their_pages(association: Any, client: Any) -> None:
    take(association, many(3))
    assert inform(association.pk) == 3
    assert inform(association.pk) == 0
    letter = SentMail.objects.filter(template="imports/mail/told").first()
    assert letter is not None
    link = next(word for word in letter.text.split() if "/claim/" in word).split("testserver", 1)[1]
    assert letter.individual.given_name in client.get(link).content.decode()
    page = client.post(link, {"new_password1": "long-enough-2026", "new_password2": "long-enough-2026"})
    assert page.url == "/privacy/"
    assert Account.objects.get().individual_id == letter.individual_id
    assert client.get("/privacy/").status_code == 200
    assert client.get(link).status_code == 410


@pytest.mark.django_db
def test_a_claim_link_is_void_once_the_address_has_changed(association: Any, client: Any) -> None:
    take(association, many(1))
    vera = Individual.objects.get()
    link = claim_url(vera).split("testserver", 1)[1]
    assert client.get(link).status_code == 200
    vera.email = "other@example.org"
    vera.save()
    assert client.get(link).status_code == 410


@pytest.mark.django_db
def test_the_command_shows_the_headings_and_a_report(association: Any, tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(many(2) + b"\nX,Y,nonsense,,,\n")
    call_command("import_individuals", str(file), association="esc")
    told = capsys.readouterr().out
    assert "first                    First name" in told
    assert "2 people were added" in told
    assert "line 4, email: This is not an e-mail address." in told
    assert "nonsense" not in told


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("file", "slug", "words"),
    [
        ("missing.csv", "esc", "cannot be read"),
        ("list.csv", "nobody", "no association"),
        ("odd.csv", "esc", "No column"),
    ],
)
def test_bad_input_gets_one_line(association: Any, tmp_path: Path, file: str, slug: str, words: str) -> None:
    (tmp_path / "list.csv").write_bytes(many(1))
    (tmp_path / "odd.csv").write_bytes(b"colour,size\nred,1\n")
    with pytest.raises(CommandError, match=words):
        call_command("import_individuals", str(tmp_path / file), association=slug)
