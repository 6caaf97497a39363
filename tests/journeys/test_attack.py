"""What attackers tried, from the door on: each was possible once, and each ends here with nothing gained."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ams.models import Association, Individual, Invoice, Newsletter, SentMail, Session, StaffNote
from ams.models.new_email import WAIT
from ams.profile import new_email
from ams.roles import Role
from erasure.models import Erasure, State
from portability.make import make
from portability.models import Export
from tests import factories
from tests.ams.test_new_email import NEW, address_of, change_by, path_in, press
from tests.factories import PASSWORD
from tests.privacy.vault.toys import raw

pytestmark = pytest.mark.django_db
LATER: Final = timedelta(minutes=1)
RESET: Final = "accounts/mail/new_password"


def signed_in(person: Individual, password: str = PASSWORD, **where: str) -> Client:
    client = Client(**where)  # type: ignore[arg-type]  # what stands in the environment of a request
    answer = client.post(reverse("login"), {"email": str(person.email), "password": password})
    assert answer.status_code == 302, "The door is closed."
    return client


def may_not_enter(client: Client, email: str, password: str) -> bool:
    client.post(reverse("login"), {"email": email, "password": password})
    return client.get(reverse("profile:show")).status_code == 302


@pytest.fixture
def mia(association: Association) -> Individual:
    """One of the staff; a test says what else she may do."""
    person = factories.make_individual(given_name="Mia", family_name="Moss", email="mia@example.org")
    factories.make_account(person, role=Role.STAFF)
    return person


def ask_for_password(email: str) -> str:
    """The letter that came to this address, or nothing."""
    known = set(SentMail.objects.values_list("pk", flat=True))
    Client().post(reverse("password_reset"), {"email": email})
    fresh = SentMail.objects.exclude(pk__in=known)
    return "".join(str(letter.text) for letter in fresh if letter.recipient == email)


def choose_password(letter: str, password: str) -> Client:
    client = Client()
    link = next(word for word in letter.split() if "/password/new/" in word)
    page = client.get(link, follow=True)
    client.post(page.request["PATH_INFO"], {"new_password1": password, "new_password2": password})
    return client


# Somebody else's account


def test_staff_who_give_ann_another_address_do_not_get_her_account(
    ann: Individual, mia: Individual, association: Association
) -> None:
    anns, hers = signed_in(ann), signed_in(mia)
    assert change_by(hers, ann).status_code == 302
    assert "It counts from" in press(path_in("new_email", NEW))  # Mia reads that mailbox
    assert ask_for_password(NEW) == ""
    assert may_not_enter(Client(), NEW, PASSWORD)

    assert anns.get(reverse("profile:show")).status_code == 200
    assert "Stopped" in press(path_in("old_email", "ann@example.org"))
    assert anns.get(reverse("profile:show")).status_code == 302
    assert not Session.objects.filter(individual=ann).exists()
    assert "does not work any more" in press(path_in("new_email", NEW))
    with time_machine.travel(timezone.now() + WAIT + LATER):
        new_email.sweep(association.pk)
    assert address_of(ann) == "ann@example.org"
    choose_password(ask_for_password("ann@example.org"), "a-fresh-start-27")
    signed_in(ann, "a-fresh-start-27")


@contextmanager
def days_later(number: int, *sweeps: Callable[[], object]) -> Iterator[None]:
    with time_machine.travel(timezone.now() + number * timedelta(days=1)):
        for sweep in sweeps:
            sweep()
        yield


def test_an_approver_who_acts_as_ann_does_not_approve_what_she_asked_for(
    ann: Individual, mia: Individual, cleo: Individual, association: Association
) -> None:
    """Even where Ann reads no letter for a week, so that her account is Mia's."""
    mia.account.role = Role.APPROVER
    mia.account.save()
    change_by(signed_in(mia), ann)
    press(path_in("new_email", NEW))
    with days_later(4, lambda: new_email.sweep(association.pk)):
        assert address_of(ann) == NEW
        assert "/password/new/" not in ask_for_password(NEW)  # it waits as long once more
    with days_later(8):
        choose_password(ask_for_password(NEW), "mine-from-now-on-27")
        ann.refresh_from_db()
        as_ann = signed_in(ann, "mine-from-now-on-27")
        plan = as_ann.get(reverse("erasure:plan")).context
        asked = {"typed": "1001", "password": "mine-from-now-on-27", "fingerprint": plan["fingerprint"]}
        assert as_ann.post(reverse("erasure:plan"), asked).status_code == 302
        assert [approve(mia), approve(mia, at_once="on"), approve(cleo, at_once="on")] == [409, 409, 409]
        assert Erasure.objects.get().state == State.REQUESTED
        assert approve(cleo) == 302
        erasure = Erasure.objects.get()
        assert (erasure.state, erasure.cools_off_until > timezone.now()) == (State.APPROVED, True)


def approve(person: Individual, **how: str) -> int:
    """In the console, after reading the plan there."""
    staff, erasure = signed_in(person), Erasure.objects.get()
    page = reverse("admin:erasure_erasure_change", args=[erasure.pk])
    read = {"fingerprint": staff.get(page).context["fingerprint"]}
    return int(staff.post(page, read | how).status_code)


# The door


