"""A new address counts once the old one agrees or has let three days pass: nobody gains another person's account."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ams.housekeeping import tidy
from ams.models import ApiToken, EmailChange, Individual, SentMail, Session
from ams.models.new_email import LIFE, REMEMBERED, WAIT
from ams.profile import new_email
from privacy.ledger.models import LedgerEntry
from tests import factories
from tests.ams.letters import link_in
from tests.journeys.test_console_person import form_of

pytestmark = pytest.mark.django_db
NEW = "ann.new@example.org"
A_MOMENT = timedelta(minutes=1)


def path_in(letter: str, recipient: str) -> str:
    mail = SentMail.objects.filter(template=f"profile/mail/{letter}").order_by("-pk")[0]
    assert mail.recipient == recipient
    return "/" + link_in(mail).split("/", 3)[3]


@pytest.fixture
def asked(client: Client, ann: Individual) -> Client:
    """Ann, or whoever sits at her browser, has given another address."""
    client.force_login(ann.account)
    client.post(reverse("profile:email"), {"email": NEW})
    return client


@pytest.fixture
def entered(ann: Individual, cleo: Individual) -> Client:
    """Cleo, of the staff, has entered another address for Ann."""
    staff = Client()
    staff.force_login(cleo.account)
    assert change_by(staff, ann).status_code == 302
    return staff


def change_by(staff: Client, person: Individual, email: str = NEW, reason: str = "She rang us.") -> Any:
    form = form_of(person) | {"email": email, "email_reason": reason}
    return staff.post(reverse("admin:ams_individual_edit", args=[person.pk]), form)


def press(path: str, **button: str) -> str:
    assert Client().get(path).status_code == 200  # scanners of mail follow links, and change nothing
    return Client().post(path, button).content.decode()


def address_of(person: Individual) -> str | None:
    return Individual.objects.get(pk=person.pk).email


def test_both_addresses_are_written_to_and_the_new_one_alone_changes_nothing(
    asked: Client, ann: Individual
) -> None:
    assert "It counts from" in press(path_in("new_email", NEW))
    path_in("old_email", "ann@example.org")
    assert address_of(ann) == "ann@example.org"


def test_it_counts_as_soon_as_the_old_address_agrees(asked: Client, ann: Individual) -> None:
    press(path_in("new_email", NEW))
    assert "The new address counts" in press(path_in("old_email", "ann@example.org"), agree="yes")
    assert address_of(ann) == NEW
    entry = LedgerEntry.objects.get(kind="email.confirmed")
    assert entry.actor_uid == ann.pk


def test_it_counts_after_three_days_without_a_no_and_not_before(
    asked: Client, ann: Individual, association: Any
) -> None:
    press(path_in("new_email", NEW))
    begun = EmailChange.objects.get().asked_at
    for moment, expected in ((begun + WAIT - A_MOMENT, "ann@example.org"), (begun + WAIT + A_MOMENT, NEW)):
        with time_machine.travel(moment):
            new_email.sweep(association.pk)
        assert address_of(ann) == expected


def test_silence_alone_is_not_enough_the_new_address_has_to_be_hers(
    asked: Client, ann: Individual, association: Any
) -> None:
    with time_machine.travel(timezone.now() + WAIT + A_MOMENT):
        new_email.sweep(association.pk)
        assert address_of(ann) == "ann@example.org"
        assert "Your new address counts" in press(path_in("new_email", NEW))
    assert address_of(ann) == NEW


def test_one_press_stops_it_and_signs_everybody_out(asked: Client, ann: Individual, ben: Individual) -> None:
    other = Client()
    other.force_login(ben.account)
    ApiToken.objects.create(
        individual=ann, name="tool", digest=b"x" * 32, scopes=["read"], expires_at=timezone.now() + LIFE
    )
    assert Session.objects.filter(individual=ann).exists()
    assert "Stopped" in press(path_in("old_email", "ann@example.org"))
    assert not Session.objects.filter(individual=ann).exists()
    assert not ApiToken.objects.filter(individual=ann).exists()
    assert Session.objects.filter(individual=ben).exists()
    assert asked.get(reverse("profile:email")).status_code == 302
    press(path_in("new_email", NEW))
    assert address_of(ann) == "ann@example.org"


def test_a_later_wish_makes_the_letters_of_the_first_void(asked: Client, ann: Individual) -> None:
    first, old = path_in("new_email", NEW), path_in("old_email", "ann@example.org")
    asked.post(reverse("profile:email"), {"email": "ann.third@example.org"})
    assert "does not work any more" in press(first)
    assert "does not work any more" in press(old, agree="yes")
    press(path_in("new_email", "ann.third@example.org"))
    assert address_of(ann) == "ann@example.org"


def test_staff_are_named_with_their_reason(entered: Client, ann: Individual, cleo: Individual) -> None:
    letter = SentMail.objects.get(template="profile/mail/old_email")
    assert "She rang us." in letter.text
    assert "The staff of" in letter.text
    press(path_in("new_email", NEW))
    press(path_in("old_email", "ann@example.org"), agree="yes")
    told = LedgerEntry.objects.filter(subject_uid=ann.pk, kind__in=["email.asked", "email.confirmed"])
    assert list(told.values_list("actor_uid", flat=True)) == [cleo.pk, cleo.pk]
    changed = LedgerEntry.objects.get(subject_uid=ann.pk, kind="individual.changed")
    assert (changed.actor_uid, changed.payload["channel"]) == (cleo.pk, "console")


def test_staff_write_why(ann: Individual, cleo: Individual) -> None:
    staff = Client()
    staff.force_login(cleo.account)
    assert "Write why" in change_by(staff, ann, reason="").content.decode()
    assert not EmailChange.objects.exists()


def test_staff_gain_no_login_of_somebody_who_has_none_yet(cleo: Individual, association: Any) -> None:
    """The link to claim a login goes where the person is known to read."""
    dora = factories.make_individual(email="dora@example.org")
    staff = Client()
    staff.force_login(cleo.account)
    for mine in ("", "mine@example.net"):  # nor in two steps
        change_by(staff, dora, email=mine)
        dora.refresh_from_db()
    assert dora.email is None
    assert "mine@example.net" not in SentMail.objects.values_list("recipient", flat=True)
    path_in("old_email", "dora@example.org")
    with time_machine.travel(timezone.now() + WAIT + A_MOMENT):
        new_email.sweep(association.pk)
    assert address_of(dora) == "mine@example.net"


@pytest.fixture
def in_force(entered: Client, ann: Individual, association: Any) -> None:
    """Three days have passed in silence."""
    press(path_in("new_email", NEW))
    EmailChange.objects.update(asked_at=timezone.now() - WAIT - A_MOMENT)
    new_email.sweep(association.pk)
    assert address_of(ann) == NEW


def reset_letter() -> SentMail:
    Client().post(reverse("password_reset"), {"email": NEW})
    letters = SentMail.objects.filter(template__startswith="accounts/mail/").order_by("-pk")
    return next(letter for letter in letters if letter.recipient == NEW)


@pytest.mark.usefixtures("in_force", "door_answers")
def test_a_new_password_waits_as_long_where_only_staff_have_given_the_address() -> None:
    assert "http" not in reset_letter().text.partition("--")[0]
    old = SentMail.objects.get(template="accounts/mail/new_password_old")
    assert old.recipient == "ann@example.org"
    with time_machine.travel(timezone.now() + WAIT + A_MOMENT):
        assert "/password/new/" in link_in(reset_letter())


@pytest.mark.usefixtures("in_force", "door_answers")
def test_ann_takes_her_address_back_when_she_hears_of_the_new_password(ann: Individual) -> None:
    reset_letter()
    old = SentMail.objects.get(template="accounts/mail/new_password_old")
    assert "Stopped" in press("/" + link_in(old).split("/", 3)[3])
    assert address_of(ann) == "ann@example.org"


@pytest.mark.usefixtures("in_force", "door_answers")
def test_once_ann_has_agreed_a_new_password_does_not_wait() -> None:
    press(path_in("old_email", "ann@example.org"), agree="yes")
    assert "/password/new/" in link_in(reset_letter())


def test_what_nobody_follows_up_is_forgotten(asked: Client, ann: Individual) -> None:
    with time_machine.travel(timezone.now() + LIFE + A_MOMENT):
        tidy()
        ann.refresh_from_db()
        assert (ann.pending_email, EmailChange.objects.get().state) == (None, EmailChange.State.VOID)
        assert "does not work any more" in press(path_in("old_email", "ann@example.org"), agree="yes")
    with time_machine.travel(timezone.now() + LIFE + REMEMBERED + A_MOMENT):
        tidy()
    assert not EmailChange.objects.exists()
