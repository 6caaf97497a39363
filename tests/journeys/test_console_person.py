"""Staff find Ann without her name in any address, open her page on the record, and she sees that they did."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ams import models as m
from ams.models import Association, Individual
from ams.roles import Role
from erasure import erase, flow
from erasure.models import Channel
from erasure.plan import plan
from privacy.ledger.models import LedgerEntry
from privacy.requests.models import Request
from tests import factories
from webhooks.models import Event

pytestmark = pytest.mark.django_db
FIND = "/console/ams/individual/"


@pytest.fixture
def officer(client: Client, cleo: Individual) -> Client:
    client.force_login(cleo.account)
    return client


def read(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def views_of(person: Individual) -> int:
    return LedgerEntry.objects.filter(kind="individual.viewed", subject_uid=person.pk).count()


@pytest.mark.parametrize("text", ["arch", "ann ar", "ann@example.org", "1001"])
def test_ann_is_found_by_part_of_what_she_is_called(
    officer: Client, ann: Individual, ben: Individual, text: str
) -> None:
    page = officer.post(FIND, {"q": text}, follow=True).content.decode()
    assert f'href="{reverse("admin:ams_individual_change", args=[ann.pk])}"' in page
    assert "Ann Archer" in page
    assert "Ben Baker" not in page
    assert views_of(ann) == 0  # a line of a list is not her page


def test_a_name_never_stands_in_an_address(officer: Client, ann: Individual) -> None:
    page = read(officer, "admin:ams_individual_changelist")
    assert 'method="post"' in page
    assert "2 people are in the register." in page
    assert "Ann Archer" not in officer.get(f"{FIND}?q=Archer").content.decode()


def test_htmx_gets_the_list_alone(officer: Client, ann: Individual) -> None:
    page = officer.post(FIND, {"q": "archer"}, HTTP_HX_REQUEST="true").content.decode()
    assert "Ann Archer" in page
    assert "<html" not in page


def test_nobody_found_is_said(officer: Client, ann: Individual) -> None:
    assert "Nobody found" in officer.post(FIND, {"q": "zzz"}, follow=True).content.decode()


def test_the_sister_s_members_are_not_found_here(officer: Client, sister: Association) -> None:
    from privacy.tenancy import speaking_for  # noqa: PLC0415 beside its only use

    with speaking_for(sister.pk):
        other = factories.make_individual(given_name="Zora", family_name="Zander")
    assert "Zora" not in officer.post(FIND, {"q": "zander"}, follow=True).content.decode()
    assert officer.get(reverse("admin:ams_individual_change", args=[other.pk])).status_code == 404


def test_her_page_shows_what_she_sees(officer: Client, ann: Individual) -> None:
    theirs = read(officer, "admin:ams_individual_change", ann.pk)
    hers = Client()
    hers.force_login(ann.account)
    own = hers.get("/privacy/").content.decode()
    for text in ("Archer Lane 9", "ann@example.org", "no nuts for Ann", "§ 147 AO"):
        assert text in own, text
        assert text in theirs, text
    assert "Member 1\u00a0001 since 4 March 2019, Individual member, Dublin, Ireland" in theirs
    for name in ("edit", "asked", "pause"):
        assert reverse(f"admin:ams_individual_{name}", args=[ann.pk]) in theirs
    assert reverse("admin:portability_export_for", args=[ann.pk]) in theirs


def test_each_opening_is_recorded_and_ann_sees_it(officer: Client, ann: Individual, ben: Individual) -> None:
    hers = Client()
    hers.force_login(ann.account)
    assert "Nobody of our staff opened your data" in hers.get("/privacy/").content.decode()
    read(officer, "admin:ams_individual_change", ann.pk)
    read(officer, "admin:ams_individual_see", ann.pk, "payments")
    read(officer, "admin:ams_individual_edit", ann.pk)
    assert (views_of(ann), views_of(ben)) == (3, 0)
    for page in ("/privacy/", "/privacy/who/"):
        text = hers.get(page).content.decode()
        assert "Our staff opened your data 3 times in the last twelve months." in text
        assert "<span>Administrator</span>" in text


def test_a_row_about_ann_is_opened_on_the_record_too(officer: Client, ann: Individual) -> None:
    address = m.PostalAddress.objects.get(individual=ann)
    assert "Archer Lane 9" in read(officer, "admin:ams_postaladdress_change", address.pk)
    assert views_of(ann) == 1


@pytest.mark.parametrize("slug", ["profile", "membership", "payments", "events", "letters", "sign-in"])
def test_every_tab_of_a_full_person_opens(officer: Client, association: Association, slug: str) -> None:
    person, planted = factories.make_full_person(association, "Dora")
    page = read(officer, "admin:ams_individual_see", person.pk, slug)
    some = {
        "profile": "ams.postaladdress.street",
        "membership": "ams.certificate.title",
        "payments": "ams.invoice.description",
        "events": "ams.eventregistration.dietary_needs",
        "letters": "ams.staffnote.text",
        "sign-in": "ams.loginrecord.ip_address",
    }
    assert str(planted[some[slug]]) in page


def test_cleo_corrects_anns_name_and_others_are_told(officer: Client, ann: Individual) -> None:
    form = form_of(ann) | {"family_name": "Armstrong"}
    officer.post(reverse("admin:ams_individual_edit", args=[ann.pk]), form)
    ann.refresh_from_db()
    assert (ann.family_name, ann.given_name, ann.email) == ("Armstrong", "Ann", "ann@example.org")
    assert Event.objects.filter(type="individual.updated").count() == 1
    entry = LedgerEntry.objects.get(kind="individual.changed")
    assert (entry.subject_uid, entry.payload) == (ann.pk, {"channel": "console", "fields": 1})


def form_of(person: Individual) -> dict[str, Any]:
    names = (
        "given_name",
        "family_name",
        "email",
        "member_number",
        "born_on",
        "joined_on",
        "language",
        "country",
    )
    return {name: str(getattr(person, name) or "") for name in names}


def test_an_address_that_signs_in_counts_once_its_owner_says_so(officer: Client, ann: Individual) -> None:
    form = form_of(ann) | {"email": "ann.archer@example.net", "email_reason": "She wrote to us."}
    officer.post(reverse("admin:ams_individual_edit", args=[ann.pk]), form)
    ann.refresh_from_db()
    assert (ann.email, ann.pending_email) == ("ann@example.org", "ann.archer@example.net")
    assert m.SentMail.objects.get(template="profile/mail/new_email").recipient == "ann.archer@example.net"


def test_staff_cannot_take_over_an_administrator_s_login(
    client: Client, ann: Individual, cleo: Individual
) -> None:
    account: Any = ann.account
    account.role = Role.STAFF
    account.save()
    client.force_login(account)
    form = form_of(cleo) | {"email": "mine@example.net"}
    client.post(reverse("admin:ams_individual_edit", args=[cleo.pk]), form)
    cleo.refresh_from_db()
    assert (cleo.email, cleo.pending_email) == ("cleo@example.org", None)


def test_cleo_enters_somebody_who_has_no_login(officer: Client, association: Association) -> None:
    form = {"given_name": "Dora", "family_name": "Deer", "email": "dora@example.org", "language": "en"}
    answer = officer.post(reverse("admin:ams_individual_add"), form)
    assert answer.status_code == 302, answer.content.decode()
    dora = Individual.objects.get(email="dora@example.org")
    assert (dora.source, dora.given_name) == ("staff", "Dora")
    assert LedgerEntry.objects.get(kind="individual.created").subject_uid == dora.pk


def test_an_address_that_is_taken_is_an_error_of_the_field(officer: Client, ann: Individual) -> None:
    form = {"given_name": "Dora", "email": "ANN@example.org", "language": "en"}
    page = officer.post(reverse("admin:ams_individual_add"), form)
    assert page.status_code == 200
    assert "error-summary" in page.content.decode()
    assert Individual.objects.filter(given_name__isnull=False).count() == 2


def test_cleo_adds_a_note_and_ann_reads_it(officer: Client, ann: Individual, cleo: Individual) -> None:
    add = f"{reverse('admin:ams_staffnote_add')}?individual={ann.pk}"
    page = officer.get(add).content.decode()
    assert f'name="individual" value="{ann.pk}"' in page
    answer = officer.post(add, {"individual": str(ann.pk), "text": "Called about her badge."})
    assert answer.url == reverse("admin:ams_individual_see", args=[ann.pk, "letters"])
    note = m.StaffNote.objects.get(individual=ann, written_by=cleo.pk)
    assert note.text == "Called about her badge."
    hers = Client()
    hers.force_login(ann.account)
    assert "Called about her badge." in hers.get("/privacy/").content.decode()


def test_a_row_is_added_from_the_person_s_page_only(officer: Client, ann: Individual) -> None:
    answer = officer.get(reverse("admin:ams_phonenumber_add"), follow=True)
    assert "Find the person first" in answer.content.decode()


def test_a_payment_is_for_an_invoice_of_the_same_person(
    officer: Client, ann: Individual, ben: Individual
) -> None:
    hers, his = m.Invoice.objects.get(individual=ann), m.Invoice.objects.get(individual=ben)
    add = f"{reverse('admin:ams_payment_add')}?individual={ann.pk}"
    page = officer.get(add).content.decode()
    assert hers.number in page
    assert his.number not in page
    values = {
        "received_on": "2026-03-01",
        "amount": "96.00",
        "currency": "EUR",
        "method": "cash",
        "payer": "Ann",
    }
    officer.post(add, {"individual": ann.pk, "invoice": his.pk, **values})
    assert m.Payment.objects.filter(individual=ann).count() == 1
    officer.post(add, {"individual": ann.pk, "invoice": hers.pk, **values})
    assert m.Payment.objects.filter(individual=ann).count() == 2


def test_an_invoice_stays_as_it_was_written(officer: Client, ann: Individual) -> None:
    invoice = m.Invoice.objects.get(individual=ann)
    change = reverse("admin:ams_invoice_change", args=[invoice.pk])
    officer.post(change, {"amount": "1.00", "addressee": "Nobody", "state": "cancelled"})
    invoice.refresh_from_db()
    assert (str(invoice.amount), invoice.addressee, invoice.state) == ("96.00", "Ann Archer", "cancelled")
    assert officer.get(reverse("admin:ams_invoice_delete", args=[invoice.pk])).status_code == 403


def test_a_phone_is_deleted_and_others_are_told(officer: Client, ann: Individual) -> None:
    phone = m.PhoneNumber.objects.get(individual=ann)
    answer = officer.post(reverse("admin:ams_phonenumber_delete", args=[phone.pk]), {"post": "yes"})
    assert answer.url == reverse("admin:ams_individual_see", args=[ann.pk, "profile"])
    assert not m.PhoneNumber.objects.filter(individual=ann).exists()
    assert Event.objects.filter(type="individual.updated").exists()
    assert LedgerEntry.objects.get(kind="console.deleted").subject_uid == ann.pk


def test_a_document_is_kept_sealed_and_opened_on_the_record(officer: Client, ann: Individual) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415 beside its only use

    file = SimpleUploadedFile("diploma.pdf", b"%PDF-1.4 diploma", "application/pdf")
    add = f"{reverse('admin:ams_document_add')}?individual={ann.pk}"
    officer.post(add, {"individual": ann.pk, "title": "Diploma", "file": file})
    document = m.Document.objects.get(individual=ann)
    page = read(officer, "admin:ams_document_change", document.pk)
    assert "diploma.pdf" in page
    answer = officer.get(reverse("admin:ams_document_file", args=[document.pk]))
    assert b"".join(answer) == b"%PDF-1.4 diploma"  # type: ignore[arg-type]  # it streams
    assert views_of(ann) == 2
    officer.post(reverse("admin:ams_document_delete", args=[document.pk]), {"post": "yes"})
    assert not m.Document.objects.exists()


def test_cleo_stops_the_use_of_anns_data_and_takes_it_up_again(officer: Client, ann: Individual) -> None:
    url = reverse("admin:ams_individual_pause", args=[ann.pk])
    officer.post(url)
    ann.refresh_from_db()
    assert ann.restricted_at is not None
    assert "Paused: nothing is done with the data" in read(officer, "admin:ams_individual_change", ann.pk)
    officer.post(url)
    ann.refresh_from_db()
    assert ann.restricted_at is None
    assert officer.get(url).status_code == 405


def test_a_pause_does_not_end_while_an_erasure_is_open(officer: Client, ann: Individual) -> None:
    flow.ask(ann, actor=ann.pk, channel=Channel.MEMBER, fingerprint=plan(ann).fingerprint)
    url = reverse("admin:ams_individual_pause", args=[ann.pk])
    assert "stop it first" in officer.post(url, follow=True).content.decode()
    ann.refresh_from_db()
    assert ann.restricted_at is not None


def test_a_letter_becomes_a_request_with_a_date(officer: Client, ann: Individual, cleo: Individual) -> None:
    url = reverse("admin:ams_individual_asked", args=[ann.pk])
    assert "Erase the data" not in officer.get(url).content.decode()
    arrived = timezone.localdate().isoformat()
    officer.post(url, {"kind": "objection", "channel": "letter", "arrived": arrived})
    asked = Request.objects.get(individual=ann)
    assert (asked.kind, asked.channel, asked.state) == ("objection", "letter", "open")
    assert LedgerEntry.objects.get(kind="request.opened").actor_uid == cleo.pk


def test_who_is_erased_leaves_what_the_law_keeps_and_no_form(
    officer: Client, ann: Individual, cleo: Individual
) -> None:
    asked = flow.ask(ann, actor=ann.pk, channel=Channel.MEMBER, fingerprint=plan(ann).fingerprint)
    page = read(officer, "admin:ams_individual_change", ann.pk)
    assert reverse("admin:erasure_erasure_change", args=[asked.pk]) in page
    assert "Read the plan and approve" in page
    asked.refresh_from_db()
    flow.approve(asked, actor=cleo.pk, fingerprint=asked.fingerprint, at_once=True)
    erase.carry_out(asked.association_id, asked.pk)
    page = read(officer, "admin:ams_individual_change", ann.pk)
    assert "<h1>An erased member</h1>" in page
    assert "+353 1 555 1001" not in page
    assert "the last until 31 December 2034" in page  # her invoice
    assert officer.get(reverse("admin:ams_individual_edit", args=[ann.pk])).status_code == 404
    assert "An erased member" in read(officer, "admin:ams_invoice_changelist")


def test_a_new_login_comes_without_a_password(officer: Client, association: Association) -> None:
    dora = factories.make_individual()
    add = f"{reverse('admin:ams_account_add')}?individual={dora.pk}"
    officer.post(add, {"individual": dora.pk, "role": "staff", "is_active": "on"})
    account = m.Account.objects.get(individual=dora)
    assert (account.role, account.has_usable_password()) == ("staff", False)


def test_nobody_makes_themselves_less(officer: Client, cleo: Individual) -> None:
    account: Any = cleo.account
    officer.post(reverse("admin:ams_account_change", args=[account.pk]), {"role": "member"})
    account.refresh_from_db()
    assert (account.role, account.is_active) == (Role.ADMINISTRATOR, True)


def test_staff_give_nobody_a_role(client: Client, ann: Individual, cleo: Individual) -> None:
    account: Any = cleo.account
    account.role = Role.STAFF
    account.save()
    client.force_login(account)
    url = reverse("admin:ams_account_change", args=[ann.account.pk])  # type: ignore[attr-defined]  # she has a login
    assert client.post(url, {"role": "administrator", "is_active": "on"}).status_code == 403
