"""Consents from before are taken over from a list: shown first, each with its own evidence, and nobody twice."""

import html
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ams.console import earlier
from ams.models import Association, Individual, SentMail
from consent import gate
from consent.decide import give, withdraw
from consent.models import Decision, Paper, Version
from privacy.ledger.models import LedgerEntry
from privacy.tenancy import speaking_for
from tests import factories
from tests.consent import asked
from tests.consent.test_decide import how
from tests.consent.test_papers import LONG_AGO

pytestmark = pytest.mark.django_db
HEAD = "E-Mail;Member number;Date;Source\n"


@pytest.fixture
def officer(client: Client, cleo: Individual) -> Client:
    client.force_login(cleo.account)
    return client


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


def upload(client: Client, version: Version, rows: str, *, head: str = HEAD) -> Any:
    file = SimpleUploadedFile("old.csv", (head + rows).encode(), "text/csv")
    return client.post(reverse("admin:opt_in_earlier"), {"version": version.pk, "file": file})


def go_on(client: Client, answer: Any) -> Any:
    """The next click, with what the page carries."""
    names = ("version", "file", "start", "done", "refused")
    page = answer.content.decode()
    values = {}
    for name in names:
        match = re.search(f'type="hidden" name="{name}" value="([^"]*)"', page)
        assert match, name
        values[name] = html.unescape(match[1])
    return client.post(reverse("admin:opt_in_earlier"), values)


def test_the_list_is_shown_and_then_entered(
    officer: Client, ann: Individual, ben: Individual, cleo: Individual
) -> None:
    version = asked.letter(effective_at=LONG_AGO)
    rows = "ann@example.org;;2024-03-04;Form of 2024, folder 3\n;1002;1.5.2023;Congress list, line 12\n"
    shown = upload(officer, version, rows)
    assert "You are about to enter 2 times yes to Monthly letter, version 1" in text(shown)
    assert "Said between 1 May 2023 and 4 March 2024." in text(shown)
    assert "No row was refused." in text(shown)
    assert not Decision.objects.exists()

    done = text(go_on(officer, shown))

    assert "2 consents were entered" in done
    assert gate.allows(ann.pk, "letter")
    assert gate.allows(ben.pk, "letter")
    notes = {paper.individual_id: (paper.note, paper.said_on) for paper in Paper.objects.all()}
    assert notes == {
        ann.pk: ("Form of 2024, folder 3", date(2024, 3, 4)),
        ben.pk: ("Congress list, line 12", date(2023, 5, 1)),
    }
    assert {each.channel for each in Decision.objects.all()} == {"import"}
    assert {each.actor for each in Decision.objects.all()} == {cleo.pk}
    assert SentMail.objects.filter(template="consent/mail/entered").count() == 2
    assert LedgerEntry.objects.filter(kind="consent.given").count() == 2


def test_each_line_that_is_not_entered_says_why_and_repeats_nothing(
    officer: Client, ann: Individual, ben: Individual, cleo: Individual
) -> None:
    version = asked.letter(effective_at=LONG_AGO)
    paused = factories.make_individual(email="paused@example.org", restricted_at=timezone.now())
    later = factories.make_individual(email="later@example.org")
    with time_machine.travel(datetime(2025, 1, 1, tzinfo=UTC), tick=False):
        give(ben, version, **how(ben))
        give(later, version, **how(later))
        withdraw(later, version, **how(later))
    rows = (
        "stranger@example.org;;2024-03-04;x\n"
        "ann@example.org;1002;2024-03-04;x\n"
        "ann@example.org;;never;x\n"
        "ann@example.org;;2024-03-04;\n"
        "ann@example.org;;2019-03-04;x\n"
        "paused@example.org;;2024-03-04;x\n"
        "later@example.org;;2024-03-04;x\n"
        "cleo@example.org;;2024-03-04;x\n"
        "ben@example.org;;2025-03-04;x\n"
    )
    page = text(upload(officer, version, rows))
    told = {
        int(n): why for n, why in re.findall(r'<th scope="row">(\d+)</th><td data-label="Why">([^<]*)<', page)
    }
    assert told[2].startswith("Nobody in the register")
    assert told[3].startswith("The e-mail belongs to one person")
    assert told[4].startswith("This is not a date")
    assert told[5].startswith("There is no word about where")
    assert told[6].startswith("These words were not in force yet")
    assert told[7].startswith("Nothing is done with this person")
    assert told[8].startswith("The person has answered this after that day")
    assert told[9].startswith("Your own choices")
    assert told[10].startswith("This is what the person has answered already")
    assert "stranger@example.org" not in page
    assert "Enter 0" not in page
    assert paused.pk != later.pk


