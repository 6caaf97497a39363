"""Carries out what was announced: the rows first, then the keys, so that the back-ups follow. A day late, never half.

One transaction: rows and ledger → files → keys under a new root → done. Each step is safe to repeat, so a crash
anywhere only means again.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from consent import lock
from consent.models import Removal, Statement
from consent.removal import held_by, no_yes, schedule_leftovers, waiting
from privacy import ledger
from privacy.declarations import Declaration
from privacy.delete import delete_rows, file_fields, stored_files
from privacy.tenancy import speaking_for
from privacy.vault import DestructionPending, current
from privacy.vault.files import delete_stored
from privacy.vault.generations import keys_of_purpose

log = logging.getLogger(__name__)
AT_ONCE: Final = 200


def nothing(_name: str) -> None:
    """Between two steps lies one effect on the world; tests stop the process there."""


step: Callable[[str], None] = nothing


def carry_out(association_id: UUID) -> int:
    """Everything whose day has come, in handfuls. Returns how many removals were ended."""
    with speaking_for(association_id):
        schedule_leftovers()
        statements = list(Statement.objects.filter(pk__in=due().values("statement")))
    for statement in statements:
        while remove_rows(association_id, statement) == AT_ONCE:
            pass
    step("rows")
    done = 0
    while number := destroy_keys(association_id):
        done += number
    return done


def due() -> "QuerySet[Removal]":
    """Art. 18: of whoever asked for restriction nothing is erased meanwhile either."""
    return waiting().filter(
        rows_gone_at=None,
        due_on__lte=timezone.localdate(),
        individual__restricted_at=None,
        individual__erased_at=None,
    )


def remove_rows(association_id: UUID, statement: Statement) -> int:
    """ONE transaction: the rows of many people, and the ledger says it of each. Who is deciding right now waits."""
    with speaking_for(association_id):
        found = due().filter(no_yes(statement), statement=statement).order_by("pk")
        people = lock.held(found.values_list("individual_id", flat=True)[:AT_ONCE], statement.pk)
        # Read anew: a yes that came between the two has called its removal off.
        removals = list(found.filter(individual__in=people))
        if not removals:
            return 0
        rows, files = take_away(held_by(statement), [each.individual_id for each in removals])
        Removal.objects.filter(pk__in=[each.pk for each in removals]).update(rows_gone_at=timezone.now())
        for each in removals:
            tell(each, statement, rows[each.individual_id])
        # After a crash here they are noise: unreadable once the key is gone, and found (privacy/vault/orphans.py).
        transaction.on_commit(partial(delete_files, association_id, files), robust=True)
        return len(removals)


def take_away(held: Iterable[Declaration], people: list[UUID]) -> tuple[Counter[UUID], list[str]]:
    """How many rows of each person went, and the names of their files."""
    gone: Counter[UUID] = Counter()
    files: list[str] = []
    for each in held:
        subject = str(each.subject)
        rows = each.model._base_manager.filter(**{f"{subject}__in": people})
        whose = dict(rows.values_list("pk", subject))
        files += stored_files(each.model, list(whose), file_fields(each.model))
        delete_rows(each.model, list(whose))
        gone.update(whose.values())
    return gone, files


def delete_files(association_id: UUID, names: list[str]) -> None:
    for name in names:
        delete_stored(association_id, name)


def tell(removal: Removal, statement: Statement, rows: int) -> None:
    keys = len(keys_of_purpose(removal.individual_id, statement.number))
    ledger.append(
        ledger.Kind.CONSENT_DATA_GONE,
        subject=removal.individual_id,
        actor=None,
        payload={"statement": statement.pk, "rows": rows, "keys": keys},
    )


def destroy_keys(association_id: UUID) -> int:
    """One new root for all of them. 0: there are none, or a place is away; then they stay open until the next time."""
    try:
        with speaking_for(association_id):
            removals = without_their_rows()
            if not removals:
                return 0
            current.forget({key for each in removals for key in doomed_keys(each)})
            step("forgotten")
            Removal.objects.filter(pk__in=[each.pk for each in removals]).update(done_at=timezone.now())
    except DestructionPending:
        log.exception("A place of the root cannot be reached: what a no takes away waits for its keys.")
        return 0
    return len(removals)


def without_their_rows() -> list[Removal]:
    """Nobody says yes again while their keys go, and writes with a key that is being destroyed."""
    ready = Removal.objects.filter(done_at=None).exclude(rows_gone_at=None).select_related("statement")
    by_statement: dict[int, list[UUID]] = {}
    for each in ready.order_by("pk")[:AT_ONCE]:
        by_statement.setdefault(each.statement_id, []).append(each.individual_id)
    free = {(uid, pk) for pk, people in by_statement.items() for uid in lock.held(people, pk)}
    people = {uid for uid, _pk in free}
    return [
        each
        for each in ready.filter(individual__in=people)
        if (each.individual_id, each.statement_id) in free
    ]


def doomed_keys(removal: Removal) -> list[bytes]:
    """All that sealed what is gone. Called off after the rows had gone: there is a later key by now, and that stays."""
    keys = keys_of_purpose(removal.individual_id, removal.statement.number)
    return keys[:-1] if removal.cancelled_at else keys
