"""What is on its way for Ann when she is erased ends: a copy, a letter, a form, a claim sent twice."""

import threading
import time
from typing import Any

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client

from ams import mailing
from ams.imports import inform
from ams.models import Account, Individual, SentMail
from erasure import erase
from erasure.models import Erasure, State
from portability import make as making
from portability.make import make, request_export
from portability.models import Export
from portability.models import State as Copying
from privacy.tenancy import speaking_for
from privacy.vault.files import SealedFile, store
from tests import factories
from tests.erasure.people import asked_and_approved, at_once, stored_files

pytestmark = pytest.mark.usefixtures("transactional_db")


def erase_now(association: Any, person: Individual) -> None:
    assert erase.carry_out(association.pk, asked_and_approved(association, person).pk) == State.COMPLETED


@pytest.mark.parametrize("before", ["pdf", "zip", "finish"])
def test_a_copy_in_the_making_stops_and_leaves_no_file(
    association: Any, ann: Individual, monkeypatch: Any, before: str
) -> None:
    """Erased between the steps in which its two files are sealed and named."""
    with speaking_for(association.pk):
        export = request_export(ann, actor=ann.pk)
    seal, finish = making.sealed, making.finish

    def sealed(row: Export, name: str, upload: Any) -> SealedFile:
        if name == before:
            erase_now(association, ann)
        return seal(row, name, upload)

    def finished(*values: Any) -> bool:
        if before == "finish":
            erase_now(association, ann)
        return finish(*values)

    monkeypatch.setattr(making, "sealed", sealed)
    monkeypatch.setattr(making, "finish", finished)
    make(export)
    assert stored_files() == set()
    with speaking_for(association.pk):
        assert not Export.objects.exists()


def test_files_that_are_named_in_the_same_moment_go_too(association: Any, ann: Individual) -> None:
    """The copy's row is locked by who finishes it; the erasure waits for it and then reads its files."""
    with speaking_for(association.pk):
        export = request_export(ann, actor=ann.pk)
    erasure = asked_and_approved(association, ann)
    worker = threading.Thread(target=at_once, args=[lambda: erase.carry_out(association.pk, erasure.pk)])
    with speaking_for(association.pk):
        row = Export.objects.select_for_update(of=("self",)).get(pk=export.pk)
        row.pdf = store(ContentFile(b"pdf", name="a.pdf"), ann.pk.bytes + bytes(4), "portability.export.pdf")
        row.state = Copying.WRITING
        row.save()
        worker.start()
        until_somebody_waits()
    worker.join(60)
    with speaking_for(association.pk):
        assert Erasure.objects.get().state == State.COMPLETED
    assert stored_files() == set()


def until_somebody_waits() -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
    pytest.fail("Nobody waits.")


def test_a_letter_that_was_taken_from_the_queue_does_not_leave(
    association: Any, ann: Individual, monkeypatch: Any
) -> None:
    with speaking_for(association.pk):
        SentMail.objects.all().delete()
        for number in range(2):
            mailing.write_to(ann, "accounts/mail/new_password", {"link": f"http://localhost/{number}/"})
    send = mailing.attempt

    def erased_after_the_first(letter: SentMail, server: Any) -> mailing.Ended:
        ended = send(letter, server)
        erase_now(association, ann)
        return ended

    monkeypatch.setattr(mailing, "attempt", erased_after_the_first)
    assert mailing.drain(association.pk) == 1
    assert len(mail.outbox) == 1


def test_a_form_that_comes_too_late_is_told_that_the_person_is_gone(
    association: Any, ann: Individual, cleo: Individual, monkeypatch: Any
) -> None:
    """Staff had the page open."""
    from privacy.requests.models import Message  # noqa: PLC0415 used here alone

    browser = Client()
    browser.post("/sign-in/", {"email": "cleo@example.org", "password": factories.PASSWORD})
    keep = Message.save

    def late(message: Message, *args: Any, **kwargs: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE ams_individual SET erased_at = now() WHERE id = %s", [cleo.pk])
        keep(message, *args, **kwargs)

    monkeypatch.setattr(Message, "save", late)
    page = browser.post("/profile/correction/", {"text": "Too late"})
    assert page.status_code == 410
    assert "erased in the meantime" in page.content.decode()
    with speaking_for(association.pk):
        assert not Message.objects.filter(individual=cleo).exists()


def test_a_claim_that_is_sent_twice_makes_one_login(association: Any) -> None:
    with speaking_for(association.pk):
        dora = factories.make_individual(source=Individual.Source.IMPORTED)
        link = inform.claim_url(dora).split("testserver", 1)[1]
    words = {"new_password1": "another-horse-2026", "new_password2": "another-horse-2026"}

    def send() -> int:
        return Client().post(link, words).status_code

    assert sorted(at_once(send, send)) == [302, 410]
    with speaking_for(association.pk):
        assert Account.objects.filter(individual=dora).count() == 1


def test_who_asked_to_be_left_alone_gets_no_letter_about_the_list(association: Any) -> None:
    with speaking_for(association.pk):
        dora = factories.make_individual(source=Individual.Source.IMPORTED)
        factories.make_individual(source=Individual.Source.IMPORTED)
        Individual.objects.filter(pk=dora.pk).update(restricted_at=dora.created_at)
    assert inform.inform(association.pk) == 1
    with speaking_for(association.pk):
        Individual.objects.filter(pk=dora.pk).update(restricted_at=None)
    assert inform.inform(association.pk) == 1