def test_nobody_is_entered_twice(officer: Client, ann: Individual) -> None:
    version = asked.letter(effective_at=LONG_AGO)
    rows = "ann@example.org;;2024-03-04;x\nANN@example.org;;2024-03-05;y\n"
    shown = upload(officer, version, rows)
    assert "further up" in text(shown)
    go_on(officer, shown)
    assert "1 consent was entered" not in text(go_on(officer, shown))  # a double click
    assert Decision.objects.count() == Paper.objects.count() == 1


def test_a_long_list_goes_hundred_by_hundred(
    officer: Client, ann: Individual, ben: Individual, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(earlier, "AT_ONCE", 2)
    version = asked.letter(effective_at=LONG_AGO)
    people = [factories.make_individual(email=f"p{number}@example.org") for number in range(3)]
    rows = "nobody@example.org;;2024-03-04;x\n" + "".join(
        f"p{number}@example.org;;2024-03-04;line {number}\n" for number in range(3)
    )
    first = go_on(officer, upload(officer, version, rows))
    assert "2 of 4 rows." in text(first)
    assert Decision.objects.count() == 1
    last = text(go_on(officer, first))
    assert "3 consents were entered" in last
    assert "Nobody in the register" in last  # of the first two
    assert all(gate.allows(person.pk, "letter") for person in people)


def test_what_ann_says_between_the_two_clicks_counts(officer: Client, ann: Individual) -> None:
    version = asked.letter(effective_at=LONG_AGO)
    shown = upload(officer, version, "ann@example.org;;2024-03-04;x\n")
    give(ann, version, **how(ann))
    withdraw(ann, version, **how(ann))
    assert "has answered this after that day" in text(go_on(officer, shown))
    assert not gate.allows(ann.pk, "letter")


@pytest.mark.parametrize(
    ("head", "rows", "told"),
    [
        ("Name;Date;Source\n", "Ann;2024-01-01;x\n", "The list needs a heading"),
        ("E-Mail;Date\n", "ann@example.org;2024-01-01\n", "The list needs a heading"),
        ("", "", "There is nothing in the file."),
        (HEAD, "\0", "This is not a table of text."),
        (HEAD, 'a;"b;c\n', "A quotation mark is opened"),
        (HEAD, "x" * (2 * 1024 * 1024), "larger than 2 MB"),
    ],
)
def test_what_is_no_list_is_said_beside_the_field(officer: Client, head: str, rows: str, told: str) -> None:
    version = asked.letter(effective_at=LONG_AGO)
    page = text(upload(officer, version, rows, head=head))
    assert told in page
    assert 'id="id_file_error"' in page


def test_a_list_that_was_tampered_with_on_the_way_is_refused(officer: Client, ann: Individual) -> None:
    version = asked.letter(effective_at=LONG_AGO)
    good = {"version": version.pk, "file": "####", "start": 0, "done": 0, "refused": "[]"}
    for change in (
        {},
        {"file": "QQ=="},
        {"start": -1},
        {"refused": "{"},
        {"refused": '[["x"]]'},
        {"version": 0},
    ):
        answer = officer.post(reverse("admin:opt_in_earlier"), good | change)
        assert "error-summary" in text(answer)
    assert not Decision.objects.exists()


def test_agreements_are_not_offered(officer: Client) -> None:
    letter, statutes = asked.letter(), asked.statutes()
    page = text(officer.get(reverse("admin:opt_in_earlier")))
    assert f'<option value="{letter.pk}">' in page
    assert f'<option value="{statutes.pk}">' not in page


def test_a_longer_list_is_read_with_as_many_queries(
    officer: Client, ann: Individual, ben: Individual
) -> None:
    def cost(rows: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            upload(officer, version, rows)
        return len(queries)

    version = asked.letter(effective_at=LONG_AGO)
    cost("ann@example.org;1001;2024-03-04;x\n")
    for number in range(4):
        factories.make_individual(email=f"p{number}@example.org")
    few = cost("ann@example.org;1001;2024-03-04;x\n")
    many = "".join(f"p{number}@example.org;{number};2024-03-04;x\n" for number in range(4))
    assert cost(many) == few


def test_the_sister_s_people_are_not_found(officer: Client, ann: Individual, sister: Association) -> None:
    version = asked.letter(effective_at=LONG_AGO)
    with speaking_for(sister.pk):
        factories.make_individual(email="zora@example.org")
    assert "Nobody in the register" in text(upload(officer, version, "zora@example.org;;2024-03-04;x\n"))


def test_a_member_takes_nothing_over(client: Client, ann: Individual) -> None:
    client.force_login(ann.account)  # type: ignore[attr-defined]  # the one that factories make
    assert client.get(reverse("admin:opt_in_earlier")).status_code in {302, 403}
