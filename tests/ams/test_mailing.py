"""Mail: a row in the caller's transaction, sent once although workers die, with nothing personal outside."""

import json
import smtplib
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from celery.exceptions import SoftTimeLimitExceeded
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from ams import mailing
from ams.models import Association, Individual, SentMail
from ams.tasks import send_mail
from privacy.logs import OpaqueFormatter
from privacy.tenancy import speaking_for

pytestmark = pytest.mark.django_db
TEMPLATE = "accounts/mail/new_password"
LINK = {"link": "http://localhost/password/new/x/y/"}


class BrokenBackend(EmailBackend):
    """A mail server that takes nothing for now."""

    def send_messages(self, _messages: Any) -> int:
        raise ConnectionRefusedError


class RefusingBackend(EmailBackend):
    """A mail server that knows that nobody is there, and repeats the address in its answer."""

    def send_messages(self, messages: Any) -> int:
        raise smtplib.SMTPRecipientsRefused({messages[0].to[0]: (550, b"no such user")})


def write(person: Individual, *, keep: bool = True) -> SentMail:
    written = mailing.write_to(person, TEMPLATE, LINK, keep=keep)
    assert written
    return written


def test_ann_gets_a_letter_in_plain_text_and_html(association: Association, ann: Individual) -> None:
    written = write(ann)
    assert mailing.drain(association.pk) == 1
    (letter,) = outbox.outbox
    html, kind = letter.alternatives[0]  # type: ignore[attr-defined]
    assert (letter.to, letter.reply_to) == (["ann@example.org"], ["office@esc.example"])
    assert letter.from_email == '"ESC" <office@esc.example>'
    assert letter.subject == written.subject == "Choose a new password"
    assert kind == "text/html"
    assert LINK["link"] in letter.body
    assert LINK["link"] in html
    written.refresh_from_db()
    assert (written.state, written.attempts) == (SentMail.State.SENT, 1)
    assert written.sent_at


def test_a_letter_goes_to_the_domain_that_is_meant(association: Association, ann: Individual) -> None:
    """By the rules of 2003, which programs still follow by themselves, ß would become ss: another domain."""
    ann.email = "info@straße.example"
    ann.save()
    write(ann)
    mailing.drain(association.pk)
    assert outbox.outbox[0].to == ["info@xn--strae-oqa.example"]


def test_a_letter_is_in_the_language_of_its_reader(association: Association, ann: Individual) -> None:
    ann.language = "de"
    ann.save()
    assert write(ann).language == "de"
    ann.language = "fi"  # which the association does not speak
    assert write(ann).language == "en"


def test_a_name_keeps_its_apostrophe_in_plain_text_only(association: Association, ann: Individual) -> None:
    ann.family_name = "O'Brien <3"
    ann.save()
    written = write(ann)
    assert "Ann O'Brien <3" in str(written.text)
    assert "<3" not in str(written.html)
    assert "O&#x27;Brien &lt;3" in str(written.html)


def test_a_subject_is_one_line(association: Association, ann: Individual) -> None:
    """A name with a line break must not add headers of its own."""
    ann.given_name = "Ann\r\nBcc: eve@example.org"
    ann.save()
    written = write(ann)
    mailing.drain(association.pk)
    assert "\n" not in written.subject
    assert outbox.outbox[0].recipients() == ["ann@example.org"]


@pytest.mark.parametrize(
    "line", ["Sale\rBcc: eve@example.org", "Sale\r\n\tBcc: eve@example.org", "Sale\x0b\x85x"]
)
def test_a_break_in_a_subject_holds_up_nobody(
    association: Association, ann: Individual, ben: Individual, line: str
) -> None:
    words = {"subject": line, "plain": "Hello", "html": "Hello"}
    mailing.write_to(ann, "newsletters/mail/issue", {"issue": words})
    write(ben)
    assert mailing.drain(association.pk) == 2
    assert outbox.outbox[0].recipients() == ["ann@example.org"]
    assert not {*outbox.outbox[0].subject} & {*"\r\n\x0b\x85"}


def test_what_is_rolled_back_is_not_sent(association: Association, ann: Individual) -> None:
    with pytest.raises(KeyError):
        write_and_fail(ann)
    assert mailing.drain(association.pk) == 0


@transaction.atomic
def write_and_fail(person: Individual) -> None:
    write(person)
    raise KeyError


