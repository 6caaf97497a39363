"""Drafting: a statement has one draft at a time, saved language by language. Whoever comes second is told."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from consent.models import LATER_WORDS, WORDS, State, Statement, Version, Wording
from consent.publish import FACTS, canonical, draft, latest_published

FIELDS = (*WORDS, *LATER_WORDS)
RULES = ("ask_again", "old_counts", "reason", "again_after_months")


class Overtaken(RuntimeError):  # noqa: N818  it says what is the case
    """Somebody else has saved this page since it was opened. `wording`: their words; None: the draft is gone."""

    def __init__(self, wording: Wording | None = None) -> None:
        self.wording = wording
        super().__init__("Saved by somebody else meanwhile.")


def draft_of(statement: Statement) -> Version | None:
    return statement.versions.filter(state=State.DRAFT).order_by("-number").first()


@transaction.atomic
def begin(statement: Statement) -> Version:
    """The draft, new where there is none: a copy of the latest words in the languages that are spoken now."""
    Statement.objects.select_for_update().get(pk=statement.pk)  # two clicks are one draft
    if waiting := draft_of(statement):
        return waiting
    last = latest_published(statement)
    if last is None:
        return draft(statement, {})
    spoken = set(last.association.languages)
    words = {each.language: words_in(each) for each in last.wordings.all() if each.language in spoken}
    return draft(statement, words, again_after_months=last.again_after_months, ask_again=None)


def words_in(wording: Wording | None) -> dict[str, str]:
    return {name: getattr(wording, name, "") for name in FIELDS}


def wording_of(version: Version, language: str) -> Wording | None:
    return version.wordings.filter(language=language).first()


def planned_for(version: Version) -> datetime | None:
    """The day from which a draft shall count; None: from the moment of publishing."""
    return version.effective_at if version.effective_at > timezone.now() else None


def page_as_seen(version: Version, wording: Wording | None) -> str:
    """Changes with whatever stands on the page of one language."""
    return _digest({"words": words_in(wording), **_rules(version)})


def draft_as_seen(version: Version) -> str:
    """Changes with whatever would be published: the words in every language, and what follows from them."""
    statement = version.statement
    facts = {name: getattr(statement, name) for name in FACTS}
    words = canonical(version).decode()
    return _digest({"words": words, "facts": facts, "published": version.state, **_rules(version)})


def _rules(version: Version) -> dict[str, Any]:
    return {name: getattr(version, name) for name in RULES} | {"from": str(planned_for(version))}


def _digest(facts: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def save(
    version: Version, language: str, words: Mapping[str, str], rules: Mapping[str, Any], *, seen: str
) -> None:
    """Raises Overtaken. A language without any words is none."""
    locked = Version.objects.select_for_update().filter(pk=version.pk, state=State.DRAFT).first()
    if locked is None:
        raise Overtaken
    there = wording_of(locked, language)
    if page_as_seen(locked, there) != seen:
        raise Overtaken(there or Wording(version=locked, language=language))
    for name, value in rules.items():
        setattr(locked, name, value)
    locked.save(update_fields=[*rules, "changed_at"])
    if any(words.values()):
        Wording.objects.update_or_create(version=locked, language=language, defaults=dict(words))
    elif there:
        there.delete()


@transaction.atomic
def discard(statement: Statement) -> bool:
    """Is the statement gone with it? One that was never published is nothing without its draft."""
    statement.versions.filter(state=State.DRAFT).delete()
    if statement.versions.exists():
        return False
    statement.delete()
    return True
