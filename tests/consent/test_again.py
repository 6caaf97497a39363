"""Asked again at the next visit: led there, answered for the words that were shown, and never held up."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ams.models import Association, Individual
from consent import gate
from consent.asking import open_questions
from consent.choices import choices_of
from consent.decide import give
from consent.models import Decision, Removal, Shown, Standing, Version
from tests import factories
from tests.consent import asked
from tests.consent.directory import directory, listed
from tests.consent.test_decide import acts_of, how

pytestmark = pytest.mark.django_db
PAGE = "/privacy/choices/again/"
SIGN_IN = reverse("login")


@pytest.fixture
def newer(ann: Individual) -> Version:
    """Ann said yes to a letter, and now it has offers in it."""
    letter = asked.letter()
    give(ann, letter, **how(ann))
    return asked.newer(letter, ask_again=True)


def read(client: Client, address: str = PAGE) -> str:
    return unescape(client.get(address).content.decode())


def sign_in(client: Client, wanted: str = "") -> HttpResponse:
    data = {"email": "ann@example.org", "password": factories.PASSWORD, "next": wanted}
    return client.post(SIGN_IN, data)


def answer(client: Client, page: str, **answers: str) -> HttpResponse:
    """What a browser sends for the form on the page."""
    form = re.search(r'<form method="post" class="stack".*?</form>', page, re.DOTALL)
    assert form
    fields = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', form[0]))
    return client.post(PAGE, fields | {f"answer-{slug}": said for slug, said in answers.items()})


@pytest.fixture
def as_ann(client: Client, ann: Individual) -> Client:
    client.force_login(ann.account)
    return client


def test_ann_is_led_to_the_question_when_she_signs_in(client: Client, newer: Version) -> None:
    response = sign_in(client, "/profile/")

    assert response.headers["Location"] == f"{PAGE}?next=%2Fprofile%2F"
    page = read(client, response.headers["Location"])
    assert "May we? Letter, now with offers" in page
    assert "Until you answer, we do not use your data for it." in page
    assert '<a class="button quiet large" href="/profile/">Later</a>' in page


def test_ben_of_whom_nothing_is_asked_goes_where_he_wanted(
    client: Client, ann: Individual, ben: Individual
) -> None:
    letter = asked.letter()
    give(ben, letter, **how(ben))
    assert open_questions(ann) == open_questions(ben) == []

    assert sign_in(client, "/profile/").headers["Location"] == "/profile/"
    assert client.get(PAGE).headers["Location"] == "/privacy/choices/"


def test_who_comes_by_the_letter_is_not_sent_in_a_circle(client: Client, newer: Version) -> None:
    assert client.get(PAGE).headers["Location"] == f"{SIGN_IN}?next={PAGE}"
    assert sign_in(client, PAGE).headers["Location"] == PAGE
    assert 'href="/privacy/choices/">Later</a>' in read(client)


def test_later_is_asked_again_at_the_next_visit(client: Client, newer: Version) -> None:
    for _visit in range(2):
        assert sign_in(client).headers["Location"].startswith(PAGE)
        client.post(reverse("logout"))


def test_the_page_asks_with_two_equal_answers_of_which_none_is_chosen(as_ann: Client, newer: Version) -> None:
    page = read(as_ann)

    answers = re.findall(r'<input type="radio" name="answer-letter" value="(\w+)"([^>]*)>', page)
    assert [value for value, _more in answers] == ["yes", "no"]
    assert not any("checked" in more for _value, more in answers)


def test_what_changed_is_marked(as_ann: Client, newer: Version) -> None:
    page = read(as_ann)

    assert "What changed since you said yes" in page
    assert "<del>Monthly" in page
    assert "<ins>Letter, now with offers</ins>" in page or "<ins>" in page


def test_a_yes_to_the_new_words_counts_at_once(as_ann: Client, ann: Individual, newer: Version) -> None:
    assert not gate.allows(ann.pk, "letter")

    response = answer(as_ann, read(as_ann, f"{PAGE}?next=/profile/"), letter="yes")

    assert response.headers["Location"] == "/profile/"
    assert acts_of(ann) == ["given", "renewed"]
    assert Standing.objects.get().version == newer
    assert Shown.objects.get().versions == [newer.hash]
    assert gate.allows(ann.pk, "letter")
    assert open_questions(ann) == []
    assert "Your answers are saved." in read(as_ann, "/profile/")


def test_a_no_ends_it(as_ann: Client, ann: Individual, newer: Version) -> None:
    answer(as_ann, read(as_ann), letter="no")

    assert acts_of(ann) == ["given", "withdrawn"]
    assert open_questions(ann) == []
    assert not gate.allows(ann.pk, "letter")


def test_an_earlier_yes_may_count_meanwhile_and_the_page_says_so(as_ann: Client, ann: Individual) -> None:
    letter = asked.letter()
    give(ann, letter, **how(ann))
    asked.newer(letter, ask_again=True, old_counts=True)

    assert "Your earlier yes counts until you answer." in read(as_ann)
    assert gate.allows(ann.pk, "letter")


def test_some_answers_are_kept_and_what_is_left_open_is_asked_again(
    as_ann: Client, ann: Individual, newer: Version
) -> None:
    journal = asked.journal()
    give(ann, journal, **how(ann))
    asked.newer(journal, "Journal, four times a year", ask_again=True)
    page = read(as_ann)
    assert "Journal, four times" in page

    answer(as_ann, page, journal="no")

    assert acts_of(ann) == ["given", "given", "withdrawn"]
    assert [each.statement.slug for each in open_questions(ann)] == ["letter"]


def test_no_answer_at_all_is_told_and_nothing_is_stored(
    as_ann: Client, ann: Individual, newer: Version
) -> None:
    response = answer(as_ann, read(as_ann))

    assert response.status_code == 400
    assert "Choose an answer, or go on without one." in response.content.decode()
    assert acts_of(ann) == ["given"]


def test_an_answer_is_kept_for_the_words_that_ann_saw(
    as_ann: Client, ann: Individual, newer: Version
) -> None:
    page = read(as_ann)
    newest = asked.newer(newer, "Letter every day", ask_again=True)

    response = answer(as_ann, page, letter="yes")

    told = unescape(response.content.decode())
    assert "The words changed while you were reading." in told
    assert "May we? Letter every day" in told
    assert Decision.objects.latest("at").version == newer
    answer(as_ann, told, letter="yes")
    assert Standing.objects.get().version == newest
    assert acts_of(ann) == ["given", "renewed", "renewed"]


def test_two_tabs_store_one_answer(as_ann: Client, ann: Individual, newer: Version) -> None:
    page = read(as_ann)
    answer(as_ann, page, letter="yes")
    answer(as_ann, page, letter="yes")

    assert acts_of(ann) == ["given", "renewed"]


def test_new_statutes_are_asked_again_and_a_no_answers_with_the_way_out(
    as_ann: Client, ann: Individual
) -> None:
    statutes = asked.statutes()
    give(ann, statutes, **how(ann))
    asked.newer(statutes, "Statutes of 2027", ask_again=True)
    page = read(as_ann)
    assert "Until you answer, what you agreed to before holds." in page

    response = answer(as_ann, page, statutes="no")

    assert response.status_code == 409
    told = unescape(response.content.decode())
    assert "It ends when your membership ends." in told
    assert "End my membership" in told
    assert acts_of(ann) == ["given"]
    answer(as_ann, page, statutes="yes")
    assert acts_of(ann) == ["given", "renewed"]


@pytest.mark.parametrize("field", ["restricted_at", "erased_at"])
def test_nobody_is_asked_whose_data_rests(ann: Individual, newer: Version, field: str) -> None:
    assert open_questions(ann)
    setattr(ann, field, timezone.now())
    assert not open_questions(ann)


def test_at_the_age_of_deciding_alone_ann_is_asked_and_the_guardians_yes_counts_meanwhile(
    client: Client, ann: Individual, monkeypatch: pytest.MonkeyPatch
) -> None:
    birthday = timezone.localdate() + timedelta(days=2)  # tomorrow is today already where it is past midnight
    ann.born_on, ann.country = date(birthday.year - 16, birthday.month, birthday.day), "IE"
    ann.save()
    letter = asked.letter()
    give(ann, letter, **how(ann, confirmed=True))
    assert open_questions(ann) == []

    now = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(days=2))

    assert [each.why_again for each in open_questions(ann)] == ["age"]
    assert gate.allows(ann.pk, "letter")
    client.force_login(ann.account)
    page = read(client)
    assert "By now you decide alone." in page
    answer(client, page, letter="yes")
    assert acts_of(ann) == ["given", "renewed"]
    assert open_questions(ann) == []


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"]
)
def test_later_leads_to_no_other_house(as_ann: Client, newer: Version, address: str) -> None:
    page = read(as_ann, f"{PAGE}?next={address}")
    assert '<a class="button quiet large" href="/privacy/choices/">Later</a>' in page
    assert answer(as_ann, page, letter="no").headers["Location"] == "/privacy/choices/"


@pytest.mark.parametrize("number", ["", "x", "²", "99999999", "9" * 19, "9" * 5000], ids=range(6))
def test_an_answer_to_words_that_were_never_asked_is_none(
    as_ann: Client, ann: Individual, newer: Version, number: str
) -> None:
    response = as_ann.post(PAGE, {"version-letter": number, "answer-letter": "yes"})

    assert response.status_code == 400
    assert acts_of(ann) == ["given"]


def test_twelve_statements_with_audiences_and_removals_cost_two_queries(
    association: Association, ann: Individual
) -> None:
    for number in range(10, 21):
        fields: dict[str, Any] = {"countries": ["IE"], "age_from": 18, "membership_types": ["individual"]}
        give(
            ann,
            asked.compose(f"use-{number}", asked.words(f"Use {number}"), number=number, **fields),
            **how(ann),
        )
    listed(ann, directory())
    Removal.objects.create(
        individual=ann, statement=Version.objects.latest("pk").statement, due_on=date(2030, 1, 2)
    )

    with CaptureQueriesContext(connection) as queries:
        choices = choices_of(ann)
        assert len(choices) == 12
        assert [each.goes_on for each in choices if each.goes_on] == [date(2030, 1, 2)]
        assert not any(each.must_ask_again() for each in choices)
    assert len(queries) == 2
    with CaptureQueriesContext(connection) as queries:
        assert open_questions(ann) == []
    assert len(queries) == 2
