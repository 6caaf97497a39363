"""Where a person stood at any moment, and in which words: the decisions until then, replayed.

As the gate would have answered then. Two things are of now and not of then: whether somebody's data rested (Art. 18),
and whom a statement was meant for.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from consent.choices import in_language
from consent.decide import until
from consent.models import Act, Decision, Kind, State, Statement, Version, Wording


class Closed(StrEnum):
    """Why a use was closed, whatever had been answered to it."""

    NEWER_WORDS = "newer_words"
    TIME = "time"
    ENDED = "ended"
    ADVERTISING = "advertising"  # they had objected to another use for it


@dataclass(frozen=True, slots=True)
class StandingAt:
    """One statement for one person at one moment. `decision` is None where they had never answered until then."""

    statement: Statement
    decision: Decision | None
    in_force: Version | None  # what was asked of everybody then
    wording: Wording | None  # as this person read it; where they never answered, as it was asked
    closed: Closed | None = None

    @property
    def act(self) -> Act | None:
        return Act(self.decision.act) if self.decision else None

    @property
    def since(self) -> datetime | None:
        return self.decision.at if self.decision else None

    def is_open(self) -> bool:
        """Would the gate have let this use pass? An agreement is no consent and opens none."""
        match self.statement.kind:
            case Kind.CONSENT:
                return bool(self.decision and self.decision.is_yes()) and self.closed is None
            case Kind.NOTICE:
                rests_on_ours = self.in_force is not None and self.in_force.can_be_objected_to()
                return rests_on_ours and self.closed is None and self.act != Act.OBJECTED
        return False


def standings_at(individual: Any, when: datetime, *, language: str | None = None) -> list[StandingAt]:
    """Every statement that was published by then, or answered. Three queries, however long the history is.

    `language`: for the words of what this person never answered.
    """
    decisions = latest_until(individual, when)
    versions = versions_until(when)
    read = {each.version_id for each in decisions.values()} | {each[-1].pk for each in versions.values()}
    objects = any(is_against_advertising(each) for each in decisions.values())
    then = Then(when, versions, wordings_of(read), language, objects)
    statements = {each.statement_id: each.statement for each in decisions.values()}
    statements |= {number: each[-1].statement for number, each in versions.items()}
    ordered = sorted(statements.values(), key=lambda each: (each.order, each.number))
    return [standing_at(then, each, decisions.get(each.pk)) for each in ordered]


@dataclass(frozen=True, slots=True)
class Then:
    """What was asked at that moment. Versions by statement, the one in force last."""

    when: datetime
    versions: dict[int, list[Version]]
    wordings: dict[int, list[Wording]]
    language: str | None
    no_advertising: bool  # to this person

    def words(self, version: Version, language: str | None) -> Wording | None:
        written = self.wordings.get(version.pk)
        return in_language(written, language or self.language) if written else None


def standing_at(then: Then, statement: Statement, decision: Decision | None) -> StandingAt:
    versions = then.versions.get(statement.pk, [])
    in_force = versions[-1] if versions else None
    read = decision.version if decision else in_force
    words = then.words(read, decision.language if decision else None) if read else None
    reason = closed(statement, decision, versions, then.when) or unwanted(then, decision, in_force)
    return StandingAt(statement, decision, in_force, words, reason)


def is_against_advertising(decision: Decision) -> bool:
    return decision.act == Act.OBJECTED and decision.version.is_for_advertising()


def unwanted(then: Then, decision: Decision | None, in_force: Version | None) -> Closed | None:
    if not (then.no_advertising and in_force and in_force.is_for_advertising()):
        return None
    return None if decision and decision.act == Act.OBJECTED else Closed.ADVERTISING


def closed(
    statement: Statement, decision: Decision | None, versions: Iterable[Version], when: datetime
) -> Closed | None:
    if statement.ended_at and statement.ended_at <= when:
        return Closed.ENDED
    if decision is None or not decision.is_yes():
        return None
    if any(
        each.ask_again and not each.old_counts and each.number > decision.version.number for each in versions
    ):
        return Closed.NEWER_WORDS
    over = until(decision)
    return Closed.TIME if over and over <= when else None


def latest_until(individual: Any, when: datetime) -> dict[int, Decision]:
    """By statement."""
    rows = (
        Decision.objects.filter(individual_id=individual.pk, at__lte=when)
        .select_related("statement", "version__statement", "shown", "paper")
        .defer("paper__note", "paper__file", "paper__file_name")
        .order_by("statement_id", "-at", "-pk")
        .distinct("statement_id")
    )
    return {row.statement_id: row for row in rows}


def versions_until(when: datetime) -> dict[int, list[Version]]:
    """By statement, the one in force last. What was published later had not asked anybody yet, whatever its day."""
    found: dict[int, list[Version]] = defaultdict(list)
    rows = Version.objects.filter(state=State.PUBLISHED, effective_at__lte=when, published_at__lte=when)
    for version in rows.select_related("statement").order_by("number"):
        found[version.statement_id].append(version)
    return found


def wordings_of(versions: set[int]) -> dict[int, list[Wording]]:
    found: dict[int, list[Wording]] = defaultdict(list)
    for wording in Wording.objects.filter(version__in=versions):
        found[wording.version_id].append(wording)
    return found
