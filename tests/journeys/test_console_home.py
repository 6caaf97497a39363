"""Today: what needs a person stands before any chart, by due date, with one click to act."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ams import models as m
from ams.console import figures
from ams.demo.seed.statements import plant_statements
from ams.models import Association, Individual
from consent.decide import give, withdraw
from consent.models import Channel as Where
from consent.models import Statement
from erasure import flow
from erasure.models import Channel
from erasure.plan import plan
from portability.models import Export
from privacy.ledger.models import LedgerEntry
from privacy.requests import open_request
from privacy.tenancy import as_owner
from webhooks import endpoints
from webhooks.models import Delivery
from webhooks.publish import publish

pytestmark = pytest.mark.django_db
HOME = "/console/"


@pytest.fixture
def officer(client: Client, cleo: Individual) -> Client:
    client.force_login(cleo.account)
    return client


def read(client: Client, url: str = HOME) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def asked(person: Individual, kind: str, *, days_ago: int = 0) -> Any:
    with time_machine.travel(timezone.now() - timedelta(days=days_ago)):
        return open_request(person, kind, actor=person.pk, channel="member")


def facts(page: str) -> str:
    found = re.search(r'<p class="facts">(.*?)</p>', page, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]+>", "", found[1]).split())


def test_a_quiet_day_is_said(officer: Client, ann: Individual) -> None:
    page = read(officer)
    assert "Nothing needs you today" in page
    assert facts(page) == "No requests are open."


def test_the_sentence_counts_what_is_late(officer: Client, ann: Individual, ben: Individual) -> None:
    asked(ann, "access", days_ago=70)
    asked(ben, "objection")
    assert facts(read(officer)) == "Two requests are open. One is late."


def test_what_is_due_today_is_said(officer: Client, ann: Individual) -> None:
    request = asked(ann, "objection")
    with time_machine.travel(request.due_at - timedelta(hours=3)):
        officer.force_login(m.Account.objects.get(role="administrator"))
        page = read(officer)
    assert facts(page) == "One request is open. One is due today."
    assert ">Today</span>" in page


def test_each_need_is_one_click_from_its_act(
    officer: Client, ann: Individual, ben: Individual, cleo: Individual
) -> None:
    late = asked(ann, "rectification", days_ago=70)
    erasure = flow.ask(ben, actor=cleo.account.pk, channel=Channel.STAFF, fingerprint=plan(ben).fingerprint)  # type: ignore[attr-defined]  # she has a login
    Export.objects.create(individual=ann, state="failed")
    m.SentMail.objects.create(
        individual=ann, template="x", language="en", recipient="a@b.example", subject="x", state="failed"
    )
    m.Import.objects.create(rows=12, started_by=cleo.pk)
    page = read(officer)
    needs = page[page.index('id="needs"') : page.index('id="well-title"')]
    assert reverse("admin:privacy_request_change", args=[late.pk]) in needs
    assert reverse("admin:erasure_erasure_change", args=[erasure.pk]) in needs
    assert "Cleo Carter asks for a second person to approve" in needs
    assert reverse("admin:portability_export_for", args=[ann.pk]) in needs
    assert "1 letter could not be sent" in needs
    assert "A list of 12 rows" in needs
    assert needs.index("Late by") < needs.index("Read and approve")
    for value in ("Archer", "Baker", "@example.org"):
        assert value not in needs, value


def test_a_notice_that_did_not_arrive_names_the_organisation(officer: Client, ann: Individual) -> None:
    endpoint = endpoints.create(
        name="Books", organisation="Nordic Ledger", url="https://ledger.example/", event_types=["individual.updated"],
        signatures=["v1a"],
    )  # fmt: skip
    publish("individual.updated", subject=ann.pk)
    Delivery.objects.update(state="dead", ended_at=timezone.now())
    page = read(officer)
    assert "1 notice did not reach Nordic Ledger" in page
    assert reverse("admin:webhooks_endpoint_change", args=[endpoint.pk]) in page


def test_what_cools_off_needs_nobody(officer: Client, ann: Individual, cleo: Individual) -> None:
    erasure = flow.ask(ann, actor=ann.pk, channel=Channel.MEMBER, fingerprint=plan(ann).fingerprint)
    assert "Read and approve" in read(officer)
    flow.approve(erasure, actor=cleo.pk, fingerprint=erasure.fingerprint, at_once=False)
    page = read(officer)
    assert "Read and approve" not in page
    assert "Nothing needs you today" in page
    assert facts(page) == "One request is open. None is late."


def test_many_requests_cost_no_more_statements_than_few(
    officer: Client, ann: Individual, ben: Individual, cleo: Individual
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            read(officer)
        return len(caught)

    asked(ann, "access")
    asked(ann, "objection")
    flow.ask(ben, actor=cleo.pk, channel=Channel.STAFF, fingerprint=plan(ben).fingerprint)
    read(officer)
    few = statements()
    for kind in ("access", "portability", "rectification", "restriction", "objection"):
        for person in (ann, ben, cleo):
            asked(person, kind)
    assert statements() == few
    assert few < 45


def test_the_weeks_are_counted(ann: Individual, ben: Individual) -> None:
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC), tick=False):
        open_request(ann, "access", actor=None, channel="member")
        open_request(ben, "access", actor=None, channel="member")
    with time_machine.travel(datetime(2026, 11, 10, 12, tzinfo=UTC), tick=False):
        open_request(ann, "objection", actor=None, channel="member")
    with time_machine.travel(datetime(2026, 11, 25, 12, tzinfo=UTC), tick=False):
        assert figures.requests_by_week()[-3:] == [("46", 1), ("47", 0), ("48", 2)]
        assert figures.open_now()["trend"] == "2 more than a week ago"


def test_the_median_is_of_what_was_answered(ann: Individual, ben: Individual, cleo: Individual) -> None:
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    for person, took in ((ann, 2), (ben, 9), (cleo, 20)):
        with time_machine.travel(now - timedelta(days=took), tick=False):
            request = open_request(person, "objection", actor=None, channel="member")
        with time_machine.travel(now, tick=False):
            request.close("done", actor=None)
    with time_machine.travel(now + timedelta(hours=1), tick=False):
        assert figures.days_to_answer()["value"] == 9


def test_a_yes_counts_from_its_month_until_it_is_taken_back(
    association: Association, ann: Individual, ben: Individual
) -> None:
    plant_statements(["en", "de", "fr"])
    statement = Statement.objects.filter(kind="consent").first()
    assert statement
    version = statement.current()
    assert version
    moments = [
        (
            datetime(2026, 9, 3, 12, tzinfo=UTC),
            lambda: give(ann, version, channel=Where.TAB, actor=ann.pk, language="en"),
        ),
        (
            datetime(2026, 10, 3, 12, tzinfo=UTC),
            lambda: give(ben, version, channel=Where.TAB, actor=ben.pk, language="en"),
        ),
        (
            datetime(2026, 11, 3, 12, tzinfo=UTC),
            lambda: withdraw(ann, version, channel=Where.TAB, actor=ann.pk, language="en"),
        ),
    ]
    for moment, act in moments:
        with time_machine.travel(moment, tick=False):
            act()
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC), tick=False):
        found = figures.yes_by_month()
    assert found
    assert [row[1] for row in found["rows"]] == [0, 0, 0, 1, 2, 1]
    assert found["rows"][-1][0] == "November"


def test_the_house_says_when_a_place_is_away(officer: Client, settings: Any) -> None:
    page = read(officer)
    assert ">Well</span>" in page
    assert "4 of 4 places answer" in page
    for file in settings.KEYRING_ROOTS[1].iterdir():
        file.unlink()
    page = read(officer)
    assert "A place is away" in page
    assert "3 of 4 places answer" in page
    assert django_settings.KEYRING_ROOTS == settings.KEYRING_ROOTS


def test_the_ledger_is_verified_on_request_and_says_when(officer: Client, ann: Individual) -> None:
    open_request(ann, "access", actor=None, channel="member")
    assert "Not verified yet" in read(officer)
    page = officer.post(reverse("admin:verify"), follow=True).content.decode()
    assert "The ledger is whole" in page
    assert LedgerEntry.objects.get(kind="ledger.verified").payload == {"entries": 1}
    assert ">Whole</span>" in read(officer)


def test_a_broken_ledger_is_not_called_whole(officer: Client, ann: Individual) -> None:
    open_request(ann, "access", actor=None, channel="member")
    with as_owner(), connection.cursor() as cursor:  # as a superuser could, who drops the trigger first
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DROP TRIGGER append_only_row ON privacy_ledgerentry")
        cursor.execute("UPDATE privacy_ledgerentry SET kind = 'consent.given'")
    page = officer.post(reverse("admin:verify"), follow=True).content.decode()
    assert "The ledger is broken at entry 1" in page
    assert not LedgerEntry.objects.filter(kind="ledger.verified").exists()


def test_every_column_has_its_class_and_the_map_says_which(officer: Client) -> None:
    assert ">None</span>" in read(officer)
    page = read(officer, reverse("admin:records"))
    assert "Sending you letters and the journal (contract)" in page
    assert "Street" in page
    assert "§ 147 AO" in page
