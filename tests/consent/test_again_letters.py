"""One letter for each person about all that is asked anew, once for each reason, whatever happens to its writer."""

from datetime import timedelta
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ams.models import Association, Individual, SentMail
from consent import ask_again
from consent.ask_again import ask_all, ask_grown_ups
from consent.decide import decline, give
from consent.models import Asking, Guardian, Standing, Version
from privacy.tenancy import speaking_for
from tests import factories
from tests.ams.letters import link_in
from tests.consent import asked
from tests.consent.test_decide import how
from tests.consent.test_expiry import passes
from tests.erasure.people import at_once

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """As if the process had ended here."""


@pytest.fixture
def letter(ann: Individual, ben: Individual) -> Version:
    """Both said yes to the letter; Ben has been asked nothing new."""
    letter = asked.letter()
    give(ann, letter, **how(ann))
    decline(ben, letter, **how(ben))
    return letter


def letters_to(person: Individual) -> list[SentMail]:
    return [*SentMail.objects.filter(individual=person, template="consent/mail/again")]


def test_who_said_yes_to_earlier_words_gets_a_letter_with_what_changed(
    association: Association, ann: Individual, ben: Individual, letter: Version
) -> None:
    assert ask_all(association.pk) == 0
    asked.newer(letter, ask_again=True)

    assert ask_all(association.pk) == 1

    (mail,) = letters_to(ann)
    assert "May we? Letter, now with offers" in str(mail.text)
    assert "[-Monthly" in str(mail.text)
    assert "[+" in str(mail.text)
    assert "<ins>" in str(mail.html)
    assert "Until you answer, we do not use your data for it." in str(mail.text)
    assert link_in(mail) == association.url("/privacy/choices/again/")
    assert letters_to(ben) == []


def test_it_is_written_once_and_anew_for_newer_words(
    association: Association, ann: Individual, letter: Version
) -> None:
    newer = asked.newer(letter, ask_again=True)
    for _sweep in range(3):
        ask_all(association.pk)
    assert len(letters_to(ann)) == 1
    asked.newer(letter, "A word less")  # asks nobody
    ask_all(association.pk)
    assert len(letters_to(ann)) == 1

    asked.newer(newer, "Every day", ask_again=True)
    ask_all(association.pk)

    assert len(letters_to(ann)) == 2


def test_words_of_tomorrow_are_asked_about_tomorrow(
    association: Association, ann: Individual, letter: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked.newer(letter, ask_again=True, effective_at=timezone.now() + timedelta(days=1))
    assert ask_all(association.pk) == 0

    now = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(days=2))
    assert ask_all(association.pk) == 1


def test_all_that_is_open_is_in_one_letter_in_its_readers_language(
    association: Association, ann: Individual, letter: Version
) -> None:
    Individual.objects.filter(pk=ann.pk).update(language="de")
    journal = asked.newer(asked.journal(), "Journal by post", again_after_months=12)
    give(ann, journal, **how(ann))
    passes(timedelta(days=340))
    asked.newer(letter, ask_again=True)

    assert ask_all(association.pk) == 1

    (mail,) = letters_to(ann)
    assert mail.language == "de"
    assert "Letter, now with offers" in str(mail.text)
    assert "Journal by post" in str(mail.text)
    assert sorted(Asking.objects.values_list("why", flat=True)) == ["time", "words"]


def test_time_is_told_with_the_day_on_which_it_ends(association: Association, ann: Individual) -> None:
    yearly = asked.newer(asked.letter(), "Monthly letter", again_after_months=12)
    decision = give(ann, yearly, **how(ann))
    passes(timedelta(days=300))
    assert ask_all(association.pk) == 0
    passes(timedelta(days=40))

    assert ask_all(association.pk) == 1

    (mail,) = letters_to(ann)
    ends = decision.at + relativedelta(months=12) - timedelta(days=340)
    assert f"your yes counts until {ends.day} {ends:%B %Y}" in str(mail.text)
    assert ask_all(association.pk) == 0


def test_two_reasons_for_one_question_are_one_letter(association: Association, ann: Individual) -> None:
    yearly = asked.newer(asked.letter(), "Monthly letter", again_after_months=12)
    give(ann, yearly, **how(ann))
    passes(timedelta(days=340))
    asked.newer(yearly, ask_again=True, again_after_months=12)

    assert ask_all(association.pk) == 1

    assert len(letters_to(ann)) == 1
    assert sorted(Asking.objects.values_list("why", flat=True)) == ["time", "words"]


