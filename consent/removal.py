"""Data that rests on one yes alone goes after it is taken back, on a day that is told beforehand: Art. 17(1)(b)."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from consent.models import Decision, Removal, Statement
from privacy.declarations import Declaration
from privacy.inventory import declarations


def held_by(statement: Statement) -> list[Declaration]:
    """What this statement alone allows to be held: the declarations that carry its number."""
    return [each for each in declarations.about_people() if each.consent == statement.number]


def due_on(statement: Statement, today: date | None = None) -> date:
    return (today or timezone.now().date()) + timedelta(days=statement.erase_after_days)


def schedule(decision: Decision) -> None:
    """After a no. One statement where nothing is held on this yes alone, or it is scheduled already."""
    statement = decision.version.statement
    if held_by(statement):
        Removal.objects.bulk_create(
            [Removal(individual_id=decision.individual_id, statement=statement, due_on=due_on(statement))],
            ignore_conflicts=True,
        )


def cancel(decision: Decision) -> None:
    """After a yes: what has not gone yet stays."""
    if held_by(decision.version.statement):
        waiting: Any = Removal.objects.filter(
            individual_id=decision.individual_id,
            statement_id=decision.statement_id,
            cancelled_at=None,
            rows_gone_at=None,
        )
        waiting.update(cancelled_at=timezone.now())
