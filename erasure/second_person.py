"""Who may approve: somebody else than whoever asked, and nobody who lately had a hand in the person's login.

Whoever brings in an address of their own could sign in as the person, ask in their name, and approve that.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils import timezone

from privacy.ledger.kinds import Kind
from privacy.ledger.models import LedgerEntry

LATELY: Final = timedelta(days=30)
A_DAY: Final = timedelta(days=1)
CHANGED: Final = {Kind.EMAIL_ASKED, Kind.LOGIN_RESET}
IN_CONSOLE: Final = {Kind.ROW_ADDED, Kind.ROW_CHANGED}
INVITED: Final = {Kind.INDIVIDUAL_CREATED, Kind.INDIVIDUAL_INFORMED}
LOGIN: Final = "ams.account"  # the label of the login's rows in the ledger


def had_a_hand(individual_id: UUID, actor: UUID) -> bool:
    return actor != individual_id and actor in hands_on_login(individual_id)


def hands_on_login(individual_id: UUID) -> set[UUID | None]:
    """Who changed, invited or reset it lately, the person included. An invitation counts once it is used."""
    kinds = [*CHANGED, *IN_CONSOLE, *INVITED, Kind.LOGIN_CLAIMED]
    entries = list(LedgerEntry.objects.filter(subject_uid=individual_id, at__gte=since(), kind__in=kinds))
    hands = {entry.actor_uid for entry in entries if is_change(entry)}
    if any(entry.kind == Kind.LOGIN_CLAIMED for entry in entries):
        hands |= {who for entry in entries if entry.kind in INVITED for who in inviters(entry)}
    return hands


def since() -> datetime:
    return timezone.now() - LATELY


def is_change(entry: LedgerEntry) -> bool:
    return entry.kind in CHANGED or (entry.kind in IN_CONSOLE and entry.payload.get("model") == LOGIN)


def inviters(entry: LedgerEntry) -> set[UUID | None]:
    """Who entered the person; of a list, everybody who brought one in about when the letter was written."""
    if entry.kind == Kind.INDIVIDUAL_CREATED:
        return {entry.actor_uid}
    if entry.payload.get("channel") != "import":
        return set()
    about_then = (entry.at - A_DAY, entry.at + A_DAY)
    lists = LedgerEntry.objects.filter(kind=Kind.IMPORT_DONE, at__range=about_then)
    return set(lists.values_list("actor_uid", flat=True))
