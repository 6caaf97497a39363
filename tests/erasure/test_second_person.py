"""Nobody approves their own act by way of somebody else's login."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ams.imports import inform
from ams.models import Individual
from ams.profile import new_email
from ams.roles import Role
from erasure import flow
from erasure.models import Channel, Erasure
from erasure.plan import plan
from privacy import ledger
from privacy.ledger import Kind
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia(association: Any) -> Individual:
    """Of the staff, and an approver like Cleo."""
    person = factories.make_individual(given_name="Mia", family_name="Moss")
    factories.make_account(person, role=Role.APPROVER)
    return person


def asked_by(person: Individual) -> Erasure:
    return flow.ask(person, actor=person.pk, channel=Channel.MEMBER, fingerprint=plan(person).fingerprint)


def approve(erasure: Erasure, actor: Individual, **how: bool) -> None:
    fingerprint = plan(erasure.individual).fingerprint
    flow.approve(erasure, actor=actor.pk, fingerprint=fingerprint, **how)


def test_mia_who_gave_ann_another_address_does_not_approve_ann_s_erasure(
    ann: Individual, mia: Individual, cleo: Individual
) -> None:
    new_email.ask(ann, "mine@example.net", actor=mia.pk, reason="She rang us.")
    erasure = asked_by(ann)
    staff = Client()
    staff.force_login(mia.account)
    page = staff.get(reverse("admin:erasure_erasure_change", args=[erasure.pk])).content.decode()
    assert "You had a hand in this person" in page
    with pytest.raises(flow.HadAHand):
        approve(erasure, mia)
    approve(erasure, cleo)


def test_nor_is_it_hurried_by_anybody(
    ann: Individual, ben: Individual, mia: Individual, cleo: Individual
) -> None:
    new_email.ask(ann, "mine@example.net", actor=mia.pk, reason="She rang us.")
    with pytest.raises(flow.NotAtOnce):
        approve(asked_by(ann), cleo, at_once=True)
    approve(asked_by(ben), cleo, at_once=True)


@pytest.mark.usefixtures("door_answers")
def test_mia_who_asked_for_ann_s_new_password_does_not_approve(ann: Individual, mia: Individual) -> None:
    staff = Client()
    staff.force_login(mia.account)
    staff.post(reverse("password_reset"), {"email": ann.email})
    with pytest.raises(flow.HadAHand):
        approve(asked_by(ann), mia)


def test_after_thirty_days_it_is_forgotten(ann: Individual, mia: Individual) -> None:
    new_email.ask(ann, "mine@example.net", actor=mia.pk, reason="She rang us.")
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        approve(asked_by(ann), mia, at_once=True)


def test_mia_who_made_ann_s_login_in_the_console_does_not_approve(mia: Individual, cleo: Individual) -> None:
    dora = factories.make_individual(given_name="Dora")
    payload = {"model": "ams.account"}
    ledger.append(Kind.ROW_ADDED, subject=dora.pk, actor=mia.pk, payload=payload)
    erasure = asked_by(dora)
    with pytest.raises(flow.HadAHand):
        approve(erasure, mia)
    approve(erasure, cleo)


@pytest.mark.parametrize("channel", ["console", "import"])
def test_whoever_entered_dora_does_not_approve_once_a_login_was_made_of_it(
    channel: str, mia: Individual, cleo: Individual
) -> None:
    dora = factories.make_individual(given_name="Dora")
    if channel == "console":
        ledger.append(Kind.INDIVIDUAL_CREATED, subject=dora.pk, actor=mia.pk, payload={"channel": channel})
    else:
        ledger.append(Kind.IMPORT_DONE, subject=None, actor=mia.pk, payload={"rows": 1})
    ledger.append(Kind.INDIVIDUAL_INFORMED, subject=dora.pk, actor=None, payload={"channel": channel})
    erasure = asked_by(dora)
    flow.check_hands(dora.pk, mia.pk, at_once=True)  # nobody has made a login of it yet
    inform.claim(dora, "a-fresh-start-27")
    with pytest.raises(flow.HadAHand):
        approve(erasure, mia)
    approve(erasure, cleo)
