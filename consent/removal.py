"""Data that rests on one yes alone goes after it is taken back, on a day that is told beforehand: Art. 17(1)(b)."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from consent.models import Decision, Kind, Removal, Standing, Statement
from consent.models.decisions import YES
from privacy.declarations import Declaration
from privacy.inventory import declarations
from privacy.vault.generations import begin_next, keys_of_purpose


def held_by(statement: Statement) -> list[Declaration]:
    """What this statement alone allows to be held: the declarations that carry its number."""
    return [each for each in declarations.about_people() if each.consent == statement.number]


def due_on(statement: Statement, today: date | None = None) -> date:
    return (today or timezone.localdate()) + timedelta(days=statement.erase_after_days)


def waiting() -> "QuerySet[Removal]":
    """Announced, and neither called off nor done."""
    return Removal.objects.filter(cancelled_at=None, done_at=None)


def schedule(decision: Decision) -> None:
    """After a no. Nothing where nothing was ever written by this yes; once where it is scheduled already.

    The key says so, and not the rows: what the person took out themselves lies in the back-ups still.
    """
    statement = decision.version.statement
    if held_by(statement) and keys_of_purpose(decision.individual_id, statement.number):
        announce(statement, [decision.individual_id])


def announce(statement: Statement, people: list[UUID]) -> None:
    Removal.objects.bulk_create(
        [Removal(individual_id=uid, statement=statement, due_on=due_on(statement)) for uid in people],
        ignore_conflicts=True,
    )


def cancel(decision: Decision) -> None:
    """After a yes: what has not gone yet stays. What has gone is made unreadable all the same, and nothing newer."""
    statement = decision.version.statement
    if not held_by(statement):
        return
    open_ones: Any = waiting().filter(individual_id=decision.individual_id, statement=statement)
    if open_ones.exclude(rows_gone_at=None).exists():
        begin_next(decision.individual_id, statement.number)
    open_ones.update(cancelled_at=timezone.now())


def schedule_leftovers() -> int:
    """The net: what is held on a yes that does not stand (a late writer, a use that has ended) gets its day too."""
    found = 0
    for statement in Statement.objects.filter(kind=Kind.CONSENT):
        people = {uid for each in held_by(statement) for uid in people_without_yes(statement, each)}
        announce(statement, sorted(people))
        found += len(people)
    return found


def people_without_yes(statement: Statement, declaration: Declaration) -> "QuerySet[Any, UUID]":
    """Whose rows they are, where nothing is announced yet."""
    subject = str(declaration.subject)
    announced = waiting().filter(individual=OuterRef(subject), statement=statement)
    rows = declaration.model._base_manager.filter(~Exists(announced), no_yes(statement, subject))
    return rows.values_list(subject, flat=True).distinct()


def no_yes(statement: Statement, individual: str = "individual") -> Q:
    """Of rows that lead to a person: whatever was said, once a use has ended no yes keeps anything."""
    if statement.ended_at:
        return Q()
    said = Standing.objects.filter(individual=OuterRef(individual), statement=statement, act__in=YES)
    return Q(~Exists(said))
