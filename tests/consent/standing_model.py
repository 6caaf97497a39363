"""The rules of standings once more, as small as they can be said: no database, no code of ours."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

YES = {"given", "renewed"}
SOON = timedelta(days=30)  # a yes can be renewed so long before its end
PATIENCE = timedelta(days=14)  # a click is awaited so long


class Kind(StrEnum):
    CONSENT = "consent"
    CONFIRMED = "confirmed by a click"
    AGREEMENT = "agreement"
    INTEREST = "interest"
    ADVERTISING = "advertising"


INTERESTS = {Kind.INTEREST, Kind.ADVERTISING}


@dataclass(frozen=True)
class Words:
    """A version. It counts from `since`."""

    number: int
    since: datetime
    asks_again: bool = False
    old_counts: bool = False
    months: int | None = None
    is_ours: bool = True  # what was told of an interest: that it is one,
    advertises: bool = False  # and what it is for


@dataclass(frozen=True)
class Said:
    at: datetime
    act: str
    words: Words

    @property
    def until(self) -> datetime | None:
        is_yes = self.act in YES and self.words.months
        return self.at + relativedelta(months=self.words.months) if is_yes else None


@dataclass
class Model:
    """One person and one statement. `others`: what else they may object to."""

    kind: Kind
    versions: list[Words]
    said: list[Said] = field(default_factory=list)
    ended: datetime | None = None
    others: list["Model"] = field(default_factory=list, repr=False)

    def last(self, at: datetime) -> Said | None:
        """The replay: of what was said until then, the last."""
        return max((each for each in self.said if each.at <= at), key=lambda each: each.at, default=None)

    def in_force(self, at: datetime) -> list[Words]:
        return [each for each in self.versions if each.since <= at]

    def is_open(self, at: datetime) -> bool:
        """What the gate answers."""
        last, ended = self.last(at), self.ended is not None and self.ended <= at
        if self.kind in INTERESTS:
            told = max(self.in_force(at), key=lambda each: each.number, default=None)
            if told is None or not told.is_ours or ended or (last and last.act == "objected"):
                return False
            return not (told.advertises and any(each.is_against_advertising(at) for each in self.others))
        if self.kind == Kind.AGREEMENT or ended or last is None or last.act not in YES:
            return False
        rests = any(
            each.number > last.words.number and each.asks_again and not each.old_counts
            for each in self.in_force(at)
        )
        return not rests and (last.until is None or last.until > at)

    def is_against_advertising(self, at: datetime) -> bool:
        last = self.last(at)
        return last is not None and last.act == "objected" and last.words.advertises

    def lift(self, words: Words, now: datetime) -> str | None:
        """Against advertising: all objections to it, since none of it could begin again otherwise."""
        told = max(self.in_force(now), key=lambda each: each.number)
        act = self.answer("lifted", words, now)
        for each in self.others if words.advertises or (told.is_ours and told.advertises) else ():
            last = each.last(now)
            if each is not self and last and each.is_against_advertising(now):
                each.answer("lifted", last.words, now)
        return act

    def answer(self, wanted: str, words: Words, now: datetime, *, clicked: bool = False) -> str | None:
        """What this answer is called; None: nothing new was said."""
        last = self.last(now)
        stands = last.act if last else None
        newer = last is not None and words.number > last.words.number
        act: str | None = wanted
        if wanted == "given" and stands in YES:
            ends_soon = last is not None and last.until is not None and last.until - SOON <= now
            act = "renewed" if newer or ends_soon else None
        elif wanted == "given" and self.kind == Kind.CONFIRMED and not clicked:
            act = "pending" if stands != "pending" or newer else None
        elif wanted == "declined" and stands in YES:
            act = "withdrawn"
        elif wanted == "declined" and stands in {"declined", "withdrawn"}:
            act = "declined" if newer else None
        elif wanted == "objected" and stands == "objected":
            act = "objected" if newer else None
        elif wanted == "lifted" and stands != "objected":
            act = None
        if act:
            self.said.append(Said(now, act, words))
        return act

    def awaits_click(self, now: datetime) -> Said | None:
        """The yes whose letter is still good."""
        last = self.last(now)
        return last if last and last.act == "pending" and now < last.at + PATIENCE else None

    def time_passes(self, now: datetime) -> str | None:
        """What a sweep makes of it: over is a yes at its end, and one that nobody confirmed. Agreements do not end."""
        last = self.last(now)
        late = last is not None and last.act == "pending" and last.at + PATIENCE <= now
        over = last is not None and last.until is not None and last.until <= now
        if last is None or self.kind == Kind.AGREEMENT or not (late or over):
            return None
        self.said.append(Said(now, "expired", last.words))
        return "expired"
