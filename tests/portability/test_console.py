"""Staff make a copy for Ann and send her the link; they do not see what is in it, and she sees that they did."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ams import models as m
from ams.models import Individual
from ams.roles import Role
from portability.make import make
from portability.models import Channel, Export
from privacy.ledger.models import LedgerEntry
from privacy.requests.models import Request
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(cleo: Individual) -> Client:
    account: Any = cleo.account
    account.role = Role.STAFF
    account.save()
    return sign_in(Client(), account)


def test_staff_make_a_copy_for_ann(staff: Client, cleo: Individual, ann: Individual) -> None:
    address = reverse("admin:portability_export_for", args=[ann.pk])
    assert "Make the copy" in staff.get(address).content.decode()
    staff.post(address, {"tells": "on"})
    export = Export.objects.get(individual=ann)
    assert (export.channel, export.requested_by, export.tells) == (Channel.STAFF, cleo.pk, True)
    assert Request.objects.get(individual=ann).kind == "access"
    entry = LedgerEntry.objects.get(kind="export.requested")
    assert (entry.subject_uid, entry.actor_uid) == (ann.pk, cleo.pk)


def test_ann_sees_that_staff_did_it(staff: Client, ann: Individual) -> None:
    staff.post(reverse("admin:portability_export_for", args=[ann.pk]))
    make(Export.objects.get(individual=ann))
    anns = Client()
    sign_in(anns, ann.account)
    page = anns.get("/privacy/take/").content.decode()
    assert "Your copy is ready" in page
    assert "Our staff made it for you" in page
    assert not m.SentMail.objects.filter(template="portability/mail/ready").exists()


def test_staff_send_her_the_link(staff: Client, cleo: Individual, ann: Individual) -> None:
    staff.post(reverse("admin:portability_export_for", args=[ann.pk]))
    export = Export.objects.get(individual=ann)
    make(export)
    staff.post(reverse("admin:portability_export_send", args=[export.pk]))
    mail = m.SentMail.objects.get(individual=ann, template="portability/mail/ready")
    assert str(export.pk) in mail.text
    assert LedgerEntry.objects.get(kind="export.sent").actor_uid == cleo.pk


def test_staff_cannot_take_anns_copy(staff: Client, her_copy: Export) -> None:
    change = reverse("admin:portability_export_change", args=[her_copy.pk])
    page = staff.get(change)
    assert page.status_code == 200
    assert "Archer" not in page.content.decode()
    assert staff.post(f"/privacy/take/{her_copy.pk}/pdf/").status_code == 404


def test_ann_makes_no_copy_of_ben(ann: Individual, ben: Individual) -> None:
    anns = Client()
    sign_in(anns, ann.account)
    answer = anns.post(reverse("admin:portability_export_for", args=[ben.pk]))
    assert answer.status_code in {302, 403}
    assert not Export.objects.exists()
