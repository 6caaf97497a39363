"""The pages of an erasure say what is so: until when it can be stopped, what is owed, and where its proof is."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from ams.models import Association, Individual, Invoice, SentMail
from ams.roles import Role
from erasure import flow
from erasure.models import Channel, Erasure, State
from erasure.plan import plan
from tests import factories

pytestmark = pytest.mark.django_db
PLAN, KEEP = "/privacy/erase/", "Keep my data"


def asked(person: Individual) -> Erasure:
    return flow.ask(person, actor=person.pk, channel=Channel.MEMBER, fingerprint=plan(person).fingerprint)


def read(client: Client, url: str) -> str:
    return client.get(url).content.decode()


@pytest.fixture
def as_ann(client: Client, ann: Individual) -> Client:
    client.force_login(ann.account)
    return client


def test_without_days_to_reconsider_nothing_is_offered_that_is_gone(
    as_ann: Client, ann: Individual, cleo: Individual, association: Association
) -> None:
    assert "Once a second person here has agreed it cannot be undone." not in read(as_ann, PLAN)
    Association.objects.filter(pk=association.pk).update(cooling_off_days=0)
    ann.refresh_from_db()
    page = read(as_ann, PLAN)
    assert "Once a second person here has agreed it cannot be undone." in page
    assert "when a second person here agrees" in page

    erasure = asked(ann)
    letter = SentMail.objects.get(template="erasure/mail/asked")
    told = "You can stop it until a second person here has agreed."
    assert told in letter.text
    page = read(as_ann, PLAN)
    assert told in page
    assert KEEP in page, "nobody has agreed yet"
    flow.approve(erasure, actor=cleo.pk, fingerprint=plan(ann).fingerprint)
    page = read(as_ann, PLAN)
    assert KEEP not in page
    assert "cannot be stopped any more" in page
    with pytest.raises(flow.Refused):
        flow.cancel(erasure, actor=ann.pk)


def test_once_the_days_are_over_it_is_not_offered_although_the_worker_is_late(
    as_ann: Client, ann: Individual, cleo: Individual
) -> None:
    erasure = asked(ann)
    flow.approve(erasure, actor=cleo.pk, fingerprint=plan(ann).fingerprint)
    assert KEEP in read(as_ann, PLAN)
    Erasure.objects.update(cools_off_until=timezone.now() - timedelta(minutes=1))
    assert KEEP not in read(as_ann, PLAN)


def test_an_unpaid_invoice_is_named_in_the_plan_and_beside_the_approval(
    as_ann: Client, ann: Individual, cleo: Individual
) -> None:
    today = timezone.localdate()
    facts: dict[str, Any] = {
        "individual": ann,
        "issued_on": today - timedelta(days=30),
        "due_on": today,
        "addressee": "Ann Archer",
        "address": "Archer Lane 9",
        "description": "Fee",
        "amount": Decimal("96.00"),
    }
    Invoice.objects.create(number="R-101", state=Invoice.State.PAID, **facts)
    assert "Not paid yet." not in read(as_ann, PLAN)
    Invoice.objects.create(number="R-102", **facts)
    owed = "Invoice R-102, €\u00a096.00, due on"
    page = read(as_ann, PLAN)
    assert owed in page
    assert "R-101" not in page
    erasure = asked(ann)
    as_ann.force_login(cleo.account)
    assert owed in read(as_ann, f"/console/erasure/erasure/{erasure.pk}/change/")
    ben = factories.ben()
    assert owed not in read(as_ann, f"/console/erasure/erasure/ask/{ben.pk}/")


def test_the_console_leads_to_the_certificate_once_there_is_something_to_certify(
    client: Client, ann: Individual, cleo: Individual
) -> None:
    erasure = asked(ann)
    cleo.account.role = Role.APPROVER
    cleo.account.save()
    client.force_login(cleo.account)
    url = f"/console/erasure/erasure/{erasure.pk}/change/"
    assert "See the certificate" not in read(client, url)
    with time_machine.travel(timezone.now() + timedelta(days=30), tick=False):
        now = timezone.now()
        gone = {"state": State.COMPLETED, "rows_gone_at": now, "keys_destroyed_at": now, "completed_at": now}
        Erasure.objects.filter(pk=erasure.pk).update(**gone)
    page = read(client, url)
    assert "See the certificate" in page
    certificate = page.partition('href="http://')[2].partition('"')[0].partition("/")[2]
    assert "Certificate of erasure" in read(client, f"/{certificate}")
