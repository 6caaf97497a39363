"""The page that says how many say yes: right for three people, and no dearer for many."""

import csv
import io
import zipfile
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ams.models import Individual
from ams.roles import Role
from consent.decide import decline, give, withdraw
from consent.models import Decision, Statement
from privacy.ledger.models import LedgerEntry
from tests import factories
from tests.consent import asked
from tests.consent.test_decide import how

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client: Client, cleo: Individual) -> Client:
    client.force_login(cleo.account)
    return client


def read(client: Client) -> str:
    answer = client.get(reverse("admin:opt_in"))
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().replace("\xa0", " ").split())


def answered(ann: Individual, ben: Individual, cleo: Individual) -> None:
    letter = asked.letter()
    give(ann, letter, **how(ann))
    decline(ben, letter, **how(ben))
    give(cleo, letter, **how(cleo))
    withdraw(cleo, letter, **how(cleo))


def test_three_people_and_their_answers(
    officer: Client, ann: Individual, ben: Individual, cleo: Individual
) -> None:
    answered(ann, ben, cleo)
    factories.make_individual()
    page = read(officer)
    assert "How many of the 4 people in the register say yes" in page
    assert "1 of the 3 people who answered say yes." in page
    assert "33 %" in page
    for label, number in (("Yes", 1), ("No", 1), ("Taken back", 1), ("No answer", 1)):
        assert f'<th scope="row">{label}</th><td class="number" data-label="People">{number}</td>' in page
    assert "1 more than in the thirty before" in page


def test_by_version_and_by_month_stand_as_tables(
    officer: Client, ann: Individual, ben: Individual, cleo: Individual
) -> None:
    answered(ann, ben, cleo)
    newer = asked.newer(asked.Version.objects.get(), ask_again=True)
    give(ben, newer, **how(ben))
    page = read(officer)
    assert "asked everybody again" in page
    assert page.index("Version 2") < page.index("Version 1")
    month = f"{timezone.localtime(Decision.objects.latest('at').at, ZoneInfo('Europe/Dublin')):%B %Y}"
    row = f'<th scope="row">{month}</th><td class="number">50 %</td><td class="number">1</td><td class="number">2</td>'
    assert row in page  # Ann's yes rests, Ben's counts, Cleo's is taken back


def test_nobody_asked_is_said(officer: Client) -> None:
    assert "Nothing is asked yet" in read(officer)
    asked.letter()
    assert "Nobody has answered yet." in read(officer)


def test_agreements_notices_and_what_has_ended_are_not_counted(officer: Client, ann: Individual) -> None:
    asked.statutes()
    journal = asked.journal()
    give(ann, journal, **how(ann))
    assert "Journal by post" in read(officer)
    Statement.objects.filter(pk=journal.statement_id).update(ended_at=timezone.now())
    page = read(officer)
    assert "Journal by post" not in page
    assert "Statutes" not in page


def test_many_people_cost_no_more(
    officer: Client, ann: Individual, ben: Individual, cleo: Individual
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            read(officer)
        return len(queries)

    answered(ann, ben, cleo)
    cost()
    before = cost()
    version = asked.Version.objects.get()
    for _number in range(5):
        person = factories.make_individual()
        give(person, version, **how(person))
        withdraw(person, version, **how(person))
    assert cost() == before


def test_the_page_stands_under_the_statements_and_is_found(officer: Client) -> None:
    address = reverse("admin:opt_in")
    assert f'href="{reverse("admin:consent_statement_changelist")}" aria-current="true"' in read(officer)
    for place in ("admin:index", "admin:records", "admin:consent_statement_changelist"):
        assert f'href="{address}"' in officer.get(reverse(place)).content.decode(), place


def test_the_evidence_of_a_statement_names_nobody(
    officer: Client, ann: Individual, ben: Individual, cleo: Individual
) -> None:
    answered(ann, ben, cleo)
    answer: Any = officer.post(reverse("admin:opt_in_evidence", args=["letter"]))
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        text = archive.read("decisions.csv").decode("utf-8-sig")
        readme = archive.read("README.txt").decode()
    rows = list(csv.reader(io.StringIO(text)))
    table = rows[rows.index([]) + 1 :]
    assert {row[0] for row in table[1:]} == {str(ann.pk), str(ben.pk), str(cleo.pk)}
    assert len(table) == 5
    assert "Archer" not in text + readme
    entry = LedgerEntry.objects.get(kind="data.disclosed")
    assert (entry.subject_uid, entry.payload) == (None, {"things": 4})


def test_staff_read_it_and_members_do_not(client: Client, ann: Individual, ben: Individual) -> None:
    account: Any = ben.account
    account.role = Role.STAFF
    account.save()
    client.force_login(account)
    asked.letter()
    assert "Nobody has answered yet." in read(client)
    client.force_login(ann.account)  # type: ignore[attr-defined]  # the one that factories make
    assert client.get(reverse("admin:opt_in")).status_code in {302, 403}
    assert client.post(reverse("admin:opt_in_evidence", args=["letter"])).status_code in {302, 403}
