"""Ann reads and corrects everything about herself; nobody else's row is there for her."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from ams.models import EventRegistration, Individual, PhoneNumber, PostalAddress, SentMail
from privacy.ledger.models import LedgerEntry
from privacy.requests.models import Request

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Any, ann: Individual) -> Any:
    client.force_login(ann.account)
    return client


def person_form(**changes: Any) -> dict[str, Any]:
    return {
        "given_name": "Ann",
        "family_name": "Archer",
        "born_on": "1984-05-06",
        "country": "IE",
        "language": "en",
        "title": "",
        "field_of_work": "",
        "website": "",
        "about": "",
        **changes,
    }


def test_ann_corrects_her_name_and_the_ledger_has_no_name(signed_in: Any, ann: Individual) -> None:
    answer = signed_in.post("/profile/you/", person_form(family_name="Zwetschkenbaum"))
    assert answer.url == "/profile/"
    ann.refresh_from_db()
    assert ann.family_name == "Zwetschkenbaum"
    assert "Zwetschkenbaum" in signed_in.get("/profile/").content.decode()
    entry = LedgerEntry.objects.get(kind="individual.changed")
    assert entry.payload == {"channel": "profile", "fields": 1}


def test_a_missing_name_is_said_beside_the_field(signed_in: Any, ann: Individual) -> None:
    page = signed_in.post("/profile/you/", person_form(given_name=""))
    assert page.context["form"].errors.keys() == {"given_name"}
    ann.refresh_from_db()
    assert ann.given_name == "Ann"


def test_a_photo_is_made_anew_and_shown_to_ann_alone(
    signed_in: Any, ann: Individual, ben: Individual
) -> None:
    signed_in.post("/profile/you/", person_form(photo=SimpleUploadedFile("me.png", png(), "image/png")))
    ann.refresh_from_db()
    assert ann.photo.content_type == "image/jpeg"
    shown = signed_in.get("/profile/photo/small/")
    assert Image.open(io.BytesIO(b"".join(shown.streaming_content))).size == (240, 240)
    signed_in.force_login(ben.account)
    assert signed_in.get("/profile/photo/small/").status_code == 404


def png() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (500, 500), "teal").save(target, "PNG")
    return target.getvalue()


def test_what_is_no_photo_is_refused_with_a_reason(signed_in: Any) -> None:
    svg = SimpleUploadedFile("me.png", b"<svg onload='alert(1)'/>", "image/png")
    page = signed_in.post("/profile/you/", person_form(photo=svg))
    assert "JPEG or PNG" in str(page.context["form"].errors["photo"])


def test_ann_adds_changes_and_removes_a_phone(signed_in: Any, ann: Individual) -> None:
    PhoneNumber.objects.filter(individual=ann).delete()
    signed_in.post("/profile/phones/add/", {"kind": "home", "number": "+353 1 555 7777"})
    phone = PhoneNumber.objects.get(individual=ann)
    signed_in.post(f"/profile/phones/{phone.pk}/", {"kind": "home", "number": "+353 1 555 8888"})
    phone.refresh_from_db()
    assert phone.number == "+353 1 555 8888"
    assert signed_in.get(f"/profile/phones/{phone.pk}/remove/").status_code == 200
    assert PhoneNumber.objects.filter(pk=phone.pk).exists()
    signed_in.post(f"/profile/phones/{phone.pk}/remove/")
    assert not PhoneNumber.objects.filter(pk=phone.pk).exists()


def test_bens_address_is_not_there_for_ann(signed_in: Any, ben: Individual) -> None:
    address = PostalAddress.objects.filter(individual=ben).first()
    assert address is not None
    url = f"/profile/addresses/{address.pk}/"
    assert signed_in.get(url).status_code == 404
    assert signed_in.post(f"{url}remove/").status_code == 404
    signed_in.force_login(ben.account)
    assert signed_in.get(url).status_code == 200


def test_ann_changes_what_she_told_for_an_event(signed_in: Any, ann: Individual) -> None:
    booking = EventRegistration.objects.get(individual=ann)
    signed_in.post(f"/profile/bookings/{booking.pk}/", {"dietary_needs": "no fish"})
    booking.refresh_from_db()
    assert booking.dietary_needs == "no fish"
    assert signed_in.get(f"/profile/bookings/{booking.pk}/remove/").status_code == 404


def test_an_address_that_ben_uses_gets_the_same_answer_and_no_letter(
    signed_in: Any, ann: Individual, ben: Individual
) -> None:
    free = signed_in.post("/profile/email/", {"email": "free@example.org"}, follow=True).content.decode()
    assert SentMail.objects.count() == 2
    taken = signed_in.post("/profile/email/", {"email": ben.email}, follow=True).content.decode()
    assert "We have written to the new address" in free
    assert "We have written to the new address" in taken
    assert SentMail.objects.count() == 2


def test_what_only_staff_can_change_becomes_a_request(signed_in: Any, ann: Individual) -> None:
    signed_in.post("/profile/correction/", {"text": "I joined in 2018."})
    request = Request.objects.get(individual=ann)
    assert request.kind == "rectification"
    assert [message.text for message in request.messages.all()] == ["I joined in 2018."]


def test_ann_pauses_and_comes_back(signed_in: Any, ann: Individual) -> None:
    signed_in.post("/profile/pause/")
    ann.refresh_from_db()
    assert ann.restricted_at is not None
    assert "Paused since" in signed_in.get("/profile/").content.decode()
    signed_in.post("/profile/pause/")
    ann.refresh_from_db()
    assert ann.restricted_at is None


@pytest.mark.parametrize("name", ["membership", "payments", "events", "show"])
def test_every_page_of_her_own_answers(signed_in: Any, name: str) -> None:
    assert signed_in.get(reverse(f"profile:{name}")).status_code == 200


@pytest.mark.parametrize(
    "name", ["membership", "payments", "events", "show", "person", "email", "correction"]
)
def test_a_visitor_is_asked_to_sign_in(client: Any, association: Any, name: str) -> None:
    assert client.get(reverse(f"profile:{name}")).status_code == 302
