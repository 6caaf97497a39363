"""Dora came from a list and has no login: her copy reaches her by a letter and a second proof, or on paper."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ams.models import Individual, PostalAddress, SentMail
from portability.by_letter import TRIES
from portability.make import make
from portability.models import Export
from privacy.ledger.models import LedgerEntry
from tests import factories
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
HER_DAY = {"answer_day": "6", "answer_month": "5", "answer_year": "1984"}
ANOTHER = HER_DAY | {"answer_year": "1985"}


@pytest.fixture
def dora(association: Any) -> Individual:
    return factories.make_individual(given_name="Dora", born_on=date(1984, 5, 6))


@pytest.fixture
def staff(cleo: Individual) -> Client:
    return sign_in(Client(), cleo.account)


def sent_to(person: Individual, staff: Client) -> str:
    """Cleo makes a copy and the letter goes out: the address of its button."""
    staff.post(reverse("admin:portability_export_for", args=[person.pk]), {"tells": "on"})
    make(Export.objects.get(individual=person))
    return link_in(SentMail.objects.get(individual=person, template="portability/mail/ready"))


def link_in(letter: SentMail) -> str:
    found = next(word for word in letter.text.split() if "/privacy/take/" in word)
    return found.split("testserver", 1)[1]


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_the_letter_opens_the_copy_once_for_who_knows_the_birthday(staff: Client, dora: Individual) -> None:
    link, anybody = sent_to(dora, staff), Client()
    assert "Your date of birth" in anybody.get(link).content.decode()
    page = anybody.post(link, HER_DAY, follow=True)
    assert "Your copy is open" in page.content.decode()
    export = Export.objects.get(individual=dora)
    for kind, begins in (("pdf", b"%PDF"), ("zip", b"PK")):
        assert body(anybody.post(f"/privacy/take/{export.pk}/opened/{kind}/")).startswith(begins)
    assert anybody.get(link).status_code == 410
    assert anybody.post(link, HER_DAY).status_code == 410
    entries = LedgerEntry.objects.filter(kind="export.downloaded")
    assert {(entry.subject_uid, entry.payload["channel"]) for entry in entries} == {(dora.pk, "letter")}


def test_another_browser_has_nothing_of_it(staff: Client, dora: Individual) -> None:
    opened, other = Client(), Client()
    opened.post(sent_to(dora, staff), HER_DAY)
    address = f"/privacy/take/{Export.objects.get(individual=dora).pk}/opened/"
    assert opened.get(address).status_code == 200
    assert other.get(address).status_code == 410
    assert other.post(f"{address}pdf/").status_code == 410


def test_looking_at_the_link_uses_up_nothing(staff: Client, dora: Individual) -> None:
    """Scanners of mail follow links, many times."""
    link = sent_to(dora, staff)
    for _time in range(TRIES + 1):
        assert Client().get(link).status_code == 200
    assert Client().post(link, HER_DAY).status_code == 302


def test_who_guesses_has_five_tries_and_learns_nothing(staff: Client, dora: Individual) -> None:
    link = sent_to(dora, staff)
    told = Client().post(link, ANOTHER).content.decode()
    assert "That does not fit what we hold. You can try 4 more times." in told
    for _time in range(TRIES - 1):
        last = Client().post(link, ANOTHER)
    assert last.status_code == 410
    assert Client().post(link, HER_DAY).status_code == 410
    assert not LedgerEntry.objects.filter(kind="export.downloaded").exists()


def test_staff_send_a_new_link_and_the_earlier_one_is_void(staff: Client, dora: Individual) -> None:
    first = sent_to(dora, staff)
    export = Export.objects.get(individual=dora)
    staff.post(reverse("admin:portability_export_send", args=[export.pk]))
    second = link_in(SentMail.objects.filter(individual=dora).latest("pk"))
    assert first != second
    assert Client().get(first).status_code == 410
    assert Client().post(second, HER_DAY).status_code == 302


def test_without_a_birthday_the_postcode_is_asked_however_it_is_written(
    staff: Client, dora: Individual
) -> None:
    Individual.objects.filter(pk=dora.pk).update(born_on=None)
    PostalAddress.objects.create(
        individual=dora, street="Lane 9", postcode="D02 XY45", town="Dublin", country="IE"
    )
    link = sent_to(dora, staff)
    assert "Your postcode" in Client().get(link).content.decode()
    assert Client().post(link, {"answer": "D02 XY46"}).status_code == 200
    assert Client().post(link, {"answer": "d02xy45"}).status_code == 302


def test_where_nothing_could_be_asked_no_letter_goes_out(staff: Client, dora: Individual) -> None:
    Individual.objects.filter(pk=dora.pk).update(born_on=None)
    address = reverse("admin:portability_export_for", args=[dora.pk])
    assert "No letter by mail reaches this person safely" in staff.get(address).content.decode()
    staff.post(address, {"tells": "on"})
    export = Export.objects.get(individual=dora)
    make(export)
    staff.post(reverse("admin:portability_export_send", args=[export.pk]))
    assert not SentMail.objects.filter(individual=dora).exists()
    assert "Take it for paper" in staff.get(address).content.decode()


def test_after_its_last_day_the_link_opens_nothing(staff: Client, dora: Individual) -> None:
    link = sent_to(dora, staff)
    assert Client().get(link).status_code == 200
    Export.objects.update(expires_at=timezone.now())
    assert Client().get(link).status_code == 410


def test_ann_who_has_a_login_signs_in_as_before(staff: Client, ann: Individual) -> None:
    link = sent_to(ann, staff)
    assert link == f"/privacy/take/{Export.objects.get().pk}/"


# ── On paper ─────────────────────────────────────────────────────────────────────────────────────────


def test_staff_take_the_document_for_paper_and_ann_reads_who_and_why(
    staff: Client, cleo: Individual, ann: Individual, her_copy: Export
) -> None:
    address = reverse("admin:portability_export_paper", args=[her_copy.pk])
    said = {"purpose": "post", "reason": "Ann has lost her password and asked by phone."}
    assert body(staff.post(address, said)).startswith(b"%PDF")
    entry = LedgerEntry.objects.get(kind="export.opened")
    assert (entry.subject_uid, entry.actor_uid) == (ann.pk, cleo.pk)
    assert entry.payload == {"export": str(her_copy.pk), "format": "pdf", "purpose": "post"}
    hers = Client()
    hers.force_login(ann.account)
    page = hers.get("/privacy/who/").content.decode()
    assert "Post it on paper" in page
    assert said["reason"] in page
    assert hers.get("/privacy/").status_code == 200


@pytest.mark.parametrize("said", [{"purpose": "post"}, {"purpose": "x", "reason": "So."}])
def test_without_purpose_and_reason_nothing_is_taken(
    staff: Client, her_copy: Export, said: dict[str, str]
) -> None:
    answer = staff.post(reverse("admin:portability_export_paper", args=[her_copy.pk]), said)
    assert not answer.streaming
    assert "error-summary" in answer.content.decode()
    assert not LedgerEntry.objects.filter(kind="export.opened").exists()


def test_a_deleted_copy_is_not_taken(staff: Client, her_copy: Export) -> None:
    Export.objects.update(expires_at=timezone.now())
    answer = staff.post(
        reverse("admin:portability_export_paper", args=[her_copy.pk]), {"purpose": "post", "reason": "So."}
    )
    assert answer.status_code == 302
    assert not LedgerEntry.objects.filter(kind="export.opened").exists()


def test_ben_takes_no_copy_of_ann(ben: Individual, her_copy: Export) -> None:
    bens = Client()
    bens.force_login(ben.account)
    said = {"purpose": "post", "reason": "So."}
    answer = bens.post(reverse("admin:portability_export_paper", args=[her_copy.pk]), said)
    assert answer.status_code in {302, 403}
