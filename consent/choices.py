"""A person's choices as they read them: what is asked, in whose words, and where they stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from consent.models import AskedAt, Decision, Kind, Standing, Statement, Version, Wording

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Choice:
    """One statement as it stands for one person. `standing` is None where they never answered."""

    statement: Statement
    version: Version
    wording: Wording
    standing: Standing | None

    def is_yes(self) -> bool:
        return bool(self.standing and self.standing.is_yes() and not self.must_ask_again())

    def must_ask_again(self) -> bool:
        """Newer words are in force, everybody is asked again, and this person has not answered."""
        if self.standing is None or not self.standing.is_yes():
            return False
        return self.version.ask_again and self.standing.version.number < self.version.number

    @property
    def since(self) -> datetime | None:
        return self.standing.since if self.standing else None

    @property
    def decision(self) -> Decision | None:
        return self.standing.decision if self.standing else None


def choices_of(individual: Any, *, language: str | None = None) -> list[Choice]:
    """Consents and agreements in the association's order, in the reader's language where it is written."""
    asked = asked_now(language=language)
    rows = Standing.objects.filter(individual_id=individual.pk).select_related("decision", "version")
    standings = {standing.statement_id: standing for standing in rows}
    return [
        Choice(question.statement, question.version, question.wording, standings.get(question.statement.pk))
        for question in asked
        if question.statement.asked_at != AskedAt.JOINING or question.statement.pk in standings
    ]


@dataclass(frozen=True, slots=True)
class Question:
    """A statement as it would be asked today."""

    statement: Statement
    version: Version
    wording: Wording


def asked_now(
    *,
    language: str | None = None,
    kinds: Sequence[Kind] = (Kind.CONSENT, Kind.AGREEMENT),
    joining: bool = False,
) -> list[Question]:
    """The versions in force with their words, in one query."""
    wordings = (
        Wording.objects.filter(version__in=Version.objects.current(), version__statement__kind__in=kinds)
        .select_related("version__statement")
        .order_by("version__statement__order", "version__statement__number")
    )
    if joining:
        wordings = wordings.exclude(version__statement__asked_at=AskedAt.PRIVACY)
    by_version: dict[int, list[Wording]] = {}
    for wording in wordings:
        by_version.setdefault(wording.version_id, []).append(wording)
    return [_question(in_language(same, language)) for same in by_version.values()]


def _question(wording: Wording) -> Question:
    return Question(wording.version.statement, wording.version, wording)


def in_language(wordings: Iterable[Wording], language: str | None = None) -> Wording:
    """The reader's language, else English, else the first there is."""
    wanted = (language or get_language() or FALLBACK).split("-")[0]
    by_language = {wording.language: wording for wording in wordings}
    return by_language.get(wanted) or by_language.get(FALLBACK) or next(iter(by_language.values()))
