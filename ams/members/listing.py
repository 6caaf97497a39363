"""Who is listed, in memory: for order, numbers and search by name. Whoever is shown is asked about anew (read.py).

One listing per association and process, read again as soon as somebody has decided, been erased or changed, and
after a minute in any case: a yes can also end by time, or rest.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final
from uuid import UUID

from django.db.models import Aggregate, BinaryField, Count, Max
from django.utils import timezone

from ams import directory
from ams.directory import GAP, REST, lines_with
from ams.members.access import active, listed
from ams.members.entry import shown_by
from ams.models import DirectoryEntry
from ams.uses import DIRECTORY
from consent.models import Decision, Statement, Version
from privacy.folding import fold

A_MINUTE: Final = 60.0
LATE: Final = timedelta(
    minutes=5
)  # a change is seen although its transaction ended so long after it was made
MOST: Final = 200  # people whom one search finds
SIZE: Final = 16  # of a uid in bytes


class Uids(Aggregate):
    """Tens of thousands of uids as one value: row by row they would take a third of a second."""

    template = "string_agg(uuid_send(%(expressions)s), ''::bytea)"
    output_field = BinaryField()


@dataclass(slots=True)
class Listing:
    """One folded text with a line per person, as in the staff's directory, but of names alone."""

    sign: Any = None  # changes with every decision
    order: list[UUID] | None = None  # of the directory, when it was read
    read_at: float = 0.0
    people: list[UUID] = field(default_factory=list)
    text: str = ""
    starts: list[int] = field(default_factory=list)
    shows_country: dict[UUID, tuple[datetime, bool]] = field(default_factory=dict)
    entries_at: datetime | None = None
    by_country: dict[str, list[UUID]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def catch_up(self, association_id: UUID) -> None:
        staff = directory.caught_up(association_id)
        is_new, now = self.read_entries(), sign()
        if (
            is_new
            or now != self.sign
            or staff.order is not self.order
            or monotonic() - self.read_at > A_MINUTE
        ):
            self.read_at, self.sign, self.order = monotonic(), now, staff.order
            self.join(staff, allowed())

    def read_entries(self) -> bool:
        """Of each entry only whether it shows the country, and only of those that changed."""
        since, self.entries_at = self.entries_at, timezone.now()
        rows = DirectoryEntry.objects.order_by()
        if since:
            recent = rows.filter(changed_at__gte=since - LATE).values_list("individual", "changed_at")
            fresh = [uid for uid, at in recent if self.shows_country.get(uid, (None,))[0] != at]
            rows = rows.filter(individual__in=fresh) if fresh else rows.none()
        changed = {
            row.individual_id: (row.changed_at, "country" in shown_by(row))
            for row in rows.only("individual", "shows", "changed_at")
        }
        self.shows_country |= changed
        return bool(changed)

    def join(self, staff: directory.Directory, uids: set[bytes]) -> None:
        self.people = [uid for uid in staff.order if uid.bytes in uids]
        names = [staff.lines.get(uid, "").partition(REST)[0] for uid in self.people]
        self.text, self.starts, at = GAP.join(names), [], 0
        for name in names:
            self.starts.append(at)
            at += len(name) + len(GAP)
        self.by_country = {}
        for uid in self.people:
            found = staff.people.get(uid)
            if found and found.country and self.shows_country.get(uid, (None, False))[1]:
                self.by_country.setdefault(found.country, []).append(uid)

    def search(self, text: str) -> list[UUID]:
        """Everybody whose name holds each word: an e-mail that somebody keeps to themselves is not tried out here."""
        words = sorted(fold(text.replace(GAP, " ")).split(), key=len, reverse=True)
        found = []
        for line in lines_with(self.text, self.starts, words[0]) if words else ():
            end = self.starts[line + 1] - len(GAP) if line + 1 < len(self.starts) else len(self.text)
            if all(self.text.find(word, self.starts[line], end) >= 0 for word in words[1:]):
                found.append(self.people[line])
                if len(found) == MOST:
                    break
        return found


@dataclass(frozen=True, slots=True)
class Found:
    """`countries`: each with the number of people who show that they live there."""

    people: Sequence[UUID]
    listed: int
    countries: dict[str, int]


listings: dict[UUID, Listing] = {}


def find(association_id: UUID, text: str = "", country: str = "") -> Found:
    """Of the association that speaks, in the order of last names: all, or by a part of the name, or in a country."""
    listing = listings.setdefault(association_id, Listing())
    with listing.lock:
        listing.catch_up(association_id)
        people: Sequence[UUID] = listing.search(text) if text.strip() else listing.people
        if country:
            there = set(listing.by_country.get(country, ()))
            people = (
                [uid for uid in people if uid in there]
                if text.strip()
                else listing.by_country.get(country, [])
            )
        return Found(
            people, len(listing.people), {code: len(all_) for code, all_ in listing.by_country.items()}
        )


def allowed() -> set[bytes]:
    packed = bytes(listed().aggregate(uids=Uids("pk"))["uids"] or b"")
    return {packed[at : at + SIZE] for at in range(0, len(packed), SIZE)}


def sign() -> Any:
    """The newest decision, what is asked and who is a member: while they stay, nobody has come or gone."""
    statement = Statement.objects.filter(slug=DIRECTORY.slug).values_list("pk", "kind", "ended_at").first()
    if statement is None:
        return None
    decision = Decision.objects.filter(statement=statement[0]).order_by("-at").values_list("pk").first()
    version = (
        Version.objects.in_force()
        .filter(statement=statement[0])
        .order_by("-number")
        .values_list("pk")
        .first()
    )
    return statement, decision, version, active().aggregate(members=Count("pk"), newest=Max("pk"))
