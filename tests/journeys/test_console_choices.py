"""Staff read where Ann stood at any moment, enter what she said elsewhere, and show an authority the evidence."""

import csv
import html
import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ams.models import Association, Individual, SentMail
from ams.roles import Role
from consent import gate
from consent.decide import give, withdraw
from consent.models import Decision, Paper
from privacy.ledger.models import LedgerEntry
from privacy.tenancy import speaking_for
from tests import factories
from tests.consent import asked
from tests.consent.test_decide import how
from tests.consent.test_papers import LONG_AGO, PDF

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client: Client, cleo: Individual) -> Client:
    client.force_login(cleo.account)
    return client


def url(name: str, person: Individual, *more: Any) -> str:
    return reverse(f"admin:ams_individual_{name}", args=[person.pk, *more])


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


def views_of(person: Individual) -> int:
    return LedgerEntry.objects.filter(kind="individual.viewed", subject_uid=person.pk).count()


def a_history(ann: Individual) -> tuple[Decision, Decision]:
    version = asked.letter(effective_at=LONG_AGO)
    with time_machine.travel(datetime(2026, 3, 1, 9, tzinfo=UTC), tick=False):
        first = give(ann, version, **how(ann, language="de"))
    with time_machine.travel(datetime(2026, 6, 1, 9, tzinfo=UTC), tick=False):
        return first, withdraw(ann, version, **how(ann))


def said(of: Any, **more: Any) -> dict[str, Any]:
    values = {
        "version": of.pk,
        "answer": "yes",
        "language": "en",
        "source": "paper",
        "said_on": "2026-04-01",
    }
    return values | more


# ── Where she stood ──────────────────────────────────────────────────────────────────────────────────


def test_the_tab_shows_now_and_any_moment_before(officer: Client, ann: Individual) -> None:
    first, second = a_history(ann)
    now = read(officer, url("choices", ann))
    assert "Monthly letter" in now
    assert "1 June 2026, 10:00\xa0IST" in now or "1 June 2026, 10:00 IST" in now
    then = read(officer, f"{url('choices', ann)}?day=2026-04-01&time=12:00")
    table, line = then.split("Every decision")
    assert url("words", ann, first.pk) in table
    assert url("words", ann, second.pk) not in table
    assert "Version 1, in German" in table
    assert line.index(str(second.pk)) < line.index(str(first.pk))
    assert views_of(ann) == 2


def test_before_anything_was_asked_there_is_nothing(officer: Client, ann: Individual) -> None:
    a_history(ann)
    assert "Nothing had been asked yet" in read(officer, f"{url('choices', ann)}?day=2019-01-01")


@pytest.mark.parametrize("query", ["day=2099-01-01", "day=2099-01-01&time=10:00"])
def test_the_future_is_refused_beside_the_field(officer: Client, ann: Individual, query: str) -> None:
    a_history(ann)
    page = read(officer, f"{url('choices', ann)}?{query}")
    assert "This is still to come." in page
    assert 'aria-describedby="id_day_error"' in page
    assert "<table" not in page


def test_a_later_hour_of_today_is_the_future_too(officer: Client, ann: Individual) -> None:
    with time_machine.travel(datetime(2026, 7, 1, 12, tzinfo=UTC), tick=False):
        page = read(officer, f"{url('choices', ann)}?time=23:00")
        assert 'aria-describedby="id_time_error"' in page
        assert "This is still to come." not in read(officer, f"{url('choices', ann)}?time=09:00")


def test_a_moment_that_is_none_is_said(officer: Client, ann: Individual) -> None:
    assert "error-summary" in read(officer, f"{url('choices', ann)}?day=31.31.2026")


def test_the_exact_words_are_those_of_the_language_that_she_read(officer: Client, ann: Individual) -> None:
    first, _second = a_history(ann)
    asked.newer(first.version)
    page = read(officer, url("words", ann, first.pk))
    assert "Monthly letter, in full, in de." in page
    assert first.text_hash in page
    assert "now with offers" not in page


def test_ben_s_decision_is_not_on_ann_s_page(officer: Client, ann: Individual, ben: Individual) -> None:
    first, _second = a_history(ann)
    assert officer.get(url("words", ann, first.pk)).status_code == 200
    assert officer.get(url("words", ben, first.pk)).status_code == 404


def test_a_member_has_no_way_in(client: Client, ann: Individual) -> None:
    client.force_login(ann.account)
    for name in ("choices", "enter"):
        assert client.get(url(name, ann)).status_code in {302, 403}
    assert client.post(url("evidence", ann)).status_code in {302, 403}


# ── What she said elsewhere ──────────────────────────────────────────────────────────────────────────


