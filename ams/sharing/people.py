"""Whom a list would hold: those whom the gate allows for its purpose, whose words named its recipient, and of whom we
have what it needs.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from ams.models import Handover, Individual, PostalAddress
from ams.sharing.fields import FIELDS, OF_AN_ADDRESS
from consent import gate
from consent.choices import asked_now
from consent.models import Kind, Standing, Version, Wording

NAME: Final = ("title", "given_name", "family_name")


@dataclass(frozen=True, slots=True)
class Offer:
    """A statement that is asked today, and one of the recipients whom its version in force names."""

    version: Version
    words: Wording
    recipient: str
    number: int

    @property
    def key(self) -> str:
        return f"{self.version.pk}-{self.number}"

    @property
    def fields(self) -> list[str]:
        """What people said yes to, and so the whole of what a list holds."""
        return [name for name in FIELDS if name in self.version.shared_fields]

    @property
    def purpose(self) -> str:
        slug: str = self.version.statement.slug
        return slug


def offers() -> list[Offer]:
    """Nobody else can be given anything, and nothing else: what is not named in the words was not said yes to."""
    return [
        Offer(question.version, question.wording, recipient, number)
        for question in asked_now(kinds=[Kind.CONSENT])
        for number, recipient in enumerate(question.version.recipients)
        if question.version.shared_fields
    ]


def people_for(purpose: str, fields: Collection[str], *, to: str) -> QuerySet[Individual]:
    return who_said_yes(purpose, fields, to=to).filter(has_what_is_needed(fields))


def who_said_yes(purpose: str, fields: Collection[str] = (), *, to: str) -> QuerySet[Individual]:
    """To words with this recipient in them, and these fields. What was added later was not said yes to, though that
    yes still counts.
    """
    to_it = Standing.objects.filter(
        individual=OuterRef("pk"),
        statement__slug=purpose,
        version__recipients__contains=[to],
        version__shared_fields__contains=list(fields),
    )
    return Individual.objects.filter(Exists(to_it), pk__in=gate.who_allows(purpose))


def has_what_is_needed(fields: Collection[str]) -> Q:
    needed = Q()
    if OF_AN_ADDRESS & set(fields):
        needed &= Q(Exists(PostalAddress.objects.filter(individual=OuterRef("pk"))))
    if "email" in fields:
        needed &= Q(email__isnull=False)
    return needed


def rows(people: list[Individual], fields: Collection[str]) -> Iterator[list[str]]:
    """One for each person, in two queries for everybody."""
    addresses = addresses_of(people) if OF_AN_ADDRESS & set(fields) else {}
    for person in people:
        values = value_by_field(person, addresses.get(person.pk), fields)
        yield [values[name] for name in fields]


def addresses_of(people: list[Individual]) -> dict[Any, PostalAddress]:
    """Where letters go: the preferred address, else the oldest."""
    found = PostalAddress.objects.filter(individual__in=[person.pk for person in people])
    worst_first = found.order_by("is_preferred", "-pk")
    return {address.individual_id: address for address in worst_first}


def value_by_field(person: Individual, address: Any, fields: Collection[str]) -> dict[str, str]:
    values = {"name": person.display_name}
    if "email" in fields:
        values["email"] = str(person.email or "")
    if address:
        street = ", ".join(str(line) for line in (address.addressee, address.street) if line)
        values |= {"street": street, "postcode": str(address.postcode or ""), "town": str(address.town)}
        values["country"] = str(address.country.name)
    return values


def opened(handover: Handover, people: Collection[UUID]) -> list[Individual]:
    """Those of them who would be on the list if it were made now."""
    wanted = [*NAME, "email"] if "email" in handover.fields else [*NAME]
    found = people_for(handover.purpose, handover.fields, to=handover.recipient).filter(pk__in=people)
    return list(found.only(*wanted))
