"""Lists as they should not be, and two of them at once: an answer each time, and nobody is lost."""

import unicodedata
from functools import partial
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from ams.imports import job as jobs
from ams.imports import take_over
from ams.imports.read import Table, Unreadable, table_of
from ams.imports.reasons import sentence
from ams.models import Import, ImportRefusal, Individual
from erasure import erase
from portability.collect import collect
from portability.tables import as_csv
from privacy.tenancy import speaking_for
from tests.erasure.people import asked_and_approved, at_once

ANN = b"first,last,email\nAnn,Archer,ann@example.org\n"


def begun(association: Any, data: bytes) -> tuple[Import, Table]:
    with speaking_for(association.pk):
        job = jobs.received(data, "list.csv", actor=None, keep=False)
        jobs.start_here(job, job.columns)
    return job, table_of(data)


def take(association: Any, data: bytes) -> Import:
    return jobs.read_in(association.pk, *begun(association, data))


def crowd(start: int, end: int) -> bytes:
    lines = [f"Vera,Vogel{n},vera{n}@example.org" for n in range(start, end)]
    return "\n".join(["first,last,email", *lines]).encode()


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b'first,last,email\nAnn,A,a@example.org\nBen,"B,b@example.org\nCleo,C,c@example.org\n', 3),
        (b'first,last,email\nBen,"B' + b",x\n" * 60_000, 2),
        (b'"first,last,email' + b",x\n" * 60_000, 1),
    ],
)
def test_a_quotation_mark_that_stays_open_is_said_with_its_line(data: bytes, line: int) -> None:
    with pytest.raises(Unreadable) as caught:
        list(table_of(data).rows())
    assert (caught.value.reason, caught.value.line) == ("open_quote", line)
    assert f"line {line}" in sentence(caught.value)


def test_quotation_marks_in_the_middle_of_a_cell_are_letters() -> None:
    data = b'first,last,email\nAnn "Annie",A,a@example.org\n"Ben" B,"B\nB",b@example.org\n'
    rows = list(table_of(data).rows())
    assert [row.cells[0] for row in rows] == ['Ann "Annie"', "Ben B"]
    assert [row.line for row in rows] == [2, 3]


def test_a_list_of_three_hundred_columns_is_read_and_one_of_a_thousand_refused(association: Any) -> None:
    extra = ",".join(f"extra{n}" for n in range(300))
    wide = f"first,last,email,{extra}\nAnn,A,ann@example.org,{',' * 299}\n".encode()
    assert take(association, wide).added == 1
    with pytest.raises(Unreadable, match="too_wide"):
        table_of(",".join(f"c{n}" for n in range(1000)).encode())


def test_a_row_with_a_separator_too_many_is_refused_and_empty_cells_at_the_end_are_not(
    association: Any,
) -> None:
    job = take(association, b"first,last,email\nAnn,A,ann@example.org,,\nBen,Baker, Junior,ben@example.org\n")
    assert (job.added, job.refused) == (1, 1)
    assert ImportRefusal.objects.get().reason == "too_many_cells"


def test_what_a_cell_holds_is_text_and_never_a_formula_or_a_tag(
    association: Any, client: Any, cleo: Any
) -> None:
    take(
        association, b'first,last,email\n"=HYPERLINK(""http://x"")",<script>alert(1)</script>,f@example.org\n'
    )
    person = Individual.objects.get(email="f@example.org")
    assert person.given_name == '=HYPERLINK("http://x")'  # as it was written, since names may be odd
    tables = "".join(as_csv(section).decode("utf-8-sig") for section in collect(person).held)
    assert "HYPERLINK" in tables
    assert ",=HYPERLINK" not in tables
    assert ',"=HYPERLINK' not in tables
    client.force_login(cleo.account)
    page = client.get(f"/console/ams/individual/{person.pk}/change/", follow=True).content.decode()
    assert "&lt;script&gt;alert" in page
    assert "<script>alert" not in page


