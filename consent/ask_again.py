"""Asks by mail what is to be answered anew: one letter for each person, about all of it, and once for each reason.

The row that says so and the letter are written in one transaction, and one sweep at a time does it for an association:
whoever is killed leaves nobody with two letters, and nobody with none.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from consent import complete, guardians
from consent.audience import facts_of
from consent.due import BEFORE, is_due_again, is_grown_up_since
from consent.models import Asking, Decision, Guardian, Kind, Standing, Version, Wording
from consent.models.decisions import YES
from consent.reasons import Reason
from privacy.inventory import association_model, individual_model
from privacy.mail import write_to
from privacy.tenancy import speaking_for

AT_ONCE: Final = 100
LOCK: Final = 13  # of pg_try_advisory_xact_lock: one sweep at a time for an association
Questions = dict[UUID, list["Due"]]


class WouldAskAgain(RuntimeError):  # noqa: N818  it says what is the case
    """The rows do not say that these people were asked: no letter leaves, rather than one at each sweep."""


@dataclass(frozen=True, slots=True)
class Due:
    """A yes that is asked about, and why: for each reason the version with which it is a question of its own."""

    standing: Any
    why: dict[Asking.Why, int]

    def rows(self) -> Iterator[Asking]:
        for why, version in self.why.items():
            yield Asking(
                individual_id=self.standing.individual_id,
                version_id=version,
                decision_id=self.standing.decision_id,
                why=why,
            )


def ask_all(association_id: UUID) -> int:
    """Returns how many people were asked."""
    asked = number = ask_some(association_id)
    while number == AT_ONCE:
        number = ask_some(association_id)
        asked += number
    return asked


def ask_some(association_id: UUID) -> int:
    """A handful: the same number of statements to find them, however many they are."""
    with speaking_for(association_id):
        if not is_alone(association_id):
            return 0
        people = [*whom_to_ask()[:AT_ONCE]]
        asked = ask(questions_of(people)) if people else 0
        if asked and whom_to_ask().filter(individual__in=people).exists():
            raise WouldAskAgain
        return asked


def ask_grown_ups(association_id: UUID) -> int:
    """Birthdays are sealed, so whoever had a guardian is looked at one by one, once a day: on the day it is there."""
    with timezone.override(zone_of(association_id)):
        with speaking_for(association_id):
            people = guardians.who_decides_alone()
        return sum(ask_grown_up(association_id, uid) for uid in people)


def ask_grown_up(association_id: UUID, uid: UUID) -> int:
    """Nobody answers for them any more, in the same transaction: without the guardian they would not be found.

    One person in each: the ledger is locked from the first answer that ends.
    """
    with speaking_for(association_id):
        if not is_alone(association_id) or not guardians.who_decides_alone(pk=uid):
            return 0
        waiting = guardians.hold(uid)
        questions = grown_up(uid)
        questions[uid] += in_vain(complete.end_in_vain(waiting))
        asked = ask({uid: found for uid, found in questions.items() if found})
        guardians.let_go(uid)
        return asked


def zone_of(association_id: UUID) -> str:
    """Pages reckon ages on the association's day: at night a letter must not be ahead of them."""
    zone: str = association_model()._base_manager.values_list("time_zone", flat=True).get(pk=association_id)
    return zone


def is_alone(association_id: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, %s))", [str(association_id), LOCK]
        )
        return bool(cursor.fetchone()[0])


def yeses() -> "QuerySet[Standing]":
    """Of people who are not left in peace (Art. 18), with the last version that asks them anew."""
    asking = Version.objects.in_force().filter(
        statement=OuterRef("statement"), number__gt=OuterRef("version__number"), ask_again=True
    )
    return Standing.objects.filter(
        act__in=YES,
        statement__ended_at=None,
        statement__kind__in=[Kind.CONSENT, Kind.AGREEMENT],
        individual__restricted_at=None,
        individual__erased_at=None,
    ).annotate(
        asking=Subquery(asking.order_by("-number").values("pk")[:1]),
        rests=Exists(asking.filter(old_counts=False)),
    )


