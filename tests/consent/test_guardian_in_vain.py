"""A yes that still waits for a parent on the birthday ends there, and whoever decides alone by now is asked anew."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from dateutil.relativedelta import relativedelta
from django.test import Client
from django.utils import timezone

from ams.models import Association, Individual, SentMail
from consent import gate
from consent.ask_again import ask_grown_ups
from consent.asking import open_questions
from consent.decide import give
from consent.models import Act, Channel, Confirmation, Decision, Guardian, Version
from privacy.ledger.models import LedgerEntry
from privacy.tenancy import speaking_for
from tests.consent import asked, test_children, test_guardian_ends
from tests.consent.test_children import PAGE, link, text
from tests.consent.test_decide import acts_of, how
from tests.erasure.people import at_once

pytestmark = pytest.mark.django_db
mona, letter, birthday = test_children.mona, test_children.letter, test_guardian_ends.birthday
Later = Callable[[], None]
AGAIN = "/privacy/choices/again/"


@pytest.fixture
def ann(association: Association, ann: Individual) -> Individual:
    """Sixteen, the age in Ireland, the day after tomorrow: there tomorrow may be today already."""
    with speaking_for(association.pk):
        ann.born_on = (timezone.localdate() + timedelta(days=2)) - relativedelta(years=16)
        ann.save()
    return ann


def letters() -> list[SentMail]:
    return [*SentMail.objects.filter(template="consent/mail/again")]


@pytest.mark.parametrize("is_named", [True, False])
def test_what_waits_ends_and_she_is_asked_once(
    request: pytest.FixtureRequest,
    association: Association,
    ann: Individual,
    letter: Version,
    *,
    is_named: bool,
) -> None:
    if is_named:
        request.getfixturevalue("mona")
    give(ann, letter, **how(ann))
    assert ask_grown_ups(association.pk) == 0
    assert acts_of(ann) == [Act.PENDING]

    request.getfixturevalue("birthday")()
    assert [ask_grown_ups(association.pk), ask_grown_ups(association.pk)] == [1, 0]

    assert not Guardian.objects.exists()
    assert acts_of(ann) == [Act.PENDING, Act.EXPIRED]
    ended = Decision.objects.get(act=Act.EXPIRED)
    assert (ended.channel, ended.actor) == (Channel.SYSTEM, None)
    assert LedgerEntry.objects.filter(kind="consent.expired", subject_uid=ann.pk).count() == 1
    assert LedgerEntry.objects.filter(kind="guardian.removed").count() == is_named
    (mail,) = letters()
    assert mail.recipient == ann.email
    assert "May we? Monthly letter" in str(mail.text)
    assert "when a parent or guardian still had to agree" in str(mail.text)
    assert "What was said counts" not in str(mail.text)


@pytest.mark.parametrize("is_swept", [True, False])
def test_her_card_offers_a_yes_and_it_counts(  # noqa: PLR0917  fixtures
    client: Client,
    association: Association,
    ann: Individual,
    letter: Version,
    birthday: Later,
    is_swept: bool,
) -> None:
    client.force_login(ann.account)
    give(ann, letter, **how(ann))
    page = text(client.get(PAGE))
    assert "Tell us who answers for you" in page
    assert 'name="to" value="no"' in page
    birthday()
    if is_swept:
        ask_grown_ups(association.pk)
    page = text(client.get(PAGE))
    assert "Tell us who answers for you" not in page
    assert 'name="to" value="yes"' in page
    client.post(f"{PAGE}letter/", {"version": letter.pk, "language": "en", "to": "yes"})
    assert gate.allows(ann.pk, "letter")
    assert open_questions(ann) == []
    assert ask_grown_ups(association.pk) == 0
    assert gate.allows(ann.pk, "letter")


@pytest.mark.parametrize(("said", "act"), [("yes", Act.GIVEN), ("no", Act.DECLINED)])
def test_the_question_stands_at_the_next_visit_until_it_is_answered(  # noqa: PLR0917  fixtures
    client: Client,
    association: Association,
    ann: Individual,
    letter: Version,
    birthday: Later,
    said: str,
    act: Act,
) -> None:
    give(ann, letter, **how(ann))
    birthday()
    ask_grown_ups(association.pk)
    assert [(each.why_again, each.is_yes()) for each in open_questions(ann)] == [("age", False)]
    client.force_login(ann.account)
    assert "By now you decide alone. Until you answer" in text(client.get(AGAIN))
    client.post(AGAIN, {"version-letter": letter.pk, "language-letter": "en", "answer-letter": said})
    assert acts_of(ann)[-1] == act
    assert open_questions(ann) == []


def test_all_is_in_one_letter(  # noqa: PLR0917  fixtures
    client: Client,
    association: Association,
    ann: Individual,
    mona: Guardian,
    letter: Version,
    birthday: Later,
) -> None:
    give(ann, letter, **how(ann))
    client.post(link(), {"letter": "yes"})
    give(ann, asked.journal(), **how(ann))
    birthday()
    assert ask_grown_ups(association.pk) == 1
    (mail,) = letters()
    assert "Monthly letter" in str(mail.text)
    assert "Journal by post" in str(mail.text)
    assert gate.allows(ann.pk, "letter")


def test_what_waits_for_her_own_click_goes_on_waiting(
    client: Client, association: Association, ann: Individual, mona: Guardian, birthday: Later
) -> None:
    give(ann, asked.letter(double_opt_in=True), **how(ann))
    client.post(link(), {"letter": "yes"})
    mine = link()
    birthday()
    ask_grown_ups(association.pk)
    assert not Guardian.objects.exists()
    assert acts_of(ann) == [Act.PENDING]
    client.post(mine, {"answer": "yes"})
    assert gate.allows(ann.pk, "letter")


def test_what_is_asked_no_more_ends_without_a_letter(
    association: Association, ann: Individual, letter: Version, birthday: Later
) -> None:
    give(ann, letter, **how(ann))
    letter.statement.ended_at = timezone.now()
    letter.statement.save()
    birthday()
    assert ask_grown_ups(association.pk) == 0
    assert acts_of(ann) == [Act.PENDING, Act.EXPIRED]
    assert letters() == []


def test_a_yes_that_ended_by_time_is_not_asked_anew_at_each_visit(
    association: Association, ann: Individual, letter: Version, mona: Guardian
) -> None:
    give(ann, letter, **how(ann))
    Confirmation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    test_children.expire_pending(association.pk)
    assert acts_of(ann) == [Act.PENDING, Act.EXPIRED]
    assert open_questions(ann) == []


def test_who_is_paused_is_left_alone_with_what_waits(
    association: Association, ann: Individual, letter: Version, birthday: Later
) -> None:
    give(ann, letter, **how(ann))
    birthday()
    Individual.objects.filter(pk=ann.pk).update(restricted_at=timezone.now())
    assert ask_grown_ups(association.pk) == 0
    assert acts_of(ann) == [Act.PENDING]
    Individual.objects.filter(pk=ann.pk).update(restricted_at=None)
    assert ask_grown_ups(association.pk) == 1
    assert acts_of(ann) == [Act.PENDING, Act.EXPIRED]


@pytest.mark.usefixtures("transactional_db")
def test_her_yes_at_the_moment_of_the_sweep_stands(
    association: Association, ann: Individual, birthday: Later
) -> None:
    with speaking_for(association.pk):
        versions = [asked.letter(), asked.journal()]
        for version in versions:
            give(ann, version, **how(ann))
    birthday()

    def say(version: Version) -> None:
        with speaking_for(association.pk):
            give(ann, version, **how(ann))

    sweeps = [lambda: ask_grown_ups(association.pk)] * 2
    answers = at_once(*sweeps, *(partial(say, version) for version in versions))
    assert not [each for each in answers if isinstance(each, Exception)]
    with speaking_for(association.pk):
        assert all(gate.allows(ann.pk, slug) for slug in ("letter", "journal"))
        assert len(letters()) <= 1
