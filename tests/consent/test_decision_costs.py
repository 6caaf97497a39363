"""A decision costs the same number of statements, however much there is already."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ams.models import Individual
from consent.decide import beside, give, withdraw
from consent.models import Decision, Version
from tests.consent import asked
from tests.consent.test_decide import how

pytestmark = pytest.mark.django_db


def statements_of(verb: Callable[..., Decision], person: Individual, version: Version) -> int:
    """As a page does it: with the version just read, what stood beside it, and evidence."""
    version = Version.objects.select_related("statement").get(pk=version.pk)
    shown = beside(person, [version], language="en")
    with CaptureQueriesContext(connection) as queries:
        decision = verb(person, version, **how(person, shown=shown, evidence={"address": "::1"}))
    assert decision.shown == shown
    return len(queries)


def test_a_decision_costs_the_same_however_much_there_is_already(ann: Individual, ben: Individual) -> None:
    version = asked.letter()
    first = [statements_of(verb, ann, version) for verb in (give, withdraw)]
    assert max(first) <= 20

    for number in range(20, 50):
        other = asked.compose(f"use-{number}", asked.words(f"Use {number}"), number=number)
        give(ann, other, **how(ann))
    for _time in range(15):
        give(ann, version, **how(ann))
        withdraw(ann, version, **how(ann))

    assert [statements_of(verb, ann, version) for verb in (give, withdraw)] == first
    assert [statements_of(verb, ben, version) for verb in (give, withdraw)] == first
