"""A batch of rows → people, in one transaction: new ones are added, known ones completed, and nothing is overwritten.

What a member has corrected since the list was made must not be undone by it, so only empty fields are filled.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from ams.imports.row import Person, Refused
from ams.models import Affiliation, Association, Individual, PhoneNumber, PostalAddress
from privacy.vault import blind

OWN = ("title", "given_name", "family_name", "email", "member_number", "born_on", "website", "joined_on")
PLACE = ("street", "postcode", "town", "region")


@dataclass(slots=True)
class Result:
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[tuple[int, str, str]] = field(default_factory=list)  # line, field, reason


@dataclass(slots=True)
class Batch:
    """Who of the batch is known already, by both names that a row may use."""

    association: Association
    by_email: dict[str, Individual]
    by_number: dict[str, Individual]
    result: Result = field(default_factory=Result)
    added: list[tuple[Individual, Person]] = field(default_factory=list)
    fresh: set[UUID] = field(default_factory=set)
    completed: dict[UUID, Individual] = field(default_factory=dict)

    def take(self, person: Person) -> None:
        try:
            known = self.known(person)
        except Refused as refusal:
            self.result.refused.append((person.line, refusal.field_name, refusal.reason))
            return
        if known is None:
            self.add(person)
        elif self.complete(known, person):
            self.result.changed += 1
        else:
            self.result.unchanged += 1

    def known(self, person: Person) -> Individual | None:
        """Raises Refused when the row's two names lead to two people."""
        by_email = self.by_email.get(normal(person.get("email")))
        by_number = self.by_number.get(normal(person.get("member_number")))
        if by_email and by_number and by_email.pk != by_number.pk:
            raise Refused("member_number", "two_people")
        return by_email or by_number

    def add(self, person: Person) -> None:
        individual = Individual(
            association=self.association,
            source=Individual.Source.IMPORTED,
            language=person.get("language") or self.association.languages[0],
            country=person.get("country") or self.association.country,
            **person.only(*OWN),
        )
        individual.given_name = individual.given_name or individual.family_name
        self.remember(individual)
        self.added.append((individual, person))
        self.fresh.add(individual.pk)
        self.result.added += 1

    def remember(self, individual: Individual) -> None:
        """A later row of the same file may mean the same person."""
        self.by_email[normal(individual.email)] = individual
        self.by_number[normal(individual.member_number)] = individual
        self.by_email.pop("", None)
        self.by_number.pop("", None)

    def complete(self, individual: Individual, person: Person) -> bool:
        """Fill what is empty. A person who was added by this very file is complete enough."""
        if individual.is_restricted:  # paused, or on the way out: kept, and not used
            return False
        empty = {
            name: value
            for name, value in person.only(*OWN).items()
            if getattr(individual, name) in (None, "")
        }
        if not empty or individual.pk in self.fresh:
            return False
        for name, value in empty.items():
            setattr(individual, name, value)
        self.completed[individual.pk] = individual
        self.remember(individual)
        return True

    def write(self) -> None:
        """A fixed number of statements, and all keys of the batch made at once."""
        Individual.objects.bulk_create([individual for individual, _person in self.added])
        PostalAddress.objects.bulk_create(filter(None, (address(*each) for each in self.added)))
        PhoneNumber.objects.bulk_create(phone for each in self.added for phone in phones(*each))
        Affiliation.objects.bulk_create(filter(None, (affiliation(*each) for each in self.added)))
        if self.completed:
            Individual.objects.bulk_update(self.completed.values(), OWN)


def take_over(association: Association, people: Iterable[Person], *, dry_run: bool) -> Result:
    """Needs the caller's transaction."""
    rows = list(people)
    batch = Batch(
        association,
        found("email", [person.get("email") for person in rows]),
        found("member_number", [person.get("member_number") for person in rows]),
    )
    for person in rows:
        batch.take(person)
    if not dry_run:
        batch.write()
    return batch.result


def found(name: str, values: Iterable[str | None]) -> dict[str, Individual]:
    """Through the blind index, one statement. Locked, so that nothing that they change meanwhile is overwritten."""
    wanted = [value for value in values if value]
    known = Individual.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    rows = known.filter(**{f"{name}__in": wanted}) if wanted else []
    return {normal(getattr(individual, name)): individual for individual in rows}


def normal(value: str | None) -> str:
    """As the blind index sees it: what is one there must be one here."""
    return blind.normal(value or "")


def address(individual: Individual, person: Person) -> PostalAddress | None:
    place = person.only(*PLACE)
    if not place:
        return None
    return PostalAddress(
        individual=individual, country=individual.country, **{"street": "", "town": "", **place}
    )


def phones(individual: Individual, person: Person) -> list[PhoneNumber]:
    numbers = dict.fromkeys(filter(None, (person.get("phone"), person.get("phone_2"))))
    return [PhoneNumber(individual=individual, number=number) for number in numbers]


def affiliation(individual: Individual, person: Person) -> Affiliation | None:
    if not person.get("organisation"):
        return None
    return Affiliation(individual=individual, **person.only("organisation", "position"))
