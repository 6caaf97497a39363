"""At the same moment: double clicks and two tabs of one person, and a hundred people."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from itertools import pairwise
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection

from ams.models import Association, Individual
from consent.decide import decline, give
from consent.models import Decision, Standing, Version
from privacy import ledger
from privacy.ledger.models import LedgerEntry
from privacy.tenancy import speaking_for
from tests import factories
from tests.consent import asked
from tests.consent.test_decide import how

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def letter(transactional_db: None, association: Association) -> Version:
    with speaking_for(association.pk):
        return asked.letter()


def at_once(acts: list[Callable[[], object]]) -> Iterator[object]:
    """Each on a connection of its own, all let go at the same moment."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        with closing(connection):
            gate.wait(timeout=20)
            return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        yield from pool.map(run, acts)


def says(verb: Callable[..., Decision], association_id: UUID, person: Individual, version: Version) -> UUID:
    with speaking_for(association_id):
        return verb(person, version, **how(person)).pk


def test_eight_clicks_of_ann_are_one_decision(
    transactional_db: None, association: Association, ann: Individual, letter: Version
) -> None:
    told = set(at_once([partial(says, give, association.pk, ann, letter)] * 8))

    with speaking_for(association.pk):
        assert {decision.pk for decision in Decision.objects.all()} == told
        assert len(told) == LedgerEntry.objects.filter(kind="consent.given").count() == 1


def test_a_yes_and_a_no_of_ann_end_where_the_last_of_them_says(
    transactional_db: None, association: Association, ann: Individual, letter: Version
) -> None:
    list(at_once([partial(says, verb, association.pk, ann, letter) for verb in (give, decline) * 3]))

    with speaking_for(association.pk):
        assert Standing.objects.get().decision == Decision.objects.latest("at")
        acts = list(Decision.objects.order_by("at").values_list("act", flat=True))
        assert all(one != other for one, other in pairwise(acts))
    assert ledger.verify(association.pk) is None


def test_many_people_decide_at_the_same_moment_and_each_is_kept(
    transactional_db: None, association: Association, letter: Version
) -> None:
    with speaking_for(association.pk):
        people = [factories.make_individual() for _number in range(12)]

    list(at_once([partial(says, give, association.pk, person, letter) for person in people]))

    with speaking_for(association.pk):
        assert set(Standing.objects.values_list("individual_id", flat=True)) == {each.pk for each in people}
        assert Decision.objects.count() == len(people)
    assert ledger.verify(association.pk) is None