def test_what_is_over_is_asked_by_no_letter(association: Association, ann: Individual) -> None:
    yearly = asked.newer(asked.letter(), "Monthly letter", again_after_months=12)
    give(ann, yearly, **how(ann))
    passes(relativedelta(years=1))

    assert ask_all(association.pk) == 0


@pytest.mark.parametrize("field", ["restricted_at", "erased_at"])
def test_who_is_to_be_left_in_peace_gets_none(
    association: Association, ann: Individual, letter: Version, field: str
) -> None:
    asked.newer(letter, ask_again=True)
    Individual.objects.filter(pk=ann.pk).update(**{field: timezone.now()})

    assert ask_all(association.pk) == 0
    assert letters_to(ann) == []


def test_whoever_had_a_guardian_is_asked_at_the_age_of_deciding_alone(
    association: Association, ann: Individual, ben: Individual, monkeypatch: pytest.MonkeyPatch
) -> None:
    birthday = timezone.localdate() + timedelta(days=2)  # tomorrow is today already where it is past midnight
    letter = asked.letter()
    for person in (ann, ben):
        person.born_on = birthday.replace(year=birthday.year - 16)
        person.save()
        give(person, letter, **how(person, confirmed=True))
    Guardian.objects.create(individual=ann, name="Gil Archer", email="gil@example.org")
    assert ask_grown_ups(association.pk) == 0

    now = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(days=3))

    assert ask_grown_ups(association.pk) == 1
    assert ask_grown_ups(association.pk) == 0
    (mail,) = letters_to(ann)
    assert mail.recipient == "ann@example.org"
    assert "By now you decide alone." in str(mail.text)


def test_finding_them_costs_the_same_for_two_people_and_for_eight(
    association: Association, letter: Version
) -> None:
    counts = []
    version = letter
    for number in (1, 7):
        for _person in range(number):
            person = factories.make_individual()
            give(person, letter, **how(person))
        version = asked.newer(version, f"Words {number}", ask_again=True)
        with CaptureQueriesContext(connection) as queries:
            ask_all(association.pk)
        counts.append(sum("ams_sentmail" not in each["sql"] for each in queries))
        counts[-1] -= mails_queries(queries)
    assert counts[0] == counts[1]


def mails_queries(queries: Any) -> int:
    """Of each letter: its row, its association, and the savepoint around it; the mailer's own affair."""
    return sum("ams_association" in each["sql"] or "SAVEPOINT" in each["sql"] for each in queries)


@pytest.mark.usefixtures("transactional_db")
class TestWhateverHappens:
    @pytest.fixture
    def crowd(self, association: Association) -> list[Individual]:
        with speaking_for(association.pk):
            people = [factories.make_individual() for _number in range(5)]
            letter = asked.letter()
            for person in people:
                give(person, letter, **how(person))
            asked.newer(letter, ask_again=True)
        return people

    def test_killed_in_between_nobody_has_two_letters_and_nobody_none(
        self, association: Association, crowd: list[Individual], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ask_again, "AT_ONCE", 2)
        write, left = ask_again.write, iter(range(3))

        def dies(*args: Any) -> None:
            if next(left, None) is None:
                raise Killed
            write(*args)

        monkeypatch.setattr(ask_again, "write", dies)
        with pytest.raises(Killed):
            ask_all(association.pk)
        assert self.counts(association, crowd) == [1, 1, 0, 0, 0]

        monkeypatch.setattr(ask_again, "write", write)
        assert ask_all(association.pk) == 3
        assert self.counts(association, crowd) == [1] * 5

    def test_two_sweeps_at_once_write_to_each_once(
        self, association: Association, crowd: list[Individual]
    ) -> None:
        answers = at_once(*[lambda: ask_all(association.pk)] * 4)
        assert not [each for each in answers if isinstance(each, Exception)]
        ask_all(association.pk)

        assert self.counts(association, crowd) == [1] * 5

    def counts(self, association: Association, people: list[Individual]) -> list[int]:
        with speaking_for(association.pk):
            assert Asking.objects.count() == SentMail.objects.count()
            assert Standing.objects.count() == len(people)
            return sorted((len(letters_to(person)) for person in people), reverse=True)
