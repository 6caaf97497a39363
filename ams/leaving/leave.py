"""A member ends the membership. The day in the row decides (`lasts`); the sweep only writes down that it is past.

What was agreed to when joining binds as long as the membership lasts: this is the way out of it.
"""

from calendar import isleap
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ams.mailing import write_to
from ams.models import Association, Individual, Membership
from ams.models.membership import lasts
from privacy import ledger
from privacy.ledger.kinds import Kind
from privacy.ledger.models import LedgerEntry
from privacy.tenancy import speaking_for
from webhooks.publish import publish


def held_by(individual: Individual) -> QuerySet[Membership]:
    return Membership.objects.filter(lasts(), individual_id=individual.pk).select_related("type")


def held_after(individual: Individual, day: date) -> QuerySet[Membership]:
    """What can still be ended with that day: it has no end, or a later one."""
    return held_by(individual).exclude(runs_until__lte=day)


def last_days(memberships: list[Membership], today: date) -> list[date]:
    """From which a member chooses: today, and the last day of a year that the fee is for, unless it ends before."""
    years = {each: year_ends(each.began_on, today) for each in memberships}
    earlier = {day for each, day in years.items() if each.ended_on is None or day < each.ended_on}
    return sorted({today, *earlier})


def year_ends(began_on: date, today: date) -> date:
    """The day before the next anniversary of joining."""
    year = today.year + (anniversary(began_on, today.year) <= today)
    return anniversary(began_on, year) - timedelta(days=1)


def anniversary(began_on: date, year: int) -> date:
    if (began_on.month, began_on.day) == (2, 29) and not isleap(year):
        return date(year, 3, 1)
    return began_on.replace(year=year)


@transaction.atomic
def leave(
    individual: Individual, last_day: date, *, reason: str, actor: UUID, channel: str = "profile"
) -> bool:
    """False: nothing was left to end, or it was ended in another tab. `channel`: how the member told us."""
    rows = list(held_after(individual, last_day).select_for_update(of=("self",)))
    instead = {row.pk: row.ended_on for row in rows}
    for row in rows:
        row.ended_on, row.reason_for_leaving = max(last_day, row.began_on), reason or None
        row.save(update_fields=["ended_on", "reason_for_leaving"])
    if rows:
        write_to(individual, "leaving/mail/ends", {"memberships": lines_of(rows)})
    for row in rows:
        record(Kind.MEMBERSHIP_LEAVING, row, actor=actor, channel=channel, instead_of=instead[row.pk])
    return bool(rows)


@transaction.atomic
def stay(individual: Individual, *, actor: UUID) -> bool:
    """Until the last day is over, back to what it was before. What staff ended stays ended: False."""
    ending = held_by(individual).exclude(runs_until=None).select_for_update(of=("self",))
    wishes = [(row, wish) for row in ending if (wish := own_wish(row))]
    rows = [row for row, _wish in wishes]
    for row, wish in wishes:
        before = wish.payload.get("instead_of")
        row.ended_on, row.reason_for_leaving = before and date.fromisoformat(before), None
        row.save(update_fields=["ended_on", "reason_for_leaving"])
    if rows:
        write_to(individual, "leaving/mail/goes_on", {"memberships": lines_of(rows)})
    for row in rows:
        record(Kind.MEMBERSHIP_KEPT, row, actor=actor, channel="profile")
    return bool(rows)


def own_wish(membership: Membership) -> LedgerEntry | None:
    """That the member chose this last day, if so. Then the member may call it off."""
    if membership.ended_on is None:
        return None
    said = {"membership": membership.pk, "ends_on": str(membership.ended_on)}
    entries = LedgerEntry.objects.filter(
        kind=Kind.MEMBERSHIP_LEAVING, subject_uid=membership.individual_id, payload__contains=said
    )
    return entries.order_by("-seq").first()


def write_down_the_past(association: Association) -> None:
    """Whose last day is over, one after the other: the ledger is locked behind each."""
    with at_home(association):
        numbers = list(over().values_list("pk", flat=True))
    for pk in numbers:
        with at_home(association):
            end(pk)


@contextmanager
def at_home(association: Association) -> Iterator[None]:
    """One transaction, on the association's clock."""
    with speaking_for(association.pk), timezone.override(association.time_zone):
        yield


def end(pk: int) -> None:
    """Whoever has their data learns that something changed."""
    row = over().filter(pk=pk).select_for_update().first()
    if row is None:
        return
    row.state = Membership.State.ENDED
    row.save(update_fields=["state"])
    publish("individual.updated", subject=row.individual_id, data={"fields": ["membership"]})
    record(Kind.MEMBERSHIP_ENDED, row, actor=None, channel="system")


def over() -> QuerySet[Membership]:
    return Membership.objects.filter(state__in=Membership.HELD, runs_until__lt=timezone.localdate())


def record(kind: Kind, row: Membership, *, actor: UUID | None, channel: str, **more: date | None) -> None:
    """Last in its transaction."""
    payload: dict[str, Any] = {"membership": row.pk, "ends_on": row.ended_on, "channel": channel, **more}
    ledger.append(kind, subject=row.individual_id, actor=actor, payload=payload)


def lines_of(memberships: list[Membership]) -> list[dict[str, Any]]:
    return [{"name": each.type.name, "ends_on": each.ended_on} for each in memberships]
