"""A person's choices as they read them: what is asked, in whose words, and where they stand."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import get_language

from consent.audience import Facts, facts_of, fits
from consent.due import is_due_again, is_grown_up_since, is_over
from consent.models import Act, AskedAt, Asking, Decision, Kind, Standing, Statement, Version, Wording
from consent.removal import waiting
from privacy.everything import Read

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Choice:
    """One statement as it stands for one person. `standing` is None where they never answered."""

    statement: Statement
    version: Version
    wording: Wording
    standing: Standing | None
    asked_in: int = 0  # the last version in force that asks everybody again
    rested_in: int = 0  # the last version in force before which an older yes does not count
    goes_on: date | None = None  # the day on which what rests on this yes alone is erased
    objection: Standing | None = None  # what keeps it closed: it may be to other advertising
    grown_up: bool = False  # they answered as a child, or a guardian did, and decide alone by now
    in_vain: bool = False  # they said yes, and decide alone before a guardian answered

    def is_yes(self) -> bool:
        """As the gate sees it."""
        if self.standing is None or not self.standing.is_yes() or is_over(self.standing):
            return False
        return self.standing.version.number >= self.rested_in

    def is_pending(self) -> bool:
        """A yes that waits for a click in a letter."""
        return bool(self.standing and self.standing.act == Act.PENDING)

    def is_objected(self) -> bool:
        return self.objection is not None

    def must_ask_again(self) -> bool:
        """Newer words are in force, or time is up, and this person has not answered."""
        return self.why_again is not None

    @property
    def why_again(self) -> Asking.Why | None:
        if self.in_vain:
            return Asking.Why.AGE
        if self.standing is None or not self.standing.is_yes():
            return None
        if self.standing.version.number < self.asked_in:
            return Asking.Why.WORDS
        if self.grown_up:
            return Asking.Why.AGE
        return Asking.Why.TIME if is_due_again(self.standing) else None

    @property
    def since(self) -> datetime | None:
        return self.standing.since if self.standing else None

    @property
    def decision(self) -> Decision | None:
        return self.standing.decision if self.standing else None


def choices_of(
    individual: Any,
    *,
    language: str | None = None,
    kinds: Sequence[Kind] = (Kind.CONSENT, Kind.AGREEMENT),
    rows: Read | None = None,
) -> list[Choice]:
    """In the association's order, in the reader's language where it is written. Two queries; one if `rows` are read.

    What is asked of people like this one, and whatever they have answered already. A notice is shown to everybody: the
    gate lets its use pass for everybody, so everybody must be able to object.
    """
    answered = Exists(
        Standing.objects.filter(individual=individual.pk, statement=OuterRef("version__statement"))
    )
    facts = facts_of(individual)
    audience = fits(facts, timezone.localdate(), "version__statement__")
    told = Q(version__statement__kind=Kind.NOTICE)
    asked = asked_now(
        language=language, kinds=kinds, audience=answered | audience | told, about=individual.pk
    )
    answers = standings_of(individual) if rows is None else standings_among(rows)
    standings = {standing.statement_id: standing for standing in answers}
    return [
        choice_of(question, standings, facts) for question in asked if is_shown(question.statement, standings)
    ]


def standings_of(individual: Any) -> Any:
    """With what was ended at the age of deciding alone, as a parent had not answered (consent/ask_again.py)."""
    at_age = Asking.objects.filter(decision=OuterRef("decision"), why=Asking.Why.AGE)
    rows = Standing.objects.filter(individual_id=individual.pk)
    return rows.select_related("decision", "version__statement").annotate(
        ended_at_age=Q(act=Act.EXPIRED) & Exists(at_age)
    )


def standings_among(rows: Read) -> list[Any]:
    """The same, from everything that was read about a person."""
    decisions = {decision.pk: decision for decision in rows[Decision]}
    at_age = {asking.decision_id for asking in rows[Asking] if asking.why == Asking.Why.AGE}
    for standing in rows[Standing]:
        standing.decision = decisions[standing.decision_id]
        standing.version.statement = standing.statement
        standing.ended_at_age = standing.act == Act.EXPIRED and standing.decision_id in at_age
    return rows[Standing]


def is_shown(statement: Statement, answered: Collection[int]) -> bool:
    """What is asked of joiners alone stays away from whoever never answered it."""
    return statement.asked_at != AskedAt.JOINING or statement.kind == Kind.NOTICE or statement.pk in answered


def choice_of(question: "Question", standings: Mapping[int, Any], facts: Facts) -> Choice:
    standing = standings.get(question.statement.pk)
    is_consent = question.statement.kind == Kind.CONSENT
    grown_up = bool(standing and is_consent and is_grown_up_since(standing, facts))
    return Choice(
        standing=standing,
        objection=objection_to(question.version, standings),
        grown_up=grown_up,
        in_vain=bool(standing and (standing.ended_at_age or (grown_up and waits_for_guardian(standing)))),
        **question.as_asked(),
    )


def waits_for_guardian(standing: Standing) -> bool:
    """Of somebody who was a child. Where a click of their own is needed too, it may be that one: the sweep knows."""
    return standing.act == Act.PENDING and not standing.version.statement.double_opt_in


def objection_to(version: Version, standings: Mapping[int, Standing]) -> Standing | None:
    """As the gate sees it."""
    own = standings.get(version.statement_id)
    if own and own.act == Act.OBJECTED:
        return own
    if not version.is_for_advertising():
        return None
    against = [each for each in standings.values() if each.is_against_advertising()]
    return max(against, key=lambda each: each.since, default=None)


@dataclass(frozen=True, slots=True)
class Question:
    """A statement as it would be asked today."""

    statement: Statement
    version: Version
    wording: Wording
    asked_in: int = 0
    rested_in: int = 0
    goes_on: date | None = None

    def as_asked(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def asked_now(
    *,
    language: str | None = None,
    kinds: Sequence[Kind] = (Kind.CONSENT, Kind.AGREEMENT),
    joining: bool = False,
    audience: Any = None,
    about: UUID | None = None,
) -> list[Question]:
    """The versions in force with their words, in one query. `about`: and on which day data of this person goes."""
    removals = waiting().filter(individual=about, statement=OuterRef("version__statement"))
    wordings = (
        Wording.objects.filter(
            audience if audience is not None else Q(),
            version__in=Version.objects.current(),
            version__statement__kind__in=kinds,
            version__statement__ended_at=None,
        )
        .annotate(
            asked_in=last(ask_again=True),
            rested_in=last(ask_again=True, old_counts=False),
            goes_on=Subquery(removals.values("due_on")[:1]),
        )
        .select_related("version__statement")
        .order_by("version__statement__order", "version__statement__number")
    )
    if joining:
        wordings = wordings.exclude(version__statement__asked_at=AskedAt.PRIVACY)
    by_version: dict[int, list[Wording]] = {}
    for wording in wordings:
        by_version.setdefault(wording.version_id, []).append(wording)
    return [_question(in_language(same, language)) for same in by_version.values()]


def last(**which: bool) -> Coalesce:
    """The number of the last such version in force of the wording's statement."""
    versions = Version.objects.in_force().filter(statement=OuterRef("version__statement"), **which)
    return Coalesce(Subquery(versions.order_by("-number").values("number")[:1]), 0)


def _question(wording: Any) -> Question:
    version: Version = wording.version
    return Question(version.statement, version, wording, wording.asked_in, wording.rested_in, wording.goes_on)


def in_language(wordings: Iterable[Wording], language: str | None = None) -> Wording:
    """The reader's language, else English, else the first there is."""
    wanted = (language or get_language() or FALLBACK).split("-")[0]
    by_language = {wording.language: wording for wording in wordings}
    return by_language.get(wanted) or by_language.get(FALLBACK) or next(iter(by_language.values()))
