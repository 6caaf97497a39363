"""All that is collected is there to be corrected: by oneself, or by asking. And two edits at once lose nothing."""

import io
import struct
import zlib
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from ams.models import Individual, LoginRecord, Post, PostalAddress
from ams.profile.forms import PersonForm
from ams.profile.parts import PARTS
from privacy.declarations import SELF
from privacy.inventory import declarations
from privacy.tenancy import speaking_for
from tests import factories
from tests.erasure.people import at_once, stored_files
from tests.journeys.test_profile import person_form, png

CORRECTION = "/profile/correction/"
# Model → the page on which it stands with a way to ask for a correction. Facts of ours, and of the law.
ONLY_STAFF_CHANGE = {
    "ams.individual": "/profile/",
    "ams.membership": "/profile/membership/",
    "ams.committeeservice": "/profile/membership/",
    "ams.certificate": "/profile/membership/",
    "ams.invoice": "/profile/payments/",
    "ams.payment": "/profile/payments/",
    "ams.eventregistration": "/profile/events/",
    "ams.staffnote": "/profile/",
    "ams.document": "/profile/",
}
# What only says what happened, made by the programme itself: shown under "What we hold", with the same way.
RECORDS = {
    "ams.postaladdress", "ams.phonenumber", "ams.otheremail",
    "ams.socialprofile", "ams.affiliation", "ams.post", "ams.sentmail",
    "ams.account", "ams.loginrecord", "ams.session", "ams.apitoken", "ams.directoryentry", "ams.disclosure",
    "ams.newslettercopy", "ams.emailchange", "admin.logentry", "consent.asking", "consent.confirmation",
    "consent.decision", "consent.guardian", "consent.paper", "consent.removal", "consent.rest", "consent.standing",
    "consent.shown", "portability.export", "erasure.erasure", "erasure.farewell", "webhooks.pairwise",
    "privacy.evidence", "privacy.message", "privacy.request",
}  # fmt: skip
# A change of its own: by a letter to the new address, one after the other, or in the member directory.
OTHERWISE = {
    ("ams.directoryentry", "introduction"): "/members/mine/introduction/",
    ("ams.directoryentry", "shows"): "/members/mine/",
    ("ams.individual", "email"): "/profile/email/",
    ("ams.individual", "pending_email"): "/profile/email/",
}
# In the models of which a member changes some fields, what is left is a date that the programme noted.
NOTED = {"since", "posted_at", "edited_at"}


def not_changed_by_oneself() -> Iterator[tuple[str, str]]:
    own = {("ams.individual", name) for name in PersonForm.Meta.fields} | set(OTHERWISE)
    own |= {(part.model._meta.label_lower, name) for part in PARTS.values() for name in part.fields}
    for label, declaration in declarations.by_label.items():
        if declaration in declarations.about_people():
            yield from ((label, name) for name in declaration.personal() if (label, name) not in own)


def test_each_value_is_changed_by_oneself_or_by_asking() -> None:
    left = set(not_changed_by_oneself())
    assert left  # else nothing is looked at
    unknown = {label for label, _name in left} - ONLY_STAFF_CHANGE.keys() - RECORDS
    assert unknown == set()
    editable = {part.model._meta.label_lower for part in PARTS.values()} & RECORDS
    forgotten = {(label, name) for label, name in left if label in editable and name not in NOTED}
    assert forgotten == set()


@pytest.mark.django_db
@pytest.mark.parametrize("url", sorted({*ONLY_STAFF_CHANGE.values(), "/privacy/hold/"}))
def test_what_only_staff_can_change_stands_beside_a_way_to_ask(
    client: Any, ann: Individual, url: str
) -> None:
    client.force_login(ann.account)
    assert f'href="{CORRECTION}"' in client.get(url).content.decode()


def test_everybody_declared_is_the_same_person() -> None:
    """The lists above say nothing about rows that are found in another way."""
    others = {d.subject for d in declarations.about_people()} - {SELF, "individual"}
    assert others == {"user__individual"}  # the table of the console that stays empty


# At once


@pytest.fixture
def browsers(transactional_db: Any, ann: Individual) -> list[Client]:
    """Two tabs of one person."""
    pair = [Client(), Client()]
    for browser in pair:
        browser.post("/sign-in/", {"email": "ann@example.org", "password": factories.PASSWORD})
    return pair


