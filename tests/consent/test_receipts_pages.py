"""Receipts over HTTP: the owner's alone, in three forms; and the page on which anybody checks one."""

import io
import json
import re
from html import unescape
from uuid import uuid4
from zoneinfo import ZoneInfo

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import gettext

from ams.models import Association, Individual
from ams.signup.receipt import number_of as number_of_joining
from consent.decide import give, object_to, withdraw
from consent.models import Channel, Decision, Kind
from consent.publish import compose
from consent.receipts import paper, verify
from consent.receipts.build import found
from consent.receipts.forms import NOT_OURS, ReceiptForm
from consent.receipts.paper import as_pdf
from consent.receipts.sheet import sheet_of
from consent.receipts.sign import signed
from consent.receipts.verify import check
from consent.templatetags.receipts import receipt_number
from erasure import erase
from erasure.models import State
from privacy.declarations import Basis
from privacy.openings import openings
from privacy.signing import SigningKey, public_key
from privacy.tenancy import speaking_for
from tests import factories
from tests.consent import asked
from tests.consent.test_decide import how
from tests.erasure.people import asked_and_approved
from tests.portability.tools import text_of as printed_text_of

pytestmark = pytest.mark.django_db
CHECK = "/privacy/choices/verify/"


@pytest.fixture
def yes(ann: Individual) -> Decision:
    return give(ann, asked.letter(), **how(ann))


@pytest.fixture
def as_ann(client: Client, ann: Individual) -> Client:
    client.force_login(ann.account)
    return client


def address(decision: Decision, form: str = "") -> str:
    return f"/privacy/choices/receipt/{decision.pk}/{form}"


