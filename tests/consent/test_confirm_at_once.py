"""A click, at the same moment as another click, a no, or the end of its time: one of them counts, and all agree."""

from collections.abc import Callable
from functools import partial
from itertools import permutations
from uuid import UUID

import pytest
from django.utils import timezone

from ams.models import Association, Individual
from consent import complete
from consent.decide import decline, give
from consent.models import Act, Confirmation, Decision, Standing, Version
from privacy import ledger
from privacy.tenancy import speaking_for
from tests.consent import asked
from tests.consent.test_at_once import at_once
from tests.consent.test_decide import how

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def letter(transactional_db: None, association: Association) -> Version:
    with speaking_for(association.pk):
        return asked.letter(double_opt_in=True)


@pytest.fixture
def confirmation(association: Association, ann: Individual, letter: Version) -> Confirmation:
    with speaking_for(association.pk):
        give(ann, letter, **how(ann))
        return Confirmation.objects.get()


def click(verb: Callable[..., object], association_id: UUID, number: UUID) -> None:
    with speaking_for(association_id):
        rows = Confirmation.objects.select_related("decision__version__statement", "decision__individual")
        row = rows.get(pk=number)
        verb(row, actor=row.individual_id, evidence={"browser": "test"})


def says_no(association_id: UUID, person: Individual, version: Version) -> None:
    with speaking_for(association_id):
        decline(person, version, **how(person))


def test_eight_clicks_complete_it_once(association: Association, confirmation: Confirmation) -> None:
    list(at_once([partial(click, complete.accept, association.pk, confirmation.pk)] * 8))
    with speaking_for(association.pk):
        acts = list(Decision.objects.order_by("at").values_list("act", flat=True))
    assert acts == [Act.PENDING, Act.GIVEN]
    assert ledger.verify(association.pk) is None


@pytest.mark.parametrize("order", list(permutations(range(3)))[:3])
def test_no_click_turns_a_no_into_a_yes(
    association: Association, ann: Individual, letter: Version, confirmation: Confirmation, order: tuple[int]
) -> None:
    acts = [
        partial(click, complete.accept, association.pk, confirmation.pk),
        partial(click, complete.refuse, association.pk, confirmation.pk),
        partial(says_no, association.pk, ann, letter),
    ]
    list(at_once([acts[place] for place in order]))
    with speaking_for(association.pk):
        assert Standing.objects.get().act in {Act.WITHDRAWN, Act.DECLINED}  # the tab's no is not taken back
    assert ledger.verify(association.pk) is None


def test_time_ends_it_or_the_click_completes_it_and_not_both(
    association: Association, confirmation: Confirmation
) -> None:
    with speaking_for(association.pk):
        Confirmation.objects.update(expires_at=timezone.now())
    late = partial(complete.expire_pending, association.pk)
    list(at_once([late, late, partial(click, complete.accept, association.pk, confirmation.pk)]))
    with speaking_for(association.pk):
        acts = list(Decision.objects.order_by("at").values_list("act", flat=True))
    assert acts == [Act.PENDING, Act.EXPIRED]
