"""Art. 21: a use that rests on our own interest ends with a person's objection, and we answer for going on with it.

Against advertising an objection is absolute: nobody answers it, and nobody but the person can end it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Unpack
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max, QuerySet

from consent import advertising, lock
from consent.advertising import is_absolute
from consent.choices import in_language
from consent.decide import IN_LEDGER, How, lift, object_to
from consent.models import Act, Channel, Decision, Standing, Version
from privacy.ledger.models import Evidence
from privacy.requests import close_request, open_request
from privacy.requests.models import AlreadyClosed, Kind, Request, State

LOCK: Final = (
    14  # of pg_advisory_xact_lock: what a person objects to, and our answer to it, one after the other
)
NEVER: Final = datetime.min.replace(tzinfo=UTC)


class SeenOtherwise(RuntimeError):  # noqa: N818  it says what is the case
    """What is answered is not what the person objects to by now."""


@transaction.atomic
def object_now(individual: Any, version: Version, **how: Unpack[How]) -> Decision:
    """The use ends at once; where we may have grounds to go on, a request opens and its clock runs.

    A reason that the person gives stands in `how["evidence"]["reason"]`. Raises NothingToDecide.
    """
    _one_after_the_other(individual.pk)
    again = _objections(individual.pk).filter(statement_id=version.statement_id).exists()
    decision = object_to(individual, version, **how)
    if not again and not is_absolute(version):
        open_request(individual, Kind.OBJECTION, actor=how["actor"], channel=_channel(how["channel"]))
    return decision


@transaction.atomic
def lift_now(individual: Any, version: Version, **how: Unpack[How]) -> Decision | None:
    """The person takes it back; against advertising, whatever they have objected to of it: a decision each.

    Any of those uses could not begin again otherwise. The first decision is returned, None where there was none.
    """
    _one_after_the_other(individual.pk)
    others = advertising.objections(individual.pk).exclude(statement=version.statement_id)
    with_it = list(others.select_related("decision", "version__statement")) if is_absolute(version) else []
    lock.hold(individual.pk, version.statement_id, *(each.statement_id for each in with_it))
    lifts = [(version, how["language"]), *((each.version, each.decision.language) for each in with_it)]
    return _lift(individual, lifts, how)


@transaction.atomic
def take_back(decision: Decision, **how: Unpack[How]) -> None:
    """Only this objection: whatever was objected to before it stays so."""
    _one_after_the_other(decision.individual_id)
    _lift(decision.individual, [(decision.version, how["language"])], how)


def _lift(individual: Any, lifts: Iterable[tuple[Version, str]], how: How) -> Decision | None:
    """A request that asked for nothing else is taken back with it."""
    came_of_it = _came_of_objections(individual.pk)
    each_in: list[tuple[Version, How]] = [(version, {**how, "language": read}) for version, read in lifts]
    decisions = [decision for version, said in each_in if (decision := lift(individual, version, **said))]
    if decisions and came_of_it and not waiting(individual.pk).exists():
        close_request(individual, Kind.OBJECTION, state=State.CANCELLED, actor=how["actor"])
    return decisions[0] if decisions else None


def waiting(individual_id: UUID) -> QuerySet[Standing]:
    """Objections of a person that we have not answered."""
    ours = _objections(individual_id).filter(since__gt=_answered_last(individual_id))
    now = Version.objects.current().for_advertising().values("statement")
    return ours.exclude(version__in=Version.objects.for_advertising()).exclude(statement__in=now)


def open_objection(individual_id: UUID) -> Request | None:
    """The request that we have yet to answer."""
    return Request.objects.filter(individual_id=individual_id, kind=Kind.OBJECTION, state=State.OPEN).first()


@transaction.atomic
def answer(asked: Request, *, reason: str, refused: bool, seen: Iterable[UUID], actor: UUID) -> None:
    """Refused with grounds the uses go on; done they stay ended. `seen`: the decisions that staff answer.

    Raises SeenOtherwise where the person has objected to more, or to less, since; AlreadyClosed.
    """
    _one_after_the_other(asked.individual_id)
    if not Request.objects.filter(pk=asked.pk, state=State.OPEN).exists():
        raise AlreadyClosed
    standings = list(waiting(asked.individual_id).select_related("decision", "version__statement"))
    if {standing.decision_id for standing in standings} != set(seen):
        raise SeenOtherwise
    lock.hold(asked.individual_id, *(standing.statement_id for standing in standings))
    for standing in standings if refused else ():
        language = standing.decision.language
        lift(asked.individual, standing.version, channel=Channel.STAFF, actor=actor, language=language)
    asked.close(State.REFUSED if refused else State.DONE, actor=actor, reason=reason)


@dataclass(frozen=True, slots=True)
class Objection:
    """What a person objects to, as whoever answers reads it."""

    decision: Decision
    name: str
    reason: str


def read(individual_id: UUID) -> list[Objection]:
    """All that wait for an answer. It shows the person's own words: leave a trace of it."""
    return [Objection(each, _name_of(each), reason_of(each)) for each in _unanswered(individual_id)]


def names(individual_id: UUID, language: str) -> list[str]:
    return [_name_of(each, language) for each in _unanswered(individual_id)]


def _unanswered(individual_id: UUID) -> list[Decision]:
    """The first one first."""
    standings = waiting(individual_id).select_related("decision__version").order_by("since")
    return [each.decision for each in standings.prefetch_related("decision__version__wordings")]


def _name_of(decision: Decision, language: str | None = None) -> str:
    return in_language(decision.version.wordings.all(), language).name


def reason_of(decision: Decision) -> str:
    """What the person wrote with it: sealed beside the ledger."""
    entries = Evidence.objects.filter(
        individual_id=decision.individual_id,
        entry__kind=f"consent.{Act.OBJECTED}",
        entry__payload__decision=str(decision.pk),
    )
    evidence = entries.first()
    return str(evidence.content["evidence"].get("reason", "")) if evidence and evidence.content else ""


def _objections(individual_id: UUID) -> QuerySet[Standing]:
    return Standing.objects.filter(individual_id=individual_id, act=Act.OBJECTED)


def _answered_last(individual_id: UUID) -> datetime:
    ours = Request.objects.filter(individual_id=individual_id, kind=Kind.OBJECTION)
    return ours.aggregate(last=Max("answered_at"))["last"] or NEVER


def _came_of_objections(individual_id: UUID) -> bool:
    """Did the open request begin with an objection to a use? One that asked for something else stays open."""
    opened = Request.objects.filter(
        individual_id=individual_id, kind=Kind.OBJECTION, state=State.OPEN
    ).first()
    if opened is None:
        return False
    before = {"at__gt": _answered_last(individual_id), "at__lte": opened.received_at}
    acts = Decision.objects.filter(individual_id=individual_id, act=Act.OBJECTED, **before)
    return acts.exclude(version__in=Version.objects.for_advertising()).exists()


def _channel(channel: Channel) -> str:
    return IN_LEDGER.get(channel, str(channel))


def _one_after_the_other(individual_id: UUID) -> None:
    """Before the locks of the decision and the ledger, and by all in this order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [str(individual_id), LOCK])