def text_of(response: HttpResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


# Its owner's


def test_ann_reads_her_receipt(as_ann: Client, ann: Individual, yes: Decision) -> None:
    withdraw(ann, yes.version, **how(ann))
    newest = give(ann, asked.newer(yes.version), **how(ann))

    told = text_of(as_ann.get(address(newest)))

    assert "You said yes to “Letter, now with offers” on" in told
    assert "May we? Letter, now with offers" in told
    assert "Letter, now with offers, in full, in en." in told
    assert re.search(r"Yes .* Version 1, .* No longer .* Version 1, .* Yes .* Version 2, ", told)
    assert told.count("Its receipt") == 2
    assert f"Receipt number {receipt_number(newest)} " in told
    assert str(newest.pk) not in told
    assert newest.text_hash in told


def test_she_keeps_it_as_data(as_ann: Client, yes: Decision) -> None:
    response = as_ann.get(address(yes, "json/"))

    assert check(response.content, public_key()).decision == str(yes.pk)
    assert response["Content-Type"] == "application/ld+json"
    assert response["Content-Disposition"].startswith('attachment; filename="receipt-letter-')
    assert response["Cache-Control"] == "no-store"


def test_she_keeps_it_as_a_pdf_with_the_data_inside(as_ann: Client, yes: Decision) -> None:
    response = as_ann.get(address(yes, "pdf/"))

    assert verify.attached(response.getvalue()) == as_ann.get(address(yes, "json/")).content
    assert response["Content-Disposition"].startswith('attachment; filename="receipt-letter-')


def test_the_pdf_is_in_her_language_and_the_words_stay_in_theirs(as_ann: Client, yes: Decision) -> None:
    kept = found(yes.pk)
    assert kept

    with translation.override("de"):
        pdf = as_pdf(sheet_of(kept), signed(kept))

    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert str(document.Root.Lang) == "de"
        with document.open_metadata() as told:
            assert (told["pdfaid:part"], told["pdfaid:conformance"]) == ("3", "A")
    assert "Monthly letter, in full, in en." in " ".join(printed_text_of(pdf).split())
    assert verify.attached(pdf) == as_ann.get(address(yes, "json/")).content


@pytest.mark.django_db(transaction=True)
def test_it_is_printed_outside_of_the_transaction(
    transactional_db: None, client: Client, association: Association, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pressed(*_args: object, **_facts: object) -> bytes:
        assert not connection.in_atomic_block
        return b"%PDF-"

    with speaking_for(association.pk):
        ann = factories.ann()
        yes = give(ann, asked.letter(), **how(ann))
        client.force_login(ann.account)
    monkeypatch.setattr(paper, "print_pdf", pressed)

    assert client.get(address(yes, "pdf/")).getvalue() == b"%PDF-"


def test_each_kind_of_answer_is_told_in_its_own_words(as_ann: Client, ann: Individual, yes: Decision) -> None:
    notice = compose(
        "statistics", asked.words("Statistics"), number=4, kind=Kind.NOTICE, basis=Basis.LEGITIMATE_INTEREST
    )
    for decision, told in (
        (withdraw(ann, yes.version, **how(ann)), "You took back your yes to “Monthly letter”"),
        (give(ann, asked.statutes(), **how(ann)), "You agreed to “Statutes”"),
        (object_to(ann, notice, **how(ann)), "You objected to “Statistics”"),
        (give(ann, asked.journal(double_opt_in=True), **how(ann)), "It counts once the link in our letter"),
    ):
        assert told in text_of(as_ann.get(address(decision)))


def test_what_the_association_wrote_is_text_on_every_page(as_ann: Client, ann: Individual) -> None:
    version = compose("evil", asked.words("Evil", title="<script>alert(1)</script>"), number=5)
    decision = give(ann, version, **how(ann))

    page = as_ann.get(address(decision)).content.decode()
    form = {"text": as_ann.get(address(decision, "json/")).content.decode()}
    checked = as_ann.post(CHECK, form).content.decode()

    for each in (page, checked):
        assert "&lt;script&gt;alert(1)" in each
        assert "<script>alert" not in each


@pytest.mark.parametrize("form", ["", "json/", "pdf/"])
def test_a_receipt_is_its_owners_alone(client: Client, ben: Individual, yes: Decision, form: str) -> None:
    assert client.get(address(yes, form)).headers["Location"].startswith("/sign-in/")
    client.force_login(ben.account)

    others, nobodys = client.get(address(yes, form)), client.get(f"/privacy/choices/receipt/{uuid4()}/{form}")

    assert (others.status_code, nobodys.status_code) == (404, 404)


def test_staff_open_the_receipt_of_a_member(client: Client, cleo: Individual, yes: Decision) -> None:
    client.force_login(cleo.account)

    assert check(client.get(address(yes, "json/")).content, public_key()).decision == str(yes.pk)
    assert [opening.name for opening in openings(yes.individual)] == ["Administrator"]  # and Ann sees it


def test_the_published_key_says_its_fingerprint(as_ann: Client, yes: Decision) -> None:
    (key,) = Client().get("/privacy/take/key/").json()["keys"]

    receipt = json.loads(as_ann.get(address(yes, "json/")).content)

    assert key == {name: receipt["ams:signedBy"][name] for name in ("algorithm", "key_id", "public_key")}
    assert receipt["ams:signedBy"]["published_at"].endswith("/privacy/take/key/")


@pytest.mark.django_db(transaction=True)
def test_it_verifies_after_its_person_was_erased(transactional_db: None, association: Association) -> None:
    with speaking_for(association.pk):
        ann = factories.ann()
        yes = found(give(ann, asked.letter(), **how(ann)).pk)
        assert yes
        kept = signed(yes)
    erasure = asked_and_approved(association, ann)

    assert erase.carry_out(association.pk, erasure.pk) == State.COMPLETED

    with speaking_for(association.pk):
        assert not Decision.objects.filter(pk=yes.pk).exists()
        assert check(kept, public_key()).decision == str(yes.pk)
    assert "This receipt is genuine" in hand_in(Client(), kept)


# Anybody's check


def hand_in(client: Client, content: bytes, name: str = "receipt.json") -> str:
    return text_of(client.post(CHECK, {"file": SimpleUploadedFile(name, content)}))


def test_anybody_checks_a_receipt(as_ann: Client, ann: Individual, yes: Decision) -> None:
    kept = as_ann.get(address(withdraw(ann, yes.version, **how(ann)), "json/")).content
    pdf = as_ann.get(address(yes, "pdf/")).getvalue()
    nobody = Client()

    told = hand_in(nobody, kept)
    pasted = text_of(nobody.post(CHECK, {"text": kept.decode()}))

    for each in (told, pasted):
        assert "This receipt is genuine" in each
        assert "Monthly letter, in full, in en." in each
        assert re.search(r"Yes .* No longer ", each)
        assert str(yes.individual_id) not in each
    assert "This receipt is genuine" in hand_in(nobody, pdf, "receipt.pdf")


def test_what_is_wrong_stands_beside_the_field(as_ann: Client, yes: Decision) -> None:
    kept = as_ann.get(address(yes, "json/")).content
    changed = kept.replace(b"Monthly letter, in full", b"Weekly letter, in full")

    by_file = as_ann.post(CHECK, {"file": SimpleUploadedFile("receipt.json", changed)}).content.decode()
    by_text = as_ann.post(CHECK, {"text": changed.decode()}).content.decode()

    for page, name in ((by_file, "file"), (by_text, "text")):
        found = re.search(rf'<p class="error" id="id_{name}_error">.*?</p>', page, re.DOTALL)
        assert found
        assert verify.CHANGED in found[0]
        assert "This receipt is genuine" not in page


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Choose the file of a receipt"),
        (b"my dog ate it", verify.UNREADABLE),
        (b"\xff\xfe\x00", verify.UNREADABLE),
        (b'{"a": "\\ud800"}', verify.NOT_ONE),
        (b" " * (verify.MOST + 1), verify.TOO_LONG),
    ],
)
def test_whatever_is_handed_in_gets_an_answer(
    client: Client, association: Association, content: bytes, told: str
) -> None:
    assert told in hand_in(client, content)