def test_cleo_enters_a_signed_paper(officer: Client, ann: Individual, cleo: Individual) -> None:
    version = asked.letter(effective_at=LONG_AGO)
    assert "The words that the person had" in read(officer, url("enter", ann))

    preview = officer.post(url("enter", ann), said(version)).content.decode()
    assert "You are about to enter for Ann Archer: yes to Monthly letter, version 1." in preview
    assert not Decision.objects.exists()

    scan = SimpleUploadedFile("form.pdf", PDF, "text/html")
    answer = officer.post(url("enter", ann), said(version, confirm="1", note="", scan=scan))

    assert answer.url == url("choices", ann), answer.content.decode()
    assert gate.allows(ann.pk, "letter")
    paper = Paper.objects.get()
    assert (paper.entered_by, paper.file.content_type) == (cleo.pk, "application/pdf")
    page = read(officer, url("choices", ann))
    assert "By Cleo Carter" in page
    assert url("paper", ann, paper.decision_id) in page
    assert SentMail.objects.filter(template="consent/mail/entered", individual=ann).exists()


def test_the_evidence_is_opened_on_the_record_and_ann_reads_it_too(officer: Client, ann: Individual) -> None:
    version = asked.letter(effective_at=LONG_AGO)
    scan = SimpleUploadedFile("form.pdf", PDF)
    officer.post(url("enter", ann), said(version, confirm="1", note="Signed at the door", scan=scan))
    decision, before = Decision.objects.get(), views_of(ann)

    page = read(officer, url("paper", ann, decision.pk))
    assert "Signed at the door" in page
    assert "form.pdf" in page
    file = officer.get(url("paper_file", ann, decision.pk))
    assert b"".join(file.streaming_content) == PDF
    assert file["Content-Disposition"].startswith("attachment")
    assert views_of(ann) == before + 2

    hers = Client()
    hers.force_login(ann.account)
    words = read(hers, reverse("consent:wording", args=[decision.pk]))
    assert "Signed at the door" in words
    theirs = hers.get(reverse("consent:scan", args=[decision.pk]))
    assert b"".join(theirs.streaming_content) == PDF


def test_ben_opens_no_scan_of_ann(officer: Client, ann: Individual, ben: Individual) -> None:
    version = asked.letter(effective_at=LONG_AGO)
    scan = SimpleUploadedFile("form.pdf", PDF)
    officer.post(url("enter", ann), said(version, confirm="1", scan=scan))
    decision = Decision.objects.get()
    his = Client()
    his.force_login(ben.account)
    assert his.get(reverse("consent:scan", args=[decision.pk])).status_code == 404
    assert officer.get(url("paper_file", ben, decision.pk)).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"said_on": "2099-01-01"}, "said_on"),
        ({"said_on": "2001-01-01"}, "said_on"),
        ({"said_on": ""}, "said_on"),
        ({"language": "it"}, "language"),
        ({"version": 0}, "version"),
        ({"answer": "perhaps"}, "answer"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    officer: Client, ann: Individual, change: dict[str, Any], field: str
) -> None:
    version = asked.letter(effective_at=LONG_AGO)
    page = officer.post(url("enter", ann), said(version, confirm="1", note="x", **change)).content.decode()
    assert f'id="id_{field}_error"' in page
    assert "You are about to" not in page
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("proof", "field"),
    [
        ({}, "note"),
        ({"scan": (b"<html>", "form.pdf")}, "scan"),
        ({"scan": (b"", "form.pdf")}, "scan"),
        ({"scan": (PDF + b"0" * 10 * 1024 * 1024, "form.pdf")}, "scan"),
        ({"scan": (PDF + b"0" * 20 * 1024 * 1024, "form.pdf")}, "scan"),
        ({"note": "x" * 2001}, "note"),
    ],
)
def test_evidence_that_is_none_is_said_beside_its_field(
    officer: Client, ann: Individual, proof: dict[str, Any], field: str
) -> None:
    version = asked.letter(effective_at=LONG_AGO)
    if "scan" in proof:
        data, name = proof["scan"]
        proof = {"scan": SimpleUploadedFile(name, data, "application/pdf")}
    page = officer.post(url("enter", ann), said(version, confirm="1", **proof)).content.decode()
    assert f'id="id_{field}_error"' in page
    assert "You are about to" in page
    assert not Decision.objects.exists()


def test_what_has_ended_and_what_is_only_told_is_not_offered(officer: Client, ann: Individual) -> None:
    from consent.models import Kind  # noqa: PLC0415 beside its only use
    from privacy.declarations import Basis  # noqa: PLC0415 as above

    letter, journal = asked.letter(), asked.journal(kind=Kind.NOTICE, basis=Basis.LEGITIMATE_INTEREST)
    old = asked.compose("old", asked.words("Old use"), number=9)
    old.statement.ended_at = timezone.now()
    old.statement.save()
    page = read(officer, url("enter", ann))
    assert f'<option value="{letter.pk}">' in page
    assert f'<option value="{journal.pk}">' not in page
    assert f'<option value="{old.pk}">' not in page


