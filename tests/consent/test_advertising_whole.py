"""What is said of an objection to all advertising is the whole truth, on every page, and stays true."""

from typing import Any

import pytest
from django.test import Client

from ams.models import Individual
from consent import gate
from consent.console import drafts
from consent.coverage import StaysAdvertising
from consent.models import Purpose, Version
from consent.objection import object_now
from consent.publish import draft, publish
from privacy.declarations import Basis
from tests.consent import asked
from tests.consent.desk import page, post
from tests.consent.test_decide import how
from tests.consent.test_objection import advertising, notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_cleo(client: Client, cleo: Individual) -> Client:
    client.force_login(cleo.account)
    return client


@pytest.fixture
def offers() -> Version:
    return advertising()


@pytest.fixture
def calls() -> Version:
    return advertising("calls", 31)


@pytest.mark.parametrize(
    "facts", [{"purpose": Purpose.RESEARCH}, {"basis": Basis.LEGAL_OBLIGATION}], ids=["purpose", "basis"]
)
def test_what_was_told_as_advertising_is_published_as_nothing_else(
    as_cleo: Client, ann: Individual, offers: Version, calls: Version, facts: dict[str, Any]
) -> None:
    """Else the words of the next objection, or of the lift, would open all other advertising unsaid."""
    object_now(ann, offers, **how(ann))
    statement = offers.statement
    version = draft(statement, asked.words("Offers, otherwise"))
    assert "stays advertising" not in page(as_cleo, f"{statement.pk}/draft/en/")
    for field, value in facts.items():
        setattr(statement, field, value)
    statement.save()

    assert "stays advertising" in page(as_cleo, f"{statement.pk}/draft/en/")
    path = f"{statement.pk}/draft/publish/"
    assert "stays advertising" in post(as_cleo, path, {"seen": drafts.draft_as_seen(version)})
    with pytest.raises(StaysAdvertising):
        publish(version)
    version.refresh_from_db()
    assert not version.is_published()
    object_now(ann, offers, **how(ann))
    assert not gate.allows(ann.pk, "calls")


def test_other_words_for_advertising_and_a_use_that_becomes_it_are_published(
    ann: Individual, offers: Version
) -> None:
    assert asked.newer(offers).is_for_advertising()
    statistics = notice()
    statistics.statement.purpose = Purpose.DIRECT_MARKETING
    statistics.statement.save()
    second = asked.newer(statistics)
    assert second.is_for_advertising()
    object_now(ann, second, **how(ann))
    assert not gate.allows(ann.pk, "offers")