def not_asked(why: Asking.Why, **which: Any) -> Q:
    return Q(~Exists(Asking.objects.filter(decision=OuterRef("decision"), why=why, **which)))


def for_words() -> Q:
    return Q(asking__isnull=False)


def for_time(now: datetime) -> Q:
    """What is over is no question any more."""
    return Q(until__lte=now + BEFORE, until__gt=now)


def whom_to_ask() -> "QuerySet[Any, UUID]":
    words = for_words() & not_asked(Asking.Why.WORDS, version=OuterRef("asking"))
    time = for_time(timezone.now()) & not_asked(Asking.Why.TIME)
    found = yeses().filter(words | time).order_by("individual")
    return found.values_list("individual", flat=True).distinct()


def questions_of(people: Iterable[UUID]) -> Questions:
    """All that is open for them, so that one letter says it all; what was asked before is named again."""
    found: Questions = defaultdict(list)
    rows = yeses().filter(for_words() | for_time(timezone.now()), individual__in=people)
    for standing in in_order(rows):
        found[standing.individual_id].append(Due(standing, reasons_for(standing)))
    return found


def reasons_for(standing: Any) -> dict[Asking.Why, int]:
    """Both, where both hold: they are one question in one letter. The first one is told."""
    words = {Asking.Why.WORDS: standing.asking} if standing.asking else {}
    return words | ({Asking.Why.TIME: standing.version_id} if is_due_again(standing) else {})


def grown_up(uid: UUID) -> Questions:
    found: Questions = defaultdict(list)
    has_guardian = Exists(Guardian.objects.filter(individual=OuterRef("individual")))
    rows = yeses().filter(
        has_guardian, not_asked(Asking.Why.AGE), individual=uid, statement__kind=Kind.CONSENT
    )
    for standing in in_order(rows.select_related("individual")):
        if is_grown_up_since(standing, facts_of(standing.individual)):
            found[uid].append(Due(standing, {Asking.Why.AGE: standing.version_id}))
    return found


def in_vain(ended: list[Decision]) -> list[Due]:
    """Their yes never counted: what is still asked is asked of them alone."""
    rows = Standing.objects.filter(decision__in=ended, statement__ended_at=None)
    return [Due(standing, {Asking.Why.AGE: standing.version_id}) for standing in in_order(rows)]


def in_order(rows: "QuerySet[Standing]") -> "QuerySet[Standing]":
    return rows.select_related("version", "statement", "decision").order_by(
        "statement__order", "statement__number"
    )


def ask(questions: Questions) -> int:
    """Three statements for all of them, and the letters."""
    if not questions:
        return 0
    dues = [due for found in questions.values() for due in found]
    people = individual_model()._base_manager.select_related("association").in_bulk(list(questions))
    Asking.objects.bulk_create((row for due in dues for row in due.rows()), ignore_conflicts=True)
    words = words_for(dues)
    for uid, found in questions.items():
        write(people[uid], [reason_of(due, words) for due in found])
    return len(questions)


def write(individual: Any, reasons: list[Reason]) -> None:
    link = individual.association.url(reverse("consent:again"))
    write_to(individual, "consent/mail/again", {"questions": reasons, "link": link})


def words_for(dues: Iterable[Due]) -> dict[int, list[Wording]]:
    """By version, in every language: those that people said yes to, and those in force."""
    then = {due.standing.version_id for due in dues}
    found: dict[int, list[Wording]] = defaultdict(list)
    wordings = Wording.objects.filter(Q(version__in=then) | Q(version__in=Version.objects.current()))
    for wording in wordings.select_related("version__statement"):
        found[wording.version_id].append(wording)
    return found


def reason_of(due: Due, words: dict[int, list[Wording]]) -> Reason:
    of_statement = [
        same for same in words.values() if same[0].version.statement_id == due.standing.statement_id
    ]
    now = max(of_statement, key=lambda same: same[0].version.number)
    counts = due.standing.is_yes() and not due.standing.rests
    return Reason(due.standing, next(iter(due.why)), counts, now, words[due.standing.version_id])