def test_nothing_at_all_is_asked_for(client: Client, association: Association) -> None:
    assert "Choose the file of a receipt, or paste its text below." in text_of(client.post(CHECK, {}))


def test_a_receipt_that_another_signed_is_sent_to_whom_it_names(
    client: Client, as_ann: Client, yes: Decision, sister: Association
) -> None:
    kept = as_ann.get(address(yes, "json/")).content
    assert "This receipt is genuine" in hand_in(Client(), kept)
    with speaking_for(sister.pk):
        public_key()
    told = hand_in(Client(HTTP_HOST="vdk.localhost"), kept)
    assert "Eine Quittung prüfen" in told
    with translation.override("de"):
        assert gettext(NOT_OURS) in told


def test_to_check_a_receipt_makes_no_key(client: Client, as_ann: Client, yes: Decision) -> None:
    kept = as_ann.get(address(yes, "json/")).content
    SigningKey.objects.all().delete()
    assert "is not signed with our key" in hand_in(Client(), kept)
    assert not SigningKey.objects.exists()
    public_key()  # a new one, which has signed nothing yet
    assert "is not signed with our key" in hand_in(Client(), kept)


def test_the_faults_are_told_in_the_readers_language() -> None:
    with translation.override("de"):
        form = ReceiptForm({"text": "x"}, {}, key=None)
        assert not form.is_valid()


# The ways to it


def test_the_history_the_words_and_what_was_saved_lead_to_it(as_ann: Client, yes: Decision) -> None:
    for page in (
        "/privacy/choices/",
        f"/privacy/choices/?saved={yes.pk}",
        f"/privacy/choices/words/{yes.pk}/",
    ):
        assert address(yes) in as_ann.get(page).content.decode(), page


def test_the_page_of_joining_leads_to_each_receipt(ann: Individual) -> None:
    from ams.signup.receipt import page  # noqa: PLC0415

    decision = give(ann, asked.letter(), **how(ann, channel=Channel.WIZARD))

    assert address(decision) in [row.get("url") for row in page(ann)["rows"]]


def test_json_is_one_line_without_labels_of_any_language(as_ann: Client, yes: Decision) -> None:
    kept = as_ann.get(address(yes, "json/"), headers={"Accept-Language": "fr"}).content

    assert b"\n" not in kept
    assert kept == as_ann.get(address(yes, "json/")).content
    assert json.loads(kept)["ams:signedBy"]["key_id"] == verify.key_id(public_key())


def test_every_receipt_has_one_kind_of_number_and_every_page_one_clock(
    client: Client, ann: Individual, cleo: Individual, yes: Decision
) -> None:
    """Whatever clock it was recorded by: an import does it by UTC, a page by the association's."""
    with timezone.override("UTC"):
        withdraw(ann, yes.version, **how(ann))
    with timezone.override("Asia/Tokyo"):
        newest = give(ann, yes.version, **how(ann))
    assert {each.zone for each in Decision.objects.filter(individual=ann)} >= {"UTC", "Asia/Tokyo"}
    client.force_login(ann.account)
    number = receipt_number(newest)
    zone = timezone.localtime(newest.at, ZoneInfo(ann.association.time_zone)).tzname()
    pages = [
        text_of(client.get(address(newest))),
        hand_in(client, client.get(address(newest, "json/")).content),
    ]

    assert re.fullmatch(r"ESC-\d{4}-[A-Z2-7]{4}-[A-Z2-7]{4}", number)
    assert re.fullmatch(r"ESC-\d{4}-[A-Z2-7]{4}-[A-Z2-7]{4}", number_of_joining(ann))
    for told in pages:
        assert f"Receipt number {number}" in told
        assert set(re.findall(r"\d\d:\d\d:\d\d\s([A-Z]{3,4})", told)) == {zone}
