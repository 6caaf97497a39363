"""Statements in the console: drafts are written there, published there, and then left alone."""

import pytest
from django.test import Client

from ams.models import Individual
from consent.decide import give
from consent.models import State, Statement, Version, Wording
from consent.publish import draft
from privacy.ledger.models import LedgerEntry
from tests.consent import asked
from tests.consent.test_decide import how

pytestmark = pytest.mark.django_db
VERSIONS = "/console/consent/version/"


@pytest.fixture
def as_cleo(client: Client, cleo: Individual) -> Client:
    client.force_login(cleo.account)
    return client


def publish_all(client: Client, *versions: Version) -> str:
    data = {"action": "publish_them", "_selected_action": [version.pk for version in versions]}
    return client.post(VERSIONS, data, follow=True).content.decode()


def test_cleo_writes_a_statement_its_words_and_publishes_them(as_cleo: Client, cleo: Individual) -> None:
    as_cleo.post(
        "/console/consent/statement/add/",
        {
            "slug": "survey",
            "number": 9,
            "kind": "consent",
            "order": 1,
            "asked_at": "both",
            "basis": "consent",
            "recipients": "",
            "versions-TOTAL_FORMS": 0,
            "versions-INITIAL_FORMS": 0,
        },
    )
    statement = Statement.objects.get(slug="survey")
    rows = {}
    for place, (language, words) in enumerate(asked.words("Survey").items()):
        rows |= {f"wordings-{place}-{name}": text for name, text in words.items()}
        rows[f"wordings-{place}-language"] = language
    as_cleo.post(
        f"{VERSIONS}add/",
        {
            "statement": statement.pk,
            "number": 1,
            "effective_at_0": "2026-01-01",
            "effective_at_1": "00:00",
            "wordings-TOTAL_FORMS": 3,
            "wordings-INITIAL_FORMS": 0,
        }
        | rows,
    )
    version = Version.objects.get(statement=statement)
    assert (version.state, version.wordings.count()) == (State.DRAFT, 3)

    page = publish_all(as_cleo, version)

    assert "1 version is published." in page
    assert statement.current() == version
    entry = LedgerEntry.objects.get(kind="statement.published")
    assert entry.actor_uid == cleo.pk


def test_what_is_missing_is_named(as_cleo: Client) -> None:
    version = draft(asked.letter().statement, {"en": asked.words("Letter")["en"]})

    page = publish_all(as_cleo, version)

    assert "Still to be written: de, fr." in page
    assert Version.objects.get(pk=version.pk).state == State.DRAFT


def test_a_published_version_offers_nothing_to_change(as_cleo: Client) -> None:
    version = asked.letter()

    page = as_cleo.get(f"{VERSIONS}{version.pk}/change/").content.decode()

    assert "Monthly letter, in full, in en." in page
    assert 'name="wordings-0-text"' not in page
    assert 'name="number"' not in page
    assert as_cleo.post(f"{VERSIONS}{version.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "published already" in publish_all(as_cleo, version)
    assert Wording.objects.filter(version=version).count() == 3


def test_staff_read_decisions_and_enter_none(as_cleo: Client, ann: Individual) -> None:
    decision = give(ann, asked.letter(), **how(ann))

    page = as_cleo.get("/console/consent/decision/")

    assert page.status_code == 200
    assert "Archer" not in page.content.decode()
    assert as_cleo.get("/console/consent/decision/add/").status_code == 403
    change = f"/console/consent/decision/{decision.pk}/change/"
    assert as_cleo.post(change, {"act": "withdrawn"}).status_code == 403


def test_ann_has_no_way_into_the_console(client: Client, ann: Individual) -> None:
    client.force_login(ann.account)
    assert client.get(VERSIONS).status_code in {302, 403}
