"""What members see of each other: whom the gate allows, as far as they chose, from their profile as it is now.

A fixed number of queries, however many people are on the page; whoever is not asked for is not opened.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from ams.members.access import listed
from ams.members.entry import shown_by
from ams.members.fields import FIELDS, IN_A_LINE
from ams.models import Affiliation, DirectoryEntry, Individual, PhoneNumber, PostalAddress, SocialProfile
from privacy.declarations import Text

NAME: Final = ("title", "given_name", "family_name")
OWN: Final = ("about", "field_of_work", "website", "email", "country", "thumbnail")


@dataclass(frozen=True, slots=True)
class Card:
    """One person as others see them. `lines`: under each field's name what they show of it."""

    uid: UUID
    name: str
    lines: dict[str, list[str]] = field(default_factory=dict)
    introduction: str = ""
    has_photo: bool = False
    country: str = ""

    @property
    def rows(self) -> list[tuple[Text, str, list[str]]]:
        """Label, name of the field, values."""
        return [(FIELDS[name].label, name, values) for name, values in self.lines.items()]

    @property
    def work(self) -> str:
        return "; ".join(self.lines.get("work", []))

    @property
    def place(self) -> str:
        return ", ".join(self.lines.get("town", []) + self.lines.get("country", []))


def cards(uids: Collection[UUID], *, fields: Collection[str] = tuple(FIELDS)) -> list[Card]:
    """In the order of `uids`. Who is not listed at this moment is left out."""
    allowed = set(listed().filter(pk__in=uids))
    entries = {entry.individual_id: entry for entry in DirectoryEntry.objects.filter(individual__in=allowed)}
    shows = {uid: shown_by(entry) & set(fields) for uid, entry in entries.items()}
    people = {person.pk: person for person in people_with(allowed, shows.values())}
    rows = rows_of(shows)
    return [
        card(people[uid], entries.get(uid), shows.get(uid, set()), rows[uid]) for uid in uids if uid in people
    ]


def lines(uids: Collection[UUID]) -> list[Card]:
    return cards(uids, fields=IN_A_LINE)


def card_of(uid: UUID) -> Card | None:
    return next(iter(cards([uid])), None)


def values_of(person: Individual) -> dict[str, list[str]]:
    """For the person alone: everything that they could show."""
    everything = set(FIELDS)
    return own_values(person, everything) | rows_of({person.pk: everything})[person.pk]


def card(person: Individual, entry: Any, shows: set[str], rows: dict[str, list[str]]) -> Card:
    values = own_values(person, shows) | rows
    return Card(
        uid=person.pk,
        name=person.display_name,
        lines={name: values[name] for name in FIELDS if values.get(name)},
        introduction=(entry.introduction or "") if entry else "",
        has_photo="photo" in shows and bool(person.thumbnail),
        country=str(person.country) if "country" in shows else "",
    )


def people_with(uids: Iterable[UUID], shows: Iterable[set[str]]) -> Any:
    """Only what one of them shows is opened."""
    wanted = {"thumbnail" if name == "photo" else name for each in shows for name in each} & set(OWN)
    return Individual.objects.filter(pk__in=uids, erased_at=None).only(*NAME, *wanted)


def own_values(person: Individual, shows: set[str]) -> dict[str, list[str]]:
    names = shows & {"about", "field_of_work", "website", "email"}
    values = {name: [str(value)] for name in names if (value := getattr(person, name))}
    if "country" in shows and person.country:
        values["country"] = [str(person.country.name)]
    return values


def rows_of(shows: dict[UUID, set[str]]) -> dict[UUID, dict[str, list[str]]]:
    """What lies in rows of its own. One query for each kind, of those alone who show it."""
    found: dict[UUID, dict[str, list[str]]] = defaultdict(dict)
    for name, read in READERS.items():
        for row, text in read([uid for uid, shown in shows.items() if name in shown]):
            found[row.individual_id].setdefault(name, []).append(text)
    for values in found.values():
        values["town"] = values.get("town", [])[:1]  # where letters go
    return found


def towns(uids: list[UUID]) -> Iterable[tuple[Any, str]]:
    rows = PostalAddress.objects.filter(individual__in=uids).only("individual", "town", "is_preferred")
    return ((row, str(row.town)) for row in rows.order_by("-is_preferred", "pk"))


def phones(uids: list[UUID]) -> Iterable[tuple[Any, str]]:
    return ((row, str(row.number)) for row in PhoneNumber.objects.filter(individual__in=uids))


def work(uids: list[UUID]) -> Iterable[tuple[Any, str]]:
    """Where they are now."""
    today = timezone.localdate()
    for row in Affiliation.objects.filter(individual__in=uids):
        if not isinstance(row.ended_on, date) or row.ended_on >= today:
            yield row, ", ".join(str(part) for part in (row.position, row.organisation) if part)


def elsewhere(uids: list[UUID]) -> Iterable[tuple[Any, str]]:
    rows = SocialProfile.objects.filter(individual__in=uids)
    return ((row, f"{row.network}: {row.handle}") for row in rows)


READERS: Final = {"town": towns, "phone": phones, "work": work, "elsewhere": elsewhere}