def test_after_ten_wrong_passwords_ann_has_her_letter_and_comes_in(ann: Individual) -> None:
    for number in range(10):
        assert may_not_enter(Client(), "ann@example.org", f"guess {number}")
    assert may_not_enter(Client(), "ann@example.org", PASSWORD)  # whoever guesses waits
    letter = ask_for_password("ann@example.org")
    mine = choose_password(letter, "a-fresh-start-27")
    assert not may_not_enter(mine, "ann@example.org", "a-fresh-start-27")


def test_whoever_guesses_beside_ann_does_not_lock_the_device_she_used_before(ann: Individual) -> None:
    hers = signed_in(ann)
    hers.post(reverse("logout"))
    for number in range(10):
        assert may_not_enter(Client(), "ann@example.org", f"guess {number}")
    assert may_not_enter(Client(), "ann@example.org", PASSWORD)
    assert not may_not_enter(hers, "ann@example.org", PASSWORD)
    signed_in(ann, REMOTE_ADDR="198.51.100.7")  # nor another place


def test_a_stolen_session_neither_makes_nor_fetches_a_copy(ann: Individual) -> None:
    anns, take = signed_in(ann), reverse("portability:take")
    anns.post(f"{take}make/")
    copy = Export.objects.get()
    make(copy)
    link = anns.post(f"{take}{copy.pk}/pdf/")["Location"]
    thief = Client()
    thief.cookies = anns.cookies
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert thief.get(take).status_code == 200  # the session lives
        for answer in (thief.post(f"{take}make/"), thief.post(f"{take}{copy.pk}/pdf/"), thief.get(link)):
            assert answer["Location"].startswith(reverse("password_again"))
        assert thief.post(reverse("password_again"), {"password": "guess"}).status_code == 200
        assert thief.post(f"{take}{copy.pk}/zip/")["Location"].startswith(reverse("password_again"))
    assert Export.objects.count() == 1


# What is seen by the way


def test_what_staff_look_for_stands_in_no_address(ann: Individual, cleo: Individual) -> None:
    staff = signed_in(cleo)
    number = Invoice.objects.get(individual=ann).number
    for name, word, found in (
        ("individual", "archer", "Ann Archer"),
        ("individual", "ann@example.org", "Ann Archer"),
        ("invoice", number, number),
    ):
        answer = staff.post(reverse(f"admin:ams_{name}_changelist"), {"q": word}, follow=True)
        page = answer.content.decode()
        assert found in page
        addresses = [*(url for url, _status in answer.redirect_chain), answer.request["QUERY_STRING"]]
        addresses += re.findall(r'(?:href|action|src|hx-[a-z-]+)="([^"]*)"', page)
        assert len(addresses) > 10
        assert not [address for address in addresses if word.casefold() in address.casefold()]


def test_a_note_about_ben_that_names_ann_is_listed_and_redacted_before_she_is_erased(
    ann: Individual, ben: Individual, cleo: Individual
) -> None:
    note = StaffNote.objects.create(
        individual=ben, text="Quarrels with Ann Archer.", written_at=timezone.now()
    )
    anns, staff = signed_in(ann), signed_in(cleo)
    plan = anns.get(reverse("erasure:plan")).context["fingerprint"]
    anns.post(reverse("erasure:plan"), {"typed": "1001", "password": PASSWORD, "fingerprint": plan})
    page = reverse("admin:erasure_erasure_change", args=[Erasure.objects.get().pk])
    link = reverse("admin:ams_staffnote_change", args=[note.pk])
    assert f'href="{link}"' in staff.get(page).content.decode()
    assert "Ann Archer" in staff.get(link).content.decode()
    said = staff.post(link, {"text": "Quarrels with a colleague."}, follow=True).content.decode()
    assert "was changed successfully" in said
    after = staff.get(page).content.decode()
    assert link not in after
    assert "No text of anybody else has the name" in after
    assert approve(cleo) == 302


# What breaks


def test_a_broken_value_closes_no_page_of_anybody(ann: Individual, ben: Individual, cleo: Individual) -> None:
    before = raw(ann, "given_name")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ams_individual SET given_name = family_name WHERE id = %s", [ann.pk])
    assert raw(ann, "given_name") != before
    own = [
        "/",
        "/profile/",
        "/privacy/",
        "/privacy/choices/",
        "/privacy/take/",
        "/privacy/erase/",
        "/members/",
    ]
    people = reverse("admin:ams_individual_changelist")
    staff = ["/console/", people, *(f"{people}{person.pk}/change/" for person in (ann, ben))]
    for person, addresses in ((ann, own), (ben, own), (cleo, [*own, *staff])):
        client = signed_in(person)
        answers = {address: client.get(address, follow=True).status_code for address in addresses}
        assert answers == dict.fromkeys(addresses, 200), person.given_name


def test_addresses_that_once_broke_answer_in_words(ann: Individual, cleo: Individual) -> None:
    staff = signed_in(cleo)
    staff.raise_request_exception = False
    draft = Newsletter.objects.create(name="May", purpose="letter")
    for address in (reverse("admin:ams_newsletter_status", args=[draft.pk]), f"/console/r/1/{ann.pk}/"):
        answer = staff.get(address)
        assert (answer.status_code, "<h1" in answer.content.decode()) == (404, True), address
