"""Third parties hear of a yes that counts no more although nobody took it back: newer words rest it, or the use ended.

The row that says so (Rest) and the notices are written in one transaction, a handful of people at a time: whoever is
killed has told nobody twice and forgotten nobody. When the same yes counts again they hear that as well.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from consent import gate, lock
from consent.decide import announce
from consent.models import Kind, Rest, Standing
from consent.models.decisions import YES
from privacy.tenancy import speaking_for

AT_ONCE: Final = 50  # of so many nobody can decide meanwhile
TURN: Final = 60.0  # seconds: well within the life of a task
Yeses = QuerySet[Standing]


def tell_all(association_id: UUID) -> int:
    """One turn. Returns of how many yeses was told; who is deciding right now is left to the next turn."""
    ends = monotonic() + TURN
    told = 0
    for which, tell in ((resting, stop), (awake, go_on)):
        while monotonic() < ends and (number := tell_some(association_id, which, tell)):
            told += number
    return told


def tell_some(
    association_id: UUID, which: Callable[[], Yeses], tell: Callable[[list[Standing]], None]
) -> int:
    with speaking_for(association_id):
        some = which().order_by("statement", "pk")[:AT_ONCE]
        free = not_deciding(some.values_list("pk", "individual_id", "statement_id"))
        # Read anew: a word that came between the two has told of itself.
        found = list(which().filter(pk__in=free).select_related("decision__version__statement"))
        tell(found)
        return len(found)


def not_deciding(rows: Iterable[tuple[int, UUID, int]]) -> list[int]:
    """The numbers of those standings that nobody changes until this transaction ends."""
    by_statement: dict[int, dict[UUID, int]] = defaultdict(dict)
    for pk, person, statement in rows:
        by_statement[statement][person] = pk
    return [
        people[person]
        for statement, people in by_statement.items()
        for person in lock.held(people, statement)
    ]


def yeses() -> Yeses:
    """What is over by time tells of itself (consent/expiry.py)."""
    return Standing.objects.filter(
        Q(until=None) | Q(until__gt=timezone.now()),
        act__in=YES,
        statement__kind=Kind.CONSENT,
        individual__erased_at=None,
    )


def resting() -> Yeses:
    """The gate is closed for them, and nobody has been told."""
    told = Rest.objects.filter(decision=OuterRef("decision"))
    rests = Q(statement__ended_at__isnull=False) | Q(Exists(gate.asked_again()))
    return yeses().filter(rests, ~Exists(told))


def awake() -> Yeses:
    """Others believe that they rest: the use was taken up again. Who asked for restriction is left in peace."""
    told = Rest.objects.filter(decision=OuterRef("decision"))
    return yeses().filter(
        Exists(told), ~Exists(gate.asked_again()), statement__ended_at=None, individual__restricted_at=None
    )


def stop(standings: list[Standing]) -> None:
    Rest.objects.bulk_create(
        Rest(individual_id=each.individual_id, decision_id=each.decision_id) for each in standings
    )
    for each in standings:
        notice("consent.withdrawn", each)


def go_on(standings: list[Standing]) -> None:
    Rest.objects.filter(decision__in=[each.decision_id for each in standings]).delete()
    for each in standings:
        notice("consent.given", each)


def notice(event: str, standing: Standing) -> None:
    """In the words in which it would be told had they said it themselves."""
    announce(event, standing.decision)


def ring(association_id: UUID) -> None:
    """Once the row is there for the worker to see: no press of a button waits for notices."""
    from consent.tasks import tell_of_rests  # noqa: PLC0415 the task calls tell_all() of this module

    name = str(association_id)
    transaction.on_commit(lambda: tell_of_rests.delay(name), robust=True)