def test_of_two_photos_at_once_one_file_stays(association: Any, browsers: list[Client]) -> None:
    def send(browser: Client) -> int:
        photo = SimpleUploadedFile("me.png", png(), "image/png")
        return browser.post("/profile/you/", person_form(photo=photo)).status_code

    for _round in range(2):  # the second has something to replace
        assert at_once(*[partial(send, browser) for browser in browsers]) == [302, 302]
    with speaking_for(association.pk):
        ann = Individual.objects.get(email="ann@example.org")
        assert stored_files() == {ann.photo.stored, ann.thumbnail.stored}


def test_a_change_of_the_profile_does_not_undo_another_of_the_same_moment(
    association: Any, browsers: list[Client]
) -> None:
    """The page with the name is sent while the use of the data is being paused: both count."""
    answers = at_once(
        lambda: browsers[0].post("/profile/you/", person_form(family_name="Ash")).status_code,
        lambda: browsers[1].post("/profile/pause/").status_code,
    )
    assert answers == [302, 302]
    with speaking_for(association.pk):
        ann = Individual.objects.get(email="ann@example.org")
        assert (ann.family_name, ann.restricted_at is not None) == ("Ash", True)


def test_an_address_that_is_removed_in_another_tab_does_not_come_back(
    association: Any, browsers: list[Client]
) -> None:
    with speaking_for(association.pk):
        address = PostalAddress.objects.get(individual__email="ann@example.org")
    form = {"kind": "home", "street": "New 1", "town": "Cork", "country": "IE"}
    answers = at_once(
        lambda: browsers[0].post(f"/profile/addresses/{address.pk}/", form).status_code,
        lambda: browsers[1].post(f"/profile/addresses/{address.pk}/remove/").status_code,
    )
    assert set(answers) <= {302, 404}
    with speaking_for(association.pk):
        assert not PostalAddress.objects.filter(individual__email="ann@example.org").exists()


# What a part remembers


@pytest.mark.django_db
def test_letters_go_to_the_address_that_was_chosen_last(
    client: Any, ann: Individual, ben: Individual
) -> None:
    client.force_login(ann.account)
    form = {"kind": "work", "street": "New 1", "town": "Cork", "country": "IE", "is_preferred": "on"}
    client.post("/profile/addresses/add/", form)
    assert PostalAddress.objects.get(individual=ann, is_preferred=True).street == "New 1"
    assert PostalAddress.objects.get(individual=ben).is_preferred


@pytest.mark.django_db
def test_a_post_says_that_it_was_changed(client: Any, ann: Individual) -> None:
    client.force_login(ann.account)
    post = Post.objects.create(individual=ann, body="Helo", posted_at=ann.created_at)
    client.post(f"/profile/posts/{post.pk}/", {"title": "", "body": "Hello"})
    post.refresh_from_db()
    assert post.body == "Hello"
    assert post.edited_at is not None


@pytest.mark.django_db
def test_the_first_sign_in_by_a_claim_is_on_record(client: Any, association: Any) -> None:
    from ams.imports import inform  # noqa: PLC0415 used here alone

    dora = factories.make_individual(source=Individual.Source.IMPORTED)
    words = {"new_password1": "another-horse-2026", "new_password2": "another-horse-2026"}
    assert client.post(inform.claim_url(dora).split("testserver", 1)[1], words).status_code == 302
    assert LoginRecord.objects.get(individual=dora).outcome == "signed_in"


# Photos that are broken on purpose


def bomb(side: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def cut_off() -> bytes:
    target = io.BytesIO()
    Image.effect_noise((300, 300), 90).save(target, "JPEG")
    return target.getvalue()[:5000]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (bomb(7_000), "too many pixels"),
        (bomb(11_000), "too many pixels"),
        (bomb(60_000), "too many pixels"),
        (cut_off(), "not a photo"),
    ],
    ids=["many", "with a warning", "a bomb", "cut off"],
)
def test_a_photo_that_is_broken_on_purpose_gets_a_reason(
    client: Any, ann: Individual, data: bytes, words: str
) -> None:
    client.force_login(ann.account)
    photo = SimpleUploadedFile("me.png", data, "image/png")
    page = client.post("/profile/you/", person_form(photo=photo))
    assert words in str(page.context["form"].errors["photo"])
