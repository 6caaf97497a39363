"""A yes that comes at the same moment as a removal: all stays, or all is gone, and nothing is half."""

from threading import Event as Signal
from threading import Thread

import pytest
from django.db import connection

from ams.models import Association, DirectoryEntry, Individual
from ams.uses import DIRECTORY
from consent import remove
from consent.decide import give
from consent.models import Removal, Version
from privacy.tenancy import speaking_for
from privacy.vault.generations import keys_of_purpose
from tests.consent.directory import directory, listed, unlisted
from tests.consent.test_decide import how
from tests.consent.test_removal import introductions
from tests.erasure.people import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def both(transactional_db: None, association: Association, ann: Individual, ben: Individual) -> Version:
    """Ann and Ben are in the directory."""
    with speaking_for(association.pk):
        version = directory()
        listed(ann, version)
        listed(ben, version)
    return version


def test_whoever_is_saying_yes_at_this_moment_is_left_alone(
    association: Association, ann: Individual, both: Version
) -> None:
    unlisted(association, ann, version=both)
    said, go_on = Signal(), Signal()

    def say_yes() -> None:
        with speaking_for(association.pk):
            give(ann, both, **how(ann))
            said.set()
            go_on.wait(20)
        connection.close()

    thread = Thread(target=say_yes)
    thread.start()
    assert said.wait(20)
    assert remove.carry_out(association.pk) == 0
    go_on.set()
    thread.join(20)

    assert remove.carry_out(association.pk) == 0
    assert introductions(association) == {"Ann draws maps", "Ben draws maps"}


def test_a_yes_at_the_same_moment_finds_all_or_nothing(
    association: Association, ann: Individual, both: Version
) -> None:
    unlisted(association, ann, version=both)

    def say_yes() -> None:
        with speaking_for(association.pk):
            give(ann, both, **how(ann))

    answers = at_once(
        lambda: remove.carry_out(association.pk), say_yes, lambda: remove.carry_out(association.pk)
    )

    assert [each for each in answers if isinstance(each, Exception)] == []
    remove.carry_out(association.pk)
    with speaking_for(association.pk):
        removal = Removal.objects.get()
        stayed = DirectoryEntry.objects.filter(individual=ann).exists()
        assert stayed is (removal.rows_gone_at is None)
        assert stayed is bool(keys_of_purpose(ann.pk, DIRECTORY.number)) or removal.cancelled_at
    assert "erased" not in introductions(association)
