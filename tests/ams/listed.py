"""The member directory of the tests: the statement that is asked, and people who said yes to it."""

from typing import Any

from ams.members.entry import introduce, switch
from ams.members.fields import FIELDS
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


def show(person: Individual, *fields: str) -> None:
    """The first by her own switch; the others then stand as if each had been: fifty people would take half a minute."""
    entry = switch(person, fields[0], on=True)
    entry.shows = [name for name in FIELDS if name in fields]
    entry.save()


def listed(
    person: Individual, version: Version, *shows: str, introduction: str = "", channel: Any = None
) -> Individual:
    """A member who said yes, and shows these fields."""
    if not person.memberships.exists():
        factories.make_membership(person)
    give(person, version, **how(person, **({"channel": channel} if channel else {})))
    if shows:
        show(person, *shows)
    if introduction:
        introduce(person, introduction)
    return person
