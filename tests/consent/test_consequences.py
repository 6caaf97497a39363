"""What a no changes is told before it and after it, and an undo calls off what it set going."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from ams import words
from ams.models import Association, Individual
from consent.decide import decline, give
from consent.models import Removal, Standing, Statement, Version
from tests.consent import asked
from tests.consent.directory import directory, entry_of, in_days, listed
from tests.consent.test_choices_page import press, read
from tests.consent.test_decide import acts_of, how

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(association: Association) -> Version:
    return asked.letter()


@pytest.fixture
def as_ann(client: Client, ann: Individual) -> Client:
    client.force_login(ann.account)
    return client


def card_of(page: str, slug: str) -> str:
    found = re.search(rf'<article class="choice" id="choice-{slug}".*?</article>', page, re.DOTALL)
    assert found
    return " ".join(found[0].split())


def test_before_a_no_the_card_tells_what_stops_what_stays_and_what_goes_when(
    as_ann: Client, ann: Individual
) -> None:
    listed(ann, directory())

    card = card_of(read(as_ann), "directory")

    assert "What changes if you say no" in card
    assert "Nobody finds you." in card
    assert "Your membership, by contract." in card
    assert "entry in the member directory" in card
    assert f"is erased on {words.day(in_days(30))}" in card
    assert card.count("<button") == 1  # the same one press


def test_nothing_is_said_to_go_where_nothing_is_held_by_that_yes(
    as_ann: Client, ann: Individual, letter: Version
) -> None:
    for version in (letter, directory()):
        give(ann, version, **how(ann))
    page = read(as_ann)
    assert "What changes if you say no" in card_of(page, "directory")
    assert "We stop using your data for it at once." in card_of(page, "letter")
    assert "is erased on" not in page

    entry_of(ann)

    assert "is erased on" in card_of(read(as_ann), "directory")
    assert "is erased on" not in card_of(read(as_ann), "letter")


def test_a_no_says_what_goes_and_its_undo_calls_it_off(as_ann: Client, ann: Individual) -> None:
    listed(ann, directory())
    day = words.day(in_days(30))

    page = read(as_ann, press(as_ann, read(as_ann), "directory").headers["Location"])

    assert "Directory: no, from today" in page
    banner = page.partition('class="banner done"')[2].partition("</div>")[0]
    assert "Nobody finds you." in banner
    assert f"is erased on {day}" in banner
    assert f"is erased on {day}" in card_of(page, "directory")
    assert "Say yes before that day, and it stays." in page
    overview = read(as_ann, "/privacy/")
    assert f"What rests on it is erased on {day}." in overview
    undo = re.search(r'action="(/privacy/choices/undo/[^"]+)"', page)
    assert undo
    as_ann.post(undo[1])
    assert Removal.objects.get().cancelled_at
    assert "What rests on it is erased" not in read(as_ann, "/privacy/")
    assert "What changes if you say no" in card_of(read(as_ann), "directory")


def test_htmx_gets_the_same(as_ann: Client, ann: Individual) -> None:
    listed(ann, directory())

    part = press(as_ann, read(as_ann), "directory", **{"HX-Request": "true"}).content.decode()

    assert part.count(f"is erased on {words.day(in_days(30))}") == 2


def test_undoing_a_no_needs_no_second_letter_within_the_hour(as_ann: Client, ann: Individual) -> None:
    version = asked.letter(double_opt_in=True)
    give(ann, version, **how(ann, confirmed=True))
    decision = decline(ann, version, **how(ann))

    as_ann.post(f"/privacy/choices/undo/{decision.pk}/")

    assert acts_of(ann) == ["given", "withdrawn", "given"]


def test_undoing_goes_back_to_the_words_that_were_there(
    as_ann: Client, ann: Individual, letter: Version
) -> None:
    give(ann, letter, **how(ann))
    decision = decline(ann, letter, **how(ann))
    asked.newer(letter)

    as_ann.post(f"/privacy/choices/undo/{decision.pk}/")

    assert Standing.objects.get().version == letter


def test_what_has_ended_is_not_undone(as_ann: Client, ann: Individual, letter: Version) -> None:
    give(ann, letter, **how(ann))
    decision = decline(ann, letter, **how(ann))
    Statement.objects.update(ended_at=timezone.now())

    assert as_ann.post(f"/privacy/choices/undo/{decision.pk}/").status_code == 302
    assert acts_of(ann) == ["given", "withdrawn"]
