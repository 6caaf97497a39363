"""Whatever people say and associations publish, in any order: the standing is the replay of the decisions."""

from dataclasses import dataclass, field
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ams.models import Association
from consent import gate
from consent.decide import decline, give, withdraw
from consent.models import Decision, Standing, Version
from consent.publish import compose
from tests import factories
from tests.consent import asked
from tests.consent.test_decide import how

pytestmark = pytest.mark.django_db
numbers = count(100)
VERBS = {"give": give, "decline": decline, "withdraw": withdraw}

# What happens: somebody answers, to the words of now or of an older page; or new words are published.
answers = st.tuples(st.sampled_from(sorted(VERBS)), st.booleans())
news = st.tuples(st.just("publish"), st.booleans())
stories = st.lists(st.one_of(answers, answers, answers, news), max_size=12)


@dataclass
class Model:
    """The rules once more, as small as they can be said."""

    says_yes: bool | None = None
    on: int = 0  # the number of the version that was answered
    asks_again: list[int] = field(default_factory=list)
    acts: list[str] = field(default_factory=list)

    def answer(self, yes: bool, number: int) -> None:
        if yes and self.says_yes:
            act = "renewed" if number > self.on else ""
        elif yes:
            act = "given"
        elif self.says_yes:
            act = "withdrawn"
        else:
            act = "declined" if self.says_yes is None or number > self.on else ""
        if act:
            self.acts.append(act)
            self.says_yes, self.on = yes, number

    @property
    def is_open(self) -> bool:
        return bool(self.says_yes) and not any(number > self.on for number in self.asks_again)


@given(story=stories)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
def test_the_standing_is_the_replay_of_the_decisions(
    association: Association, story: list[tuple[str, bool]]
) -> None:
    slug = f"use-{(number := next(numbers))}"
    versions: list[Version] = [compose(slug, asked.words("A use"), number=number)]
    person, model = factories.make_individual(), Model()

    for what, flag in story:
        if what == "publish":
            versions.append(asked.newer(versions[-1], "Other words", ask_again=flag))
            model.asks_again += [versions[-1].number] * flag
            continue
        version = versions[0] if flag else versions[-1]
        VERBS[what](person, version, **how(person))
        model.answer(what == "give", version.number)

    decisions = list(Decision.objects.filter(individual=person).order_by("at", "pk"))
    assert [decision.act for decision in decisions] == model.acts
    standing = Standing.objects.filter(individual=person).first()
    assert (standing.decision if standing else None) == (decisions[-1] if decisions else None)
    assert gate.allows(person.pk, slug) is model.is_open
