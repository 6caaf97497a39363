"""Two administrators at the same moment: one draft, one publishing, one number for each statement."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from ams.models import Association
from consent.console import drafts
from consent.console.numbers import number_for
from consent.console.publishing import publish_draft
from consent.models import Statement, Version
from consent.publish import draft
from privacy.ledger.models import LedgerEntry
from privacy.tenancy import speaking_for
from tests.consent import asked

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 4


def all_at_once(association: Association, act: Callable[[int], Any]) -> list[Any]:
    """Each in a thread and a connection of its own, from the same moment."""
    ready = Barrier(AT_ONCE)

    def one(place: int) -> Any:
        with closing(connection):
            ready.wait(timeout=20)
            with speaking_for(association.pk):
                return act(place)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(one, range(AT_ONCE)))


def test_a_draft_is_begun_once(transactional_db: None, association: Association) -> None:
    with speaking_for(association.pk):
        statement = asked.letter().statement

    numbers = all_at_once(association, lambda _place: drafts.begin(statement).number)

    assert numbers == [2] * AT_ONCE


def test_a_draft_is_published_once(transactional_db: None, association: Association) -> None:
    with speaking_for(association.pk):
        version = draft(asked.letter().statement, asked.words("Letter, new"), reason="The use is the same.")
        seen = drafts.draft_as_seen(version)

    done = all_at_once(association, lambda _place: publish_draft(version, seen=seen, by=None))

    assert sorted(done) == [False] * (AT_ONCE - 1) + [True]
    with speaking_for(association.pk):
        assert LedgerEntry.objects.filter(kind="statement.published").count() == 1


def test_of_several_who_save_the_same_page_one_is_first_and_the_others_are_told(
    transactional_db: None, association: Association
) -> None:
    with speaking_for(association.pk):
        version = draft(asked.letter().statement, asked.words("Letter, new"))
        seen = drafts.page_as_seen(version, drafts.wording_of(version, "en"))

    def save(place: int) -> bool:
        try:
            drafts.save(version, "en", {"text": f"Words {place}"}, {"ask_again": False}, seen=seen)
        except drafts.Overtaken:
            return False
        return True

    assert sum(all_at_once(association, save)) == 1


def test_each_new_statement_gets_a_number_of_its_own(
    transactional_db: None, association: Association
) -> None:
    def add(place: int) -> None:
        with transaction.atomic():
            slug = f"survey-{place}"
            Statement.objects.create(slug=slug, number=number_for(slug), kind="consent")

    all_at_once(association, add)

    with speaking_for(association.pk):
        numbers = Statement.objects.order_by("number").values_list("number", flat=True)
        assert list(numbers) == [100, 101, 102, 103]
        assert not Version.objects.exists()


def test_what_was_changed_between_look_and_click_is_not_published(
    transactional_db: None, association: Association
) -> None:
    with speaking_for(association.pk):
        version = draft(asked.letter().statement, asked.words("Letter, new"), reason="The use is the same.")
        seen = drafts.draft_as_seen(version)
        version.wordings.update(text="Something else.")

        assert not publish_draft(version, seen=seen, by=None)
        assert not Version.objects.get(pk=version.pk).is_published()
