"""The last letter when the mail server is down, and when the keys took their time."""

from datetime import timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from ams.models import Individual
from erasure import erase
from erasure.farewell import key_of_letter, say_farewell
from erasure.models import Erasure, Farewell
from privacy.tenancy import speaking_for
from privacy.vault import current
from privacy.vault.frames import FORGOTTEN
from tests.erasure.people import asked_and_approved

pytestmark = pytest.mark.usefixtures("transactional_db")


class Down(EmailBackend):
    """What a server says when it is overloaded, with the address in it."""

    def send_messages(self, messages: Any) -> int:
        raise SMTPServerDisconnected(f"no, {messages[0].to[0]}")


@pytest.fixture
def erased(association: Any, ann: Individual) -> Erasure:
    erasure = asked_and_approved(association, ann)
    erase.carry_out(association.pk, erasure.pk)
    return erasure


def is_destroyed(association: Any, erasure: Erasure) -> bool:
    return current.keyring_of(association.pk).keys[key_of_letter(erasure.individual_id)] == FORGOTTEN


def due_again(association: Any, **changes: Any) -> None:
    with speaking_for(association.pk):
        Farewell.objects.update(due_at=timezone.now(), **changes)


def test_a_server_that_is_down_is_asked_again(
    association: Any, erased: Erasure, settings: Any, caplog: Any
) -> None:
    works, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "tests.erasure.test_farewell.Down"
    say_farewell(association.pk, erased.pk)
    assert "SMTPServerDisconnected" in str([vars(line) for line in caplog.records])
    assert "ann@" not in str([vars(line) for line in caplog.records])
    assert not is_destroyed(association, erased)
    settings.EMAIL_BACKEND = works
    say_farewell(association.pk, erased.pk)
    assert mail.outbox == []  # not before its time
    due_again(association)
    say_farewell(association.pk, erased.pk)
    assert [letter.to for letter in mail.outbox] == [["ann@example.org"]]
    assert is_destroyed(association, erased)


def test_after_three_days_the_letter_is_given_up_and_the_address_destroyed(
    association: Any, erased: Erasure
) -> None:
    with speaking_for(association.pk):
        Erasure.objects.update(completed_at=timezone.now() - timedelta(days=3, minutes=1))
    due_again(association)
    say_farewell(association.pk, erased.pk)
    assert mail.outbox == []
    assert is_destroyed(association, erased)
    with speaking_for(association.pk):
        assert not Farewell.objects.exists()


def test_keys_that_waited_for_a_week_do_not_use_up_the_patience(association: Any, erased: Erasure) -> None:
    due_again(association, written_at=timezone.now() - timedelta(days=7))
    say_farewell(association.pk, erased.pk)
    assert len(mail.outbox) == 1


def test_a_place_that_is_away_does_not_write_the_letter_twice(
    association: Any, erased: Erasure, settings: Any
) -> None:
    place = settings.KEYRING_ROOTS[1]
    place.rename(place.with_name("away"))
    for _time in range(2):
        say_farewell(association.pk, erased.pk)
    place.with_name("away").rename(place)
    assert len(mail.outbox) == 1