def test_cleo_enters_nothing_for_herself(officer: Client, cleo: Individual) -> None:
    version = asked.letter(effective_at=LONG_AGO)
    assert "Your own choices you make yourself" in read(officer, url("enter", cleo))
    officer.post(url("enter", cleo), said(version, confirm="1", note="x"))
    assert not Decision.objects.exists()


def test_who_is_paused_is_left_in_peace(officer: Client, ann: Individual) -> None:
    version = asked.letter(effective_at=LONG_AGO)
    Individual.objects.filter(pk=ann.pk).update(restricted_at=timezone.now())
    assert "once the pause is over" in read(officer, url("enter", ann))
    officer.post(url("enter", ann), said(version, confirm="1", note="x"))
    assert not Decision.objects.exists()


def test_of_who_is_erased_nothing_is_left_to_show_or_enter(officer: Client, ann: Individual) -> None:
    asked.letter()
    Individual.objects.filter(pk=ann.pk).update(erased_at=timezone.now())
    assert "Nothing has been decided yet." in read(officer, url("choices", ann))
    assert "data is erased" in html.unescape(read(officer, url("enter", ann)))


def test_a_double_click_enters_once(officer: Client, ann: Individual) -> None:
    version = asked.letter(effective_at=LONG_AGO)
    for _click in range(2):
        answer = officer.post(url("enter", ann), said(version, confirm="1", note="x"))
    assert "There is nothing to enter" in answer.content.decode()
    assert Paper.objects.count() == SentMail.objects.filter(template="consent/mail/entered").count() == 1


def test_an_older_answer_does_not_undo_a_newer_one(officer: Client, ann: Individual) -> None:
    first, _second = a_history(ann)
    page = officer.post(url("enter", ann), said(first.version, said_on="2026-05-01")).content.decode()
    assert "What was said before does not change it." in page


# ── For an authority ─────────────────────────────────────────────────────────────────────────────────


def unpacked(answer: Any) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


def test_the_evidence_is_handed_out_and_the_ledger_says_so(
    officer: Client, ann: Individual, ben: Individual, cleo: Individual
) -> None:
    first, second = a_history(ann)
    give(ben, first.version, **how(ben))
    files = unpacked(officer.post(url("evidence", ann)))

    assert set(files) == {"README.txt", "decisions.csv", "words.csv"}
    rows = list(csv.reader(io.StringIO(files["decisions.csv"])))
    assert ["Name", "Ann Archer"] in rows
    table = rows[rows.index([]) + 1 :]
    assert [row[table[0].index("decision")] for row in table[1:]] == [str(first.pk), str(second.pk)]
    assert "Monthly letter, in full, in de." in files["words.csv"]
    entry = LedgerEntry.objects.get(kind="data.disclosed")
    assert (entry.subject_uid, entry.actor_uid, entry.payload) == (ann.pk, cleo.pk, {"things": 2})


def test_a_spreadsheet_runs_nothing_of_it(officer: Client, ann: Individual) -> None:
    Individual.objects.filter(pk=ann.pk).first()
    ann.given_name = '=HYPERLINK("x")'
    ann.save()
    give(ann, asked.letter(), **how(ann))
    rows = list(csv.reader(io.StringIO(unpacked(officer.post(url("evidence", ann)))["decisions.csv"])))
    name = next(row[1] for row in rows if row and row[0] == "Name")
    assert name.startswith("'=HYPERLINK")


def test_the_evidence_is_asked_for_by_a_click_alone(officer: Client, ann: Individual) -> None:
    assert officer.get(url("evidence", ann)).status_code == 405
    assert not LedgerEntry.objects.filter(kind="data.disclosed").exists()


def test_staff_hand_it_out_too(client: Client, ann: Individual, ben: Individual) -> None:
    account: Any = ben.account
    account.role = Role.STAFF
    account.save()
    client.force_login(account)
    a_history(ann)
    assert "README.txt" in unpacked(client.post(url("evidence", ann)))


def test_the_sister_s_people_are_not_here(officer: Client, sister: Association) -> None:
    with speaking_for(sister.pk):
        other = factories.make_individual()
    for name in ("choices", "enter"):
        assert officer.get(url(name, other)).status_code == 404
    assert officer.post(url("evidence", other)).status_code == 404


def test_yesterday_is_the_whole_of_it(officer: Client, ann: Individual) -> None:
    """A day without an hour means its end."""
    first, _second = a_history(ann)
    assert (
        url("words", ann, first.pk)
        in read(officer, f"{url('choices', ann)}?day=2026-03-01").split("Every")[0]
    )
    day_before = (first.at - timedelta(days=1)).date()
    assert (
        url("words", ann, first.pk)
        not in read(officer, f"{url('choices', ann)}?day={day_before}").split("Every")[0]
    )
