"""Take my data, as Ann's browser sees it; and as Ben's, and a stranger's."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ams import models as m
from ams.models import Association, Individual
from portability import fetch
from portability.make import make
from portability.models import Export, Format, State
from privacy.ledger.models import LedgerEntry
from privacy.requests.models import Request
from tests.factories import make_invoice
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

TAKE = "/privacy/take/"


def signed_in(person: Individual) -> Client:
    client = Client()
    sign_in(client, person.account)
    return client


@pytest.fixture
def anns(ann: Individual) -> Client:
    return signed_in(ann)


def taken(client: Client, address: str) -> tuple[int, bytes]:
    answer: Any = client.get(address)
    content = b"".join(answer) if answer.streaming else answer.content  # reading it to its end closes it
    return answer.status_code, content


def link_to(client: Client, export: Export, kind: str = "pdf") -> str:
    answer = client.post(f"{TAKE}{export.pk}/{kind}/")
    assert answer.status_code == 302
    return str(answer["Location"])


# Reading


def test_the_data_stands_on_the_page_before_any_file(anns: Client) -> None:
    page = anns.get(TAKE).content.decode()
    for shown in (
        "Archer Lane 9",
        "ann@example.org",
        "Membership fee 2026",
        "no nuts for Ann",
        "31 December 2034",
    ):
        assert shown in page
    assert "Baker" not in page
    assert Export.objects.count() == 0


def test_a_long_list_is_shown_whole_when_asked(anns: Client, ann: Individual) -> None:
    for number in range(10):
        make_invoice(ann, description=f"Fee {number}")
    page = anns.get(TAKE).content.decode()
    assert page.count("Fee ") < 10
    assert "Show 5 more" in page
    page = anns.get(TAKE, {"all": "ams.invoice"}).content.decode()
    assert all(f"Fee {number}" in page for number in range(10))


def test_markup_in_a_name_is_text_on_the_page(anns: Client, ann: Individual) -> None:
    ann.given_name = "<script>alert(1)</script>"
    ann.save()
    page = anns.get(TAKE).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_it_needs_signing_in(client: Client, association: Association) -> None:
    answer = client.get(TAKE)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("login"))


# Making


def test_ann_makes_a_copy_and_sees_how_far_it_is(anns: Client, ann: Individual) -> None:
    assert anns.get(f"{TAKE}make/").status_code == 405
    answer = anns.post(f"{TAKE}make/", follow=True)
    page = answer.content.decode()
    export = Export.objects.get(individual=ann)
    assert "We are making your copy" in page
    assert "Step 1 of 4" in page
    assert f'hx-get="{TAKE}{export.pk}/status/"' in page
    assert "Look again" in page
    assert export.requested_by == ann.pk


def test_polling_stops_when_it_is_ready(anns: Client, ann: Individual) -> None:
    anns.post(f"{TAKE}make/")
    export = Export.objects.get(individual=ann)
    address = f"{TAKE}{export.pk}/status/"
    Export.objects.filter(pk=export.pk).update(state=State.WRITING, percent=40, things=64)
    answer = anns.get(address)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="40"' in page
    assert "Collected 64 things" in page
    assert "<html" not in page
    Export.objects.filter(pk=export.pk).update(state=State.QUEUED)
    make(export)
    answer = anns.get(address)
    assert answer.status_code == 286
    assert "Your copy is ready" in answer.content.decode()
    assert "hx-get" not in answer.content.decode()


def test_ann_stops_it(anns: Client, ann: Individual) -> None:
    anns.post(f"{TAKE}make/")
    export = Export.objects.get(individual=ann)
    page = anns.post(f"{TAKE}{export.pk}/stop/", follow=True).content.decode()
    assert "We stopped making the copy" in page
    assert "Make my copy" in page
    assert Export.objects.get(pk=export.pk).state == State.CANCELLED


def test_after_a_failure_ann_reads_a_reference_and_tries_again(anns: Client, ann: Individual) -> None:
    anns.post(f"{TAKE}make/")
    export = Export.objects.get(individual=ann)
    Export.objects.filter(pk=export.pk).update(state=State.FAILED, attempts=3, failure="ReportFailed")
    page = anns.get(TAKE).content.decode()
    assert "We could not make your copy" in page
    assert export.reference in page
    anns.post(f"{TAKE}make/")
    export = Export.objects.get(individual=ann)
    assert (export.state, export.attempts) == (State.QUEUED, 0)


def test_where_members_do_not_help_themselves_they_ask(anns: Client, ann: Individual) -> None:
    Association.objects.update(self_service_export=False)
    page = anns.get(TAKE).content.decode()
    assert "Ask us for your copy" in page
    assert "Archer Lane 9" in page  # to read it is a right at any time
    anns.post(f"{TAKE}make/")
    assert not Export.objects.exists()
    page = anns.post(f"{TAKE}ask/", follow=True).content.decode()
    request = Request.objects.get(individual=ann)
    assert (request.kind, request.state) == ("access", "open")
    assert request.reference in page


# Taking


def test_ann_takes_her_document(anns: Client, her_copy: Export) -> None:
    answer: Any = anns.get(link_to(anns, her_copy))
    content = b"".join(answer)
    assert answer.status_code == 200
    assert content == her_copy.pdf.read()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Length"] == str(len(content))
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert re.fullmatch(r'attachment; filename="esc-\d{4}-\d\d-\d\d\.pdf"', answer["Content-Disposition"])
    assert Export.objects.get(pk=her_copy.pk).downloads == 1
    assert LedgerEntry.objects.order_by("-seq").first().kind == "export.downloaded"


def test_a_link_opens_once(anns: Client, her_copy: Export) -> None:
    address = link_to(anns, her_copy, "zip")
    code, content = taken(anns, address)
    assert (code, content[:2]) == (200, b"PK")
    answer = anns.get(address)
    assert answer.status_code == 410
    assert "This copy is gone" in answer.content.decode()


def test_a_link_opens_nothing_else(anns: Client, her_copy: Export) -> None:
    address = link_to(anns, her_copy, "zip")
    assert anns.get(address.replace("/zip/", "/pdf/")).status_code == 410
    assert anns.get(address[:-2] + "x/").status_code == 410
    assert taken(anns, address)[0] == 200


def test_only_a_hash_of_the_link_is_kept_and_it_is_128_bits(anns: Client, her_copy: Export) -> None:
    token = link_to(anns, her_copy).rstrip("/").rpartition("/")[2]
    row = Export.objects.get(pk=her_copy.pk)
    assert len(token) >= 22
    assert bytes(row.token_hash) == fetch.hash_of(token, Format.PDF)
    assert token.encode() not in bytes(row.token_hash)


def test_a_link_is_good_for_minutes_and_a_copy_for_days(anns: Client, her_copy: Export) -> None:
    address = link_to(anns, her_copy)
    Export.objects.update(token_expires_at=timezone.now())
    assert anns.get(address).status_code == 410
    address = link_to(anns, her_copy)
    Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert anns.get(address).status_code == 410
    assert anns.post(f"{TAKE}{her_copy.pk}/pdf/").status_code == 410
    assert "Make my copy" in anns.get(TAKE).content.decode()


def test_for_ben_anns_copy_does_not_exist(anns: Client, ben: Individual, her_copy: Export) -> None:
    bens = signed_in(ben)
    address = link_to(anns, her_copy)
    for get in (address, f"{TAKE}{her_copy.pk}/", f"{TAKE}{her_copy.pk}/status/"):
        assert bens.get(get).status_code == 404
    for post in ("pdf", "zip", "stop"):
        assert bens.post(f"{TAKE}{her_copy.pk}/{post}/").status_code == 404
    nowhere = bens.get(address.replace(str(her_copy.pk), str(ben.pk)))
    assert nowhere.status_code == 404
    assert taken(anns, address)[0] == 200  # it was not used up


def test_the_mailed_link_leads_ann_to_her_page(anns: Client, client: Client, her_copy: Export) -> None:
    mail = m.SentMail.objects.get(template="portability/mail/ready")
    address = re.search(r"http://testserver(\S+)", mail.text)[1]  # type: ignore[index]
    assert anns.get(address)["Location"] == TAKE
    assert client.get(address)["Location"].startswith(reverse("login"))


def test_the_link_of_an_erased_person_is_gone(client: Client, anns: Client, her_copy: Export) -> None:
    address = link_to(anns, her_copy)
    mailed = f"{TAKE}{her_copy.pk}/"
    her_copy.delete()
    for path in (address, mailed):
        answer = client.get(path)
        assert answer.status_code == 410
        assert "This copy is gone" in answer.content.decode()


def test_anybody_reads_the_schema_and_the_key(client: Client, her_copy: Export) -> None:
    assert client.get(f"{TAKE}schema/1/").json()["$id"] == "urn:ams-privacy:export:1"
    (key,) = client.get(f"{TAKE}key/").json()["keys"]
    assert key["algorithm"] == "ed25519"
