"""Ann has died: no letters, no use, no signing in; nothing is destroyed, and a mistake can be taken back."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ams import mailing
from ams.authentication import may_sign_in
from ams.models import Individual, SentMail
from consent import gate
from consent.decide import give
from privacy.ledger.models import LedgerEntry
from tests.consent import asked
from tests.consent.test_decide import how
from tests.journeys.test_console_requests import officer, read

__all__ = ["officer"]
pytestmark = pytest.mark.django_db


def url(person: Individual) -> str:
    return reverse("admin:ams_individual_deceased", args=[person.pk])


def mark(client: Client, person: Individual, **more: Any) -> str:
    values = {"died_on": timezone.localdate().isoformat(), "note": "A letter of her family.", **more}
    return client.post(url(person), values, follow=True).content.decode()


def test_who_has_died_gets_no_letter_and_nothing_rests_on_their_yes(
    officer: Client, client: Client, ann: Individual, cleo: Individual
) -> None:
    give(ann, asked.letter(), **how(ann))
    assert mailing.write_to(ann, "profile/mail/email_changed", {})
    assert gate.allows(ann.pk, "letter")
    members = Client()
    members.force_login(ann.account)
    assert members.get("/profile/").status_code == 200

    page = mark(officer, ann)
    assert "Deceased: no letters go there" in page
    ann.refresh_from_db()
    assert mailing.write_to(ann, "profile/mail/email_changed", {}) is None
    assert not SentMail.objects.filter(individual=ann, state=SentMail.State.QUEUED).exists()
    assert not gate.allows(ann.pk, "letter")
    assert not may_sign_in(ann.account)
    assert members.get("/profile/").status_code == 302
    assert ann.given_name == "Ann", "nothing is destroyed"
    entry = LedgerEntry.objects.get(kind="individual.deceased")
    assert (entry.subject_uid, entry.actor_uid, entry.payload) == (ann.pk, cleo.pk, {"channel": "console"})


def test_a_mistake_is_taken_back(officer: Client, ann: Individual) -> None:
    give(ann, asked.letter(), **how(ann))
    mark(officer, ann)
    assert "A letter of her family." in read(officer, url(ann))
    officer.post(url(ann), {"undo": "yes"})
    ann.refresh_from_db()
    assert (ann.deceased_at, ann.died_on, ann.deceased_note) == (None, None, None)
    assert gate.allows(ann.pk, "letter")
    assert may_sign_in(ann.account)
    assert LedgerEntry.objects.filter(kind="individual.not_deceased").count() == 1


@pytest.mark.parametrize(
    ("more", "told"),
    [({"note": ""}, "Write how we know."), ({"died_on": ""}, "error"), ({"days": 1}, "still to come")],
)
def test_it_needs_a_day_and_how_we_know(
    officer: Client, ann: Individual, more: dict[str, Any], told: str
) -> None:
    if days := more.pop("days", 0):
        more["died_on"] = (timezone.localdate() + timedelta(days=days)).isoformat()
    assert told in mark(officer, ann, **more)
    ann.refresh_from_db()
    assert ann.deceased_at is None
    mark(officer, ann)
    ann.refresh_from_db()
    assert ann.deceased_at is not None
