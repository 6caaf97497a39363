"""An issue about to be sent, and the people who asked for it: shared by the tests of newsletters."""

from collections.abc import Iterable
from typing import Any

from ams.models import Individual, Newsletter, NewsletterText
from ams.newsletters import start
from ams.newsletters.letter import fingerprint
from consent.decide import give
from consent.models import Channel, Purpose, Version
from tests.consent import asked
from tests.factories import make_individual

TEXTS = {"en": ("Spring news", "We **met** in Dublin."), "de": ("Neues im Mai", "Wir waren in Bremen.")}


def monthly_letter(**fields: Any) -> Version:
    return asked.letter(purpose=Purpose.NEWSLETTER, **fields)


def make_issue(texts: dict[str, tuple[str, str]] = TEXTS, **fields: Any) -> Newsletter:
    issue = Newsletter.objects.create(**{"name": "Spring", "purpose": "letter", **fields})
    for language, (subject, body) in texts.items():
        NewsletterText.objects.create(newsletter=issue, language=language, subject=subject, body=body)
    return issue


def make_readers(count: int, version: Version) -> list[Individual]:
    people = [make_individual() for _number in range(count)]
    say_yes(people, version)
    return people


def say_yes(people: Iterable[Individual], version: Version) -> None:
    for person in people:
        give(person, version, channel=Channel.TAB, actor=person.pk, language="en")


def begin(issue: Newsletter, by: Individual) -> Newsletter:
    return start.start(issue.pk, by=by.pk, seen=fingerprint(issue))
