"""What a parent has said holds: to newer words they answer anew, and their no is not the child's to undo."""

import pytest
from django.test import Client

from ams.models import Individual
from consent import gate
from consent.decide import give
from consent.models import Act, Channel, Decision, Guardian, Version
from consent.stop import undo_path
from tests.consent import asked, test_children
from tests.consent.test_children import link
from tests.consent.test_decide import how

pytestmark = pytest.mark.django_db
# Fixtures: a child of twelve, who answers for her, and what is asked.
ann, mona, letter = test_children.ann, test_children.mona, test_children.letter


@pytest.mark.parametrize("old_counts", [True, False])
def test_to_newer_words_the_parent_answers_anew(
    client: Client, ann: Individual, mona: Guardian, letter: Version, *, old_counts: bool
) -> None:
    give(ann, letter, **how(ann))
    client.post(link(), {"letter": "yes"})
    assert gate.allows(ann.pk, "letter")
    newer = asked.newer(letter, ask_again=True, old_counts=old_counts)
    assert give(ann, newer, **how(ann)).act == Act.PENDING
    assert not gate.allows(ann.pk, "letter")
    client.post(link(), {"letter": "yes"})
    assert gate.allows(ann.pk, "letter")


def test_the_child_cannot_undo_the_parents_no(
    client: Client, ann: Individual, mona: Guardian, letter: Version
) -> None:
    give(ann, letter, **how(ann))
    client.post(link(), {"letter": "yes"})
    client.post(link(), {"stop": "letter"})
    taken_back = Decision.objects.latest("at")
    assert (taken_back.act, taken_back.channel) == (Act.WITHDRAWN, Channel.MAIL)
    client.post(undo_path(taken_back))
    assert not gate.allows(ann.pk, "letter")
