"""The member directory of the tests: the statement that is asked, and people who said yes to it."""

from typing import Any

from ams.members.entry import introduce, switch
from ams.models import Individual
from ams.uses import DIRECTORY
from consent.decide import give
from consent.models import Version
from consent.publish import compose
from tests import factories
from tests.consent.asked import words
from tests.consent.test_decide import how


def statement(**fields: Any) -> Version:
    return compose(DIRECTORY.slug, words("Member directory"), number=DIRECTORY.number, **fields)


def listed(
    person: Individual, version: Version, *shows: str, introduction: str = "", channel: Any = None
) -> Individual:
    """A member who said yes, and shows these fields."""
    if not person.memberships.exists():
        factories.make_membership(person)
    give(person, version, **how(person, **({"channel": channel} if channel else {})))
    for name in shows:
        switch(person, name, on=True)
    if introduction:
        introduce(person, introduction)
    return person
