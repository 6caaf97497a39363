"""Staff find people by part of a name, an e-mail or a member number: in memory only, since the database cannot look.

One directory per association and process. What changed is read again at each search; what was erased goes at once.
"""

import sys
import threading
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Q

from ams.models import Individual
from ams.names import whole_name
from privacy.folding import fold
from privacy.tenancy import speaking_for
from privacy.vault import current

HORIZON: Final = """
SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint,
       pg_current_xact_id_if_assigned()::text::bigint
FROM pg_current_snapshot() s
"""
GAP: Final = "\n"
REST: Final = "\t"  # in front of what staff alone may search: e-mail and number
FIELDS: Final = ("pk", "changed_at", "country", "given_name", "family_name", "email", "member_number")


@dataclass(frozen=True, slots=True)
class Found:
    """What a line of the list shows, from memory: no row is read again."""

    pk: UUID
    name: str
    email: str
    member_number: str
    country: str = ""


@dataclass(frozen=True, slots=True)
class Horizon:
    """Transactions as PostgreSQL numbers them. A row says in which one it was changed last (migration 0002).

    Numbers beyond `first_unknown` come from a database that was restored from another one: no news.
    """

    oldest_running: int
    first_unknown: int
    own: int | None

    @classmethod
    def of_now(cls) -> "Horizon":
        with connection.cursor() as cursor:
            cursor.execute(HORIZON)
            return cls(*cursor.fetchone())

    @property
    def is_ours(self) -> Q:
        return Q(changed_in=self.own) if self.own else Q(pk__in=[])


@dataclass(slots=True)
class Directory:
    """One long folded text with a line per person, and where each line begins."""

    association_id: UUID
    epoch: int = 0
    seen: int | None = None
    people: dict[UUID, Found] = field(default_factory=dict)
    lines: dict[UUID, str] = field(default_factory=dict)
    changed: dict[UUID, datetime] = field(default_factory=dict)
    text: str = ""
    starts: list[int] = field(default_factory=list)
    order: list[UUID] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def catch_up(self) -> None:
        """Read what is new since the last look, and forget whom the vault has forgotten."""
        ring = current.keyring()
        is_new = self.drop_the_erased() if ring.epoch != self.epoch else False
        rows = self.rows_to_read()
        for row in rows:
            self.remember(row)
        self.epoch = ring.epoch
        if rows or is_new or self.seen is None:
            self.join()

    def drop_the_erased(self) -> bool:
        """Each forgetting gives the keyring a new epoch; only then somebody can have gone."""
        erased = Individual.objects.exclude(erased_at=None).values_list("pk", flat=True)
        gone = [pk for pk in erased if pk in self.people]
        for pk in gone:
            self.drop(pk)
        return bool(gone)

    def drop(self, pk: UUID) -> None:
        del self.people[pk], self.lines[pk]
        self.changed.pop(pk, None)

    def rows_to_read(self) -> list[tuple[Any, ...]]:
        """What no earlier look can have seen, whatever the order in which transactions ended."""
        now = Horizon.of_now()
        since, self.seen = self.seen, now.oldest_running
        rows = Individual.objects.filter(erased_at=None).order_by()
        if since is None:
            return list(rows.values_list(*FIELDS))
        recent = rows.filter(now.is_ours | Q(changed_in__gte=since, changed_in__lt=now.first_unknown))
        fresh = [pk for pk, at in recent.values_list("pk", "changed_at") if self.changed.get(pk) != at]
        return list(rows.filter(pk__in=fresh).values_list(*FIELDS)) if fresh else []

    def remember(self, row: tuple[Any, ...]) -> None:
        pk, changed_at, country, *rest = row
        given, family, email, number = (str(value or "") for value in rest)
        self.changed[pk] = changed_at
        name = whole_name(given, family)
        self.people[pk] = Found(pk, name, email, number, sys.intern(str(country)))
        # Both orders of the name, as people type both, and as it is written; the number without its spaces.
        written = f" {name}" if name == f"{family}{given}" else ""
        self.lines[pk] = fold(f"{given} {family}, {given}{written}{REST}{email} {number.replace(' ', '')}")

    def join(self) -> None:
        """Sorted by name once, so that a search need not sort."""
        self.order = sorted(self.lines, key=lambda pk: fold(self.people[pk].name.rpartition(" ")[2]))
        self.starts, at = [], 0
        for pk in self.order:
            self.starts.append(at)
            at += len(self.lines[pk]) + len(GAP)
        self.text = GAP.join(self.lines[pk] for pk in self.order)

    def search(self, text: str, limit: int) -> list[Found]:
        """Everybody whose line holds each word of the text."""
        words = sorted(fold(text.replace(GAP, " ")).split(), key=len, reverse=True)
        if not words:
            return []
        found = []
        for pk in self.lines_with(words[0]):
            if all(word in self.lines[pk] for word in words[1:]):
                found.append(self.people[pk])
                if len(found) == limit:
                    break
        return found

    def lines_with(self, word: str) -> Iterable[UUID]:
        return (self.order[line] for line in lines_with(self.text, self.starts, word))


def lines_with(text: str, starts: list[int], word: str) -> Iterable[int]:
    """The numbers of the lines of `text`, which begin at `starts`, that hold `word`."""
    at = text.find(word)
    while at >= 0:
        line = bisect_right(starts, at) - 1
        yield line
        following = line + 1
        if following == len(starts):
            return
        at = text.find(word, starts[following])


directories: dict[UUID, Directory] = {}


def find(association_id: UUID, text: str, limit: int = 50) -> list[Found]:
    """People of this association, by part of a name, an e-mail or a member number, in the order of last names."""
    directory = directories.setdefault(association_id, Directory(association_id))
    with directory.lock, speaking_for(association_id):
        directory.catch_up()
        found = directory.search(text, limit)
        # A change may have been read that was rolled back afterwards, or be an erasure of this very moment.
        there = set(
            Individual.objects.filter(pk__in=[one.pk for one in found], erased_at=None).values_list(
                "pk", flat=True
            )
        )
    return [one for one in found if one.pk in there]


def caught_up(association_id: UUID) -> Directory:
    """Of the association that speaks, for others who keep a part of it. Their reader asks about each person anew."""
    directory = directories.setdefault(association_id, Directory(association_id))
    with directory.lock:
        directory.catch_up()
    return directory
