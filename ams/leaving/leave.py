"""A member ends the membership. The day in the row decides (`lasts`); the sweep only writes down that it is past.

What was agreed to when joining binds as long as the membership lasts: this is the way out of it.
"""

from calendar import isleap
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ams.mailing import write_to
from ams.models import Individual, Membership
from ams.models.membership import lasts
from privacy import ledger
from privacy.ledger.kinds import Kind
from privacy.ledger.models import LedgerEntry
from webhooks.publish import publish


def held_by(individual: Individual) -> QuerySet[Membership]:
    return Membership.objects.filter(lasts(), individual_id=individual.pk).select_related("type")


def last_days(memberships: list[Membership], today: date) -> list[date]:
    """From which a member chooses: today, and the last day of a year that the fee is for."""
    years = {year_ends(each.began_on, today) for each in memberships}
    return sorted({today, *years})


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
    rows = list(held_by(individual).filter(ended_on=None).select_for_update(of=("self",)))
    for row in rows:
        row.ended_on, row.reason_for_leaving = max(last_day, row.began_on), reason or None
        row.save(update_fields=["ended_on", "reason_for_leaving"])
    if rows:
        write_to(individual, "leaving/mail/ends", {"memberships": lines_of(rows)})
    for row in rows:
        record(Kind.MEMBERSHIP_LEAVING, row, actor=actor, channel=channel)
    return bool(rows)


@transaction.atomic
def stay(individual: Individual, *, actor: UUID) -> bool:
    """Until the last day is over. What staff ended stays ended: False."""
    ending = held_by(individual).exclude(ended_on=None).select_for_update(of=("self",))
    rows = [row for row in ending if is_own_wish(row)]
    for row in rows:
        row.ended_on = row.reason_for_leaving = None
        row.save(update_fields=["ended_on", "reason_for_leaving"])
    if rows:
        write_to(individual, "leaving/mail/goes_on", {"memberships": lines_of(rows)})
    for row in rows:
        record(Kind.MEMBERSHIP_KEPT, row, actor=actor, channel="profile")
    return bool(rows)


def is_own_wish(membership: Membership) -> bool:
    """Did the member choose this last day? Then the member may call it off."""
    said = {"membership": membership.pk, "ends_on": str(membership.ended_on)}
    entries = LedgerEntry.objects.filter(
        kind=Kind.MEMBERSHIP_LEAVING, subject_uid=membership.individual_id, payload__contains=said
    )
    return membership.ended_on is not None and entries.exists()


def write_down_the_past() -> None:
    """Of the association that speaks: whose last day is over. Whoever has their data learns that something changed."""
    for pk in list(over().values_list("pk", flat=True)):
        end(pk)


@transaction.atomic
def end(pk: int) -> None:
    row = over().filter(pk=pk).select_for_update().first()
    if row is None:
        return
    row.state = Membership.State.ENDED
    row.save(update_fields=["state"])
    publish("individual.updated", subject=row.individual_id, data={"fields": ["membership"]})
    record(Kind.MEMBERSHIP_ENDED, row, actor=None, channel="system")


def over() -> QuerySet[Membership]:
    return Membership.objects.filter(state__in=Membership.HELD, ended_on__lt=timezone.localdate())


def record(kind: Kind, row: Membership, *, actor: UUID | None, channel: str) -> None:
    """Last in its transaction."""
    payload: dict[str, Any] = {"membership": row.pk, "ends_on": row.ended_on, "channel": channel}
    ledger.append(kind, subject=row.individual_id, actor=actor, payload=payload)


def lines_of(memberships: list[Membership]) -> list[dict[str, Any]]:
    return [{"name": each.type.name, "ends_on": each.ended_on} for each in memberships]