def test_somebody_without_an_address_gets_nothing(association: Association, ann: Individual) -> None:
    ann.email = None
    assert mailing.write_to(ann, TEMPLATE, LINK) is None


def test_a_letter_that_opens_a_door_does_not_stay(association: Association, ann: Individual) -> None:
    written = write(ann, keep=False)
    mailing.drain(association.pk)
    written.refresh_from_db()
    assert (written.text, written.html, written.subject) == (None, None, "Choose a new password")
    assert LINK["link"] in outbox.outbox[0].body


def test_a_letter_is_sent_once(association: Association, ann: Individual) -> None:
    write(ann)
    assert [mailing.drain(association.pk), mailing.drain(association.pk)] == [1, 0]
    assert len(outbox.outbox) == 1


def test_a_claimed_letter_is_left_alone_until_its_lease_is_over(
    association: Association, ann: Individual
) -> None:
    """As if a worker had taken it and died."""
    write(ann)
    assert len(mailing.claim(association.pk)) == 1
    assert mailing.claim(association.pk) == []
    with time_machine.travel(timezone.now() + timedelta(days=1)):  # a worker whose clock is wrong
        assert mailing.claim(association.pk) == []
    SentMail.objects.update(claimed_until=F("claimed_until") - mailing.LEASE)
    assert mailing.drain(association.pk) == 1
    assert SentMail.objects.get(individual=ann).attempts == 2


def test_a_mail_server_that_is_down_is_asked_again_later(
    association: Association, ann: Individual, settings: Any
) -> None:
    written = write(ann)
    settings.EMAIL_BACKEND = "tests.ams.test_mailing.BrokenBackend"
    assert mailing.drain(association.pk) == 0
    written.refresh_from_db()
    assert (written.state, written.failure) == (SentMail.State.QUEUED, "ConnectionRefusedError")
    assert written.due_at > timezone.now()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mailing.drain(association.pk) == 0
    SentMail.objects.update(due_at=F("due_at") - mailing.AGAIN[0])
    assert mailing.drain(association.pk) == 1


def test_it_gives_up_at_last_and_says_so(association: Association, ann: Individual, settings: Any) -> None:
    written = write(ann)
    settings.EMAIL_BACKEND = "tests.ams.test_mailing.BrokenBackend"
    for _try in range(len(mailing.AGAIN) + 1):
        mailing.drain(association.pk)
        SentMail.objects.update(due_at=F("due_at") - timedelta(days=2))
    written.refresh_from_db()
    assert (written.state, written.attempts) == (SentMail.State.FAILED, len(mailing.AGAIN) + 1)