def test_the_same_address_twice_in_a_batch_and_in_the_next_is_one_person(association: Any) -> None:
    job = take(association, crowd(0, 260) + b"\nVera,Vogel,VERA3@example.org\n" + crowd(0, 3)[17:])
    assert (job.added, job.refused, job.unchanged) == (260, 0, 4)


def test_two_spellings_of_one_letter_are_one_number(association: Any) -> None:
    rows = [f"Ann,A,{unicodedata.normalize(form, 'Ü-17')}" for form in ("NFC", "NFD")]
    job = take(association, "\n".join(["first,last,member number", *rows]).encode())
    assert (job.added, job.unchanged, job.refused) == (1, 1, 0)


@pytest.mark.usefixtures("transactional_db")
def test_two_imports_of_the_same_list_at_once_take_everybody_once(association: Any) -> None:
    data = crowd(0, 600)
    works = [begun(association, data) for _number in range(2)]
    answers = at_once(*[partial(jobs.read_in, association.pk, *work) for work in works])
    assert [type(each) for each in answers] == [Import, Import]
    assert sum(job.added for job in answers) == 600
    assert [job.read for job in answers] == [600, 600]
    assert [job.refused for job in answers] == [0, 0]
    with speaking_for(association.pk):
        assert Individual.objects.count() == 600
        assert not Import.objects.exclude(state=Import.State.DONE).exists()


@pytest.mark.usefixtures("transactional_db")
def test_a_row_that_is_always_in_the_way_is_refused_alone(association: Any, monkeypatch: Any) -> None:
    """As if somebody joined with that address each time, between our look and our write."""
    take(association, crowd(7, 8))
    monkeypatch.setattr(take_over, "found", lambda _name, _values: {})
    job = take(association, crowd(0, 20))
    assert (job.added, job.refused, job.read, job.state) == (19, 1, 20, "done")
    with speaking_for(association.pk):
        assert ImportRefusal.objects.get().reason == "taken_meanwhile"
        assert ImportRefusal.objects.get().line == 9


@pytest.mark.usefixtures("transactional_db")
def test_a_worker_that_was_thought_dead_stops_when_it_comes_back(association: Any) -> None:
    job, table = begun(association, crowd(0, 600))

    def taken_over(_job: Import) -> None:
        with speaking_for(association.pk):
            Import.objects.update(attempts=2)

    stale = jobs.read_in(association.pk, job, table, taken_over)
    assert stale.read == jobs.BATCH
    with speaking_for(association.pk):
        assert Import.objects.get().read == jobs.BATCH


@pytest.mark.usefixtures("transactional_db")
def test_the_worker_leaves_a_list_alone_that_a_command_is_reading(association: Any, tmp_path: Any) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(ANN)
    job, _table = begun(association, ANN)
    assert jobs.due(association.pk) == []
    with speaking_for(association.pk):
        Import.objects.update(claimed_until=timezone.now())  # the command died
    jobs.run(association.pk, job.pk)
    with speaking_for(association.pk):
        assert Import.objects.get().state == Import.State.FAILED
    call_command("import_individuals", str(file), "--association", association.slug)


def test_nothing_is_added_about_somebody_who_asked_to_be_left_alone(association: Any) -> None:
    take(association, ANN)
    Individual.objects.update(restricted_at=timezone.now())
    job = take(association, b"first,last,email,title\nAnn,Archer,ann@example.org,Dr\n")
    assert (job.changed, job.unchanged) == (0, 1)
    assert Individual.objects.get().title is None


@pytest.mark.usefixtures("transactional_db")
def test_who_was_erased_comes_back_as_somebody_new_and_unknown_to_the_old_rows(association: Any) -> None:
    """Nobody may ask an old list of ours whether she was here: so she can only be a new person."""
    take(association, ANN)
    with speaking_for(association.pk):
        ann = Individual.objects.get()
    erase.carry_out(association.pk, asked_and_approved(association, ann).pk)
    assert take(association, ANN).added == 1
    with speaking_for(association.pk):
        new = Individual.objects.get(email="ann@example.org")
        assert new.pk != ann.pk
        assert Individual.objects.get(pk=ann.pk).given_name is None
