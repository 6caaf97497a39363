"""Letters by somebody's yes: the gate is asked when they are written, and once more just before they leave."""

from typing import Any

import pytest
from django.core import mail as outbox
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ams import mailing
from ams.models import Association, Individual, SentMail
from consent import decide, gate, stop
from consent.decide import How
from consent.models import Channel, Kind, Version
from privacy.declarations import Basis
from tests.consent import asked

pytestmark = pytest.mark.django_db
TEMPLATE = "newsletters/mail/issue"
WORDS = {"issue": {"subject": "News", "html": "<p>Much.</p>", "plain": "Much."}}


@pytest.fixture
def letter(association: Association) -> Version:
    return asked.letter()


def how(person: Individual) -> How:
    return {"channel": Channel.TAB, "actor": person.pk, "language": "en"}


def write(person: Individual) -> SentMail | None:
    return mailing.write_to(person, TEMPLATE, WORDS, purpose="letter")


def test_only_who_said_yes_is_written_to(letter: Version, ann: Individual, ben: Individual) -> None:
    decide.give(ann, letter, **how(ann))
    written = write(ann)
    assert written
    assert written.purpose == "letter"
    assert write(ben) is None
    decide.decline(ben, letter, **how(ben))
    assert write(ben) is None


def test_nobody_is_written_to_for_what_was_never_configured(letter: Version, ann: Individual) -> None:
    decide.give(ann, letter, **how(ann))
    assert write(ann)
    assert mailing.write_to(ann, TEMPLATE, WORDS, purpose="something-else") is None


def test_a_yes_taken_back_holds_the_waiting_letter_back(
    letter: Version, ann: Individual, ben: Individual, association: Association
) -> None:
    for person in (ann, ben):
        decide.give(person, letter, **how(person))
        assert write(person)
    decide.withdraw(ann, letter, **how(ann))
    assert mailing.drain(association.pk) == 1
    assert [message.to for message in outbox.outbox] == [["ben@example.org"]]
    held = SentMail.objects.get(individual=ann)
    assert (held.state, held.text, held.html, held.sent_at) == (SentMail.State.HELD_BACK, None, None, None)
    assert mailing.drain(association.pk) == 0


def test_it_is_held_back_even_in_a_handful_that_was_read_before(
    letter: Version, ann: Individual, association: Association
) -> None:
    decide.give(ann, letter, **how(ann))
    write(ann)
    (claimed,) = mailing.claim(association.pk)
    decide.withdraw(ann, letter, **how(ann))
    assert not mailing.is_wanted(association.pk, claimed)
    assert SentMail.objects.get().state == SentMail.State.HELD_BACK


def test_a_pause_holds_it_back_and_lets_the_service_pass(
    letter: Version, ann: Individual, association: Association
) -> None:
    """Art. 18: no letter that only a yes allows. An answer to what she asks herself still comes."""
    decide.give(ann, letter, **how(ann))
    write(ann)
    mailing.write_to(ann, "profile/mail/email_changed", {})
    Individual.objects.filter(pk=ann.pk).update(restricted_at=timezone.now())
    assert mailing.drain(association.pk) == 1
    assert "News" not in outbox.outbox[0].subject
    assert write(Individual.objects.get(pk=ann.pk)) is None


def test_an_objection_ends_letters_of_our_own_interest(
    association: Association, ann: Individual, ben: Individual
) -> None:
    notice = asked.letter(kind=Kind.NOTICE, basis=Basis.LEGITIMATE_INTEREST)
    assert write(ann)
    assert write(ben)
    decide.object_to(ann, notice, **how(ann))
    assert write(ann) is None
    assert mailing.drain(association.pk) == 1
    assert outbox.outbox[0].to == ["ben@example.org"]
    assert "until you object" in outbox.outbox[0].body


def test_it_has_the_way_out_at_its_foot_and_in_its_head(
    letter: Version, ann: Individual, association: Association
) -> None:
    decide.give(ann, letter, **how(ann))
    write(ann)
    mailing.drain(association.pk)
    (message,) = outbox.outbox
    link = association.url(stop.stop_path(ann.pk, letter.statement_id))
    assert f"Stop these letters: {link}" in message.body
    assert f'<a href="{link}">Stop these letters</a>' in str(message.alternatives[0][0])  # type: ignore[attr-defined]
    assert message.extra_headers["List-Unsubscribe"] == f"<{link}>"
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "you said yes to “Monthly letter”" in message.body
    assert "My choices" not in message.body


def test_a_letter_of_the_service_leads_to_the_choices(association: Association, ann: Individual) -> None:
    mailing.write_to(ann, "profile/mail/email_changed", {})
    mailing.drain(association.pk)
    (message,) = outbox.outbox
    assert f"My choices: {association.url('/privacy/choices/')}" in message.body
    assert "List-Unsubscribe" not in message.extra_headers
    assert "Stop these letters" not in message.body


def test_the_last_question_costs_no_statement_more(
    letter: Version, ann: Individual, association: Association
) -> None:
    """Asked with the look whether the letter still waits."""
    decide.give(ann, letter, **how(ann))
    write(ann)
    mailing.write_to(ann, "profile/mail/email_changed", {})
    assert gate.allows(ann.pk, "letter")
    asked_by = {mail.purpose: statements(association, mail) for mail in mailing.claim(association.pk)}
    assert asked_by["letter"] == asked_by[""]


def statements(association: Association, mail: Any) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert mailing.is_wanted(association.pk, mail)
    return len(queries)
