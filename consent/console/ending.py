"""Ending a statement: nobody is asked any more and the use stops at once. Taking it up again is a word as well."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from consent import removal, resting
from consent.models import Standing, Statement
from consent.models.decisions import YES
from consent.publish import latest_published
from privacy import ledger
from privacy.vault.generations import begin_next


@transaction.atomic
def end(statement: Statement, *, by: UUID | None) -> bool:
    """The gate is shut for it in this transaction. False: somebody has ended it already."""
    rows: Any = Statement.objects.filter(pk=statement.pk, ended_at=None)
    if not rows.update(ended_at=timezone.now()):
        return False
    last = latest_published(statement)
    ledger.append(
        ledger.Kind.STATEMENT_WITHDRAWN,
        subject=None,
        actor=by,
        payload={
            "statement": statement.pk,
            "version": last.number if last else None,
            "version_hash": last.hash if last else None,
            "statement_kind": statement.kind,
        },
    )
    resting.ring(statement.association_id)  # type: ignore[arg-type]  # the column's default may be None
    return True


def call_off(statement: Statement) -> None:
    """What was to go because the use had ended stays with whoever still says yes, as after a new yes."""
    says_yes = Standing.objects.filter(individual=OuterRef("individual"), statement=statement, act__in=YES)
    announced: Any = removal.waiting().filter(Exists(says_yes), statement=statement)
    for uid in announced.exclude(rows_gone_at=None).values_list("individual_id", flat=True):
        begin_next(uid, statement.number)
    announced.update(cancelled_at=timezone.now())


@transaction.atomic
def take_up(statement: Statement, *, by: UUID | None) -> bool:
    """Whoever had said yes to it has said yes to it: the words are the same. False: it is asked already."""
    rows: Any = Statement.objects.exclude(ended_at=None).filter(pk=statement.pk)
    if not rows.update(ended_at=None):
        return False
    call_off(statement)
    payload = {"model": statement._meta.label_lower, "row": statement.pk}
    ledger.append(ledger.Kind.ROW_CHANGED, subject=None, actor=by, payload=payload)
    resting.ring(statement.association_id)  # type: ignore[arg-type]  # as above
    return True
