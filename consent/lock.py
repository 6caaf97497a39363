"""One decision at a time about one person and one statement: a lock that lasts until the transaction ends."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import connection

LOCK = 12  # the second half of the advisory lock's key: who else locks on a person and a statement?


def hold(individual_id: UUID, *statements: int) -> None:
    """Waits. Before the first answer there is no row to lock: without this a double click stores two.

    Who decides several things in one transaction holds all of them before the first: the ledger is locked behind them.
    """
    keys = [name(individual_id, statement) for statement in sorted(statements)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(key, %s)) FROM unnest(%s::text[]) AS key",
            [LOCK, keys],
        )


def held(people: Iterable[UUID], statement: int) -> Collection[UUID]:
    """Does not wait. Those people about whom nobody is deciding at this moment; it is held for them from now on."""
    by_name = {name(person, statement): person for person in people}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key FROM unnest(%s::text[]) AS key"
            " WHERE pg_try_advisory_xact_lock(hashtextextended(key, %s))",
            [list(by_name), LOCK],
        )
        return {by_name[key] for (key,) in cursor.fetchall()}


def name(individual_id: UUID, statement: int) -> str:
    return f"{individual_id} {statement}"
