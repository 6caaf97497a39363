"""Whoever answered for a child is no longer on record once the child decides alone; what they agreed to still is."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.test import Client
from django.utils import timezone

from ams.models import Association, Individual, SentMail
from consent.decide import give
from consent.models import Decision, Guardian, Version
from consent.tasks import ask_grown_ups
from privacy.ledger.models import Evidence, LedgerEntry
from tests.consent import test_children
from tests.consent.test_children import link, text
from tests.consent.test_decide import how

pytestmark = pytest.mark.django_db
ann, mona, letter = test_children.ann, test_children.mona, test_children.letter


@pytest.fixture
def parents(client: Client, ann: Individual, mona: Guardian, letter: Version) -> str:
    """The way of the parent, who said yes on the last day but one: in some zone it may be past midnight."""
    ann.born_on = (timezone.localdate() + timedelta(days=2)) - relativedelta(years=16)
    ann.save()
    give(ann, letter, **how(ann))
    way = link()
    client.post(way, {"letter": "yes"})
    return way


@pytest.fixture
def birthday(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    now = timezone.now
    return lambda: monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(days=3))


def test_at_the_age_the_member_is_asked_and_the_guardian_goes(
    client: Client, ann: Individual, mona: Guardian, parents: str, birthday: Callable[[], None]
) -> None:
    ask_grown_ups(str(ann.association_id))
    assert Guardian.objects.filter(pk=mona.pk).exists()
    birthday()
    ask_grown_ups(str(ann.association_id))
    ask_grown_ups(str(ann.association_id))
    assert not Guardian.objects.exists()
    assert SentMail.objects.filter(template="consent/mail/again").count() == 1
    assert LedgerEntry.objects.filter(kind="guardian.removed", subject_uid=ann.pk).count() == 1
    answer = client.get(parents)
    assert answer.status_code == 410
    assert "This question is closed" in text(answer)
    assert "Mona" not in text(answer)


def test_the_proof_of_what_they_agreed_to_stays(  # noqa: PLR0917  fixtures
    client: Client,
    ann: Individual,
    mona: Guardian,
    cleo: Individual,
    parents: str,
    birthday: Callable[[], None],
) -> None:
    birthday()
    ask_grown_ups(str(ann.association_id))
    assert not Guardian.objects.exists()
    given = Decision.objects.get(act="given")
    assert given.actor == mona.pk
    entry = LedgerEntry.objects.get(kind="consent.given", actor_uid=mona.pk)
    assert Evidence.objects.filter(entry=entry).exists()
    client.force_login(cleo.account)
    page = text(client.get(f"/console/ams/individual/{ann.pk}/choices/"))
    assert "By the parent or guardian" in page
    assert "somebody who has left us" not in page


def test_who_is_paused_is_left_alone_with_all_of_it(
    ann: Individual, mona: Guardian, parents: str, birthday: Callable[[], None]
) -> None:
    birthday()
    ann.restricted_at = timezone.now()
    ann.save()
    ask_grown_ups(str(ann.association_id))
    assert Guardian.objects.filter(pk=mona.pk).exists()
    ann.restricted_at = None
    ann.save()
    ask_grown_ups(str(ann.association_id))
    assert SentMail.objects.filter(template="consent/mail/again").count() == 1
    assert not Guardian.objects.exists()


def test_the_day_is_the_associations_and_not_that_of_greenwich(
    association: Association, ann: Individual, mona: Guardian, monkeypatch: pytest.MonkeyPatch
) -> None:
    Association.objects.filter(pk=association.pk).update(time_zone="America/Los_Angeles")
    birthday = timezone.localdate()
    ann.born_on = birthday - relativedelta(years=16)
    ann.save()
    sweep = datetime(birthday.year, birthday.month, birthday.day, 4, 7, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: sweep)
    ask_grown_ups(str(association.pk))
    assert Guardian.objects.filter(pk=mona.pk).exists()
    monkeypatch.setattr(timezone, "now", lambda: sweep + timedelta(days=1))
    ask_grown_ups(str(association.pk))
    assert not Guardian.objects.exists()