def test_a_refused_address_is_not_repeated_anywhere(
    association: Association, ann: Individual, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    written = write(ann)
    settings.EMAIL_BACKEND = "tests.ams.test_mailing.RefusingBackend"
    mailing.drain(association.pk)
    written.refresh_from_db()
    assert (written.state, written.failure) == (SentMail.State.FAILED, "refused")
    assert "could not be sent" in caplog.text
    assert "ann@example.org" not in caplog.text + str([vars(record) for record in caplog.records])


@pytest.mark.parametrize(
    ("error", "state", "failure"),
    [
        (ValueError("a break in ann@example.org"), "failed", "ValueError"),
        (UnicodeEncodeError("ascii", "ann@example.org", 0, 1, "why"), "failed", "UnicodeEncodeError"),
        (KeyError("ann@example.org"), "failed", "KeyError"),
        (smtplib.SMTPDataError(451, b"ann@example.org"), "queued", "SMTPDataError"),
        (smtplib.SMTPServerDisconnected("ann@example.org"), "queued", "SMTPServerDisconnected"),
    ],
)
def test_a_letter_that_cannot_be_made_holds_up_none_that_follow(  # noqa: PLR0917 pytest hands them in by name
    association: Association,
    ann: Individual,
    ben: Individual,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    state: str,
    failure: str,
) -> None:
    ill, well = write(ann), write(ben)
    SentMail.objects.filter(pk=ill.pk).update(due_at=timezone.now() - timedelta(minutes=1))
    make = mailing.message_of

    def fails_for_ann(mail: SentMail, connection: Any) -> Any:
        if mail.pk == ill.pk:
            raise error
        return make(mail, connection)

    monkeypatch.setattr(mailing, "message_of", fails_for_ann)
    assert mailing.drain(association.pk) == 1
    for mail in (ill, well):
        mail.refresh_from_db()
    assert (ill.state, ill.failure, ill.attempts) == (state, failure, 1)
    assert well.state == SentMail.State.SENT
    said = [OpaqueFormatter().format(record) for record in caplog.records]
    assert "ann@example.org" not in "".join(said)
    faults = [json.loads(line) for line in said if json.loads(line)["level"] == "error"]
    assert [fault["exception"] for fault in faults] == ([failure] if state == "failed" else [])
    assert all("fails_for_ann" in fault["where"][-1] for fault in faults)


def test_a_break_in_a_header_of_one_letter_holds_up_nobody(
    association: Association, ann: Individual, ben: Individual
) -> None:
    """As the address of a letter that was queued by an earlier programme."""
    ill = write(ann)
    ill.subject, ill.due_at = "Sale\nBcc: eve@example.org", timezone.now() - timedelta(minutes=1)
    ill.save()
    write(ben)
    assert mailing.drain(association.pk) == 1
    ill.refresh_from_db()
    assert (ill.state, ill.failure) == (SentMail.State.FAILED, "BadHeaderError")
    assert [letter.recipients() for letter in outbox.outbox] == [["ben@example.org"]]


def test_after_a_broken_conversation_the_next_letter_begins_a_new_one(
    association: Association, ann: Individual, ben: Individual, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Server(EmailBackend):
        opened, broken = 0, False

        def open(self) -> bool:
            Server.opened += not self.broken
            return True

        def close(self) -> None:
            Server.broken = False

        def send_messages(self, messages: Any) -> int:
            if Server.opened == 1:
                Server.broken = True
            if Server.broken:
                raise smtplib.SMTPServerDisconnected
            return super().send_messages(messages)

    monkeypatch.setattr(mailing, "get_connection", Server)
    write(ann)
    write(ben)
    assert mailing.drain(association.pk) == 1


def test_the_end_of_the_worker_s_time_is_no_fault_of_a_letter(
    association: Association, ann: Individual, monkeypatch: pytest.MonkeyPatch
) -> None:
    def times_out(*_args: Any) -> None:
        raise SoftTimeLimitExceeded

    written = write(ann)
    monkeypatch.setattr(mailing, "message_of", times_out)
    with pytest.raises(SoftTimeLimitExceeded):
        mailing.drain(association.pk)
    written.refresh_from_db()
    assert (written.state, written.failure) == (SentMail.State.QUEUED, "")


def test_a_person_who_is_gone_meanwhile_stops_nothing(
    association: Association, ann: Individual, ben: Individual
) -> None:
    write(ann)
    write(ben)
    batch = mailing.claim(association.pk)
    SentMail.objects.filter(individual=ann).delete()
    for letter in batch:
        mailing.settle(association.pk, letter, "")
    assert SentMail.objects.get().state == SentMail.State.SENT


def test_beat_finds_the_letters_whose_bell_was_lost(
    association: Association, sister: Association, ann: Individual, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[str] = []
    monkeypatch.setattr(send_mail, "delay", rung.append)  # the broker is the edge of the world
    write(ann)
    assert rung == []  # this test's transaction never ends
    with capture_bells():
        mailing.sweep()
    assert rung == [str(association.pk)]


def capture_bells() -> Any:
    from django.test import TestCase  # noqa: PLC0415  used here alone

    return TestCase.captureOnCommitCallbacks(execute=True)


def test_the_bell_holds_nothing_but_the_associations_number(
    association: Association, ann: Individual, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[str] = []
    monkeypatch.setattr(send_mail, "delay", rung.append)
    with capture_bells():
        write(ann)
    assert rung == [str(association.pk)]


def test_the_queue_in_the_database_cannot_be_read(association: Association, ann: Individual) -> None:
    write(ann)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ams_sentmail")
        raw = b"".join(bytes(v) if isinstance(v, memoryview) else str(v).encode() for v in cursor.fetchone())
    assert TEMPLATE.encode() in raw
    assert b"ann@example.org" not in raw
    assert b"password/new" not in raw


def test_the_letters_of_the_sister_are_hers(
    association: Association, sister: Association, ann: Individual
) -> None:
    write(ann)
    assert mailing.drain(sister.pk) == 0
    with speaking_for(sister.pk):
        assert not SentMail.objects.exists()
