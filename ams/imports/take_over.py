"""A batch of rows → people, in one transaction: new ones are added, known ones completed, nothing is overwritten."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from ams.imports.complete import OWN, Rows, complete_rows, fill
from ams.imports.known import Register, found, further
from ams.imports.refused import Refused
from ams.imports.row import Person
from ams.models import Association, Individual, OtherEmail


@dataclass(slots=True)
class Result:
    """`refused` and `left`: line, our own name of the column, reason."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    left: list[tuple[int, str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Batch:
    association: Association
    country: str
    register: Register = field(default_factory=Register)
    rows: Rows = field(default_factory=Rows)
    result: Result = field(default_factory=Result)
    fresh: dict[UUID, Individual] = field(default_factory=dict)
    completed: dict[UUID, Individual] = field(default_factory=dict)

    def look_up(self, people: list[Person]) -> None:
        """A fixed number of statements. The same person found twice is one object, so that no change is lost."""
        emails = [person.get("email") for person in people]
        owners = found("email", emails)
        numbered = found("member_number", [person.get("member_number") for person in people])
        sharing = further(emails)
        known = {each.pk: each for each in (*owners.values(), *numbered.values())}
        for row in sharing:
            known.setdefault(row.individual_id, row.individual)
        for individual in known.values():
            self.register.remember(individual)
        for row in sharing:
            self.register.remember(known[row.individual_id], row.address)
        self.rows.look_up(known)

    def take(self, person: Person) -> None:
        try:
            known = self.register.known(person)
        except Refused as refusal:
            self.result.refused.append((person.line, refusal.field_name, refusal.reason))
            return
        self.leave(person, person.left)
        if known is None:
            self.add(person)
        elif known.is_restricted:  # paused, or on the way out: kept, and not used
            self.leave(person, [("", "paused")])
            self.result.unchanged += 1
        elif self.complete(known, person):
            self.result.changed += 1
        else:
            self.result.unchanged += 1

    def leave(self, person: Person, left: Iterable[tuple[str, str]]) -> None:
        self.result.left += [(person.line, name, reason) for name, reason in left]

    def add(self, person: Person) -> None:
        individual = Individual(
            association=self.association,
            source=Individual.Source.IMPORTED,
            language=person.get("language") or self.association.languages[0],
            country=person.get("country") or self.country,
        )
        self.fresh[individual.pk] = individual
        self.complete(individual, person)
        individual.given_name = individual.given_name or individual.family_name
        self.result.added += 1

    def complete(self, individual: Individual, person: Person) -> bool:
        has_email = self.place_email(individual, person)
        filled, kept = fill(individual, person.only(*OWN))
        more, also_kept = complete_rows(self.rows, individual, person)
        self.leave(person, [(name, "kept") for name in (*kept, *also_kept)])
        if (has_email or filled) and individual.pk not in self.fresh:
            self.completed[individual.pk] = individual
        others = [row.address for row in self.rows.held[OtherEmail, individual.pk]]
        self.register.remember(individual, *others)
        return has_email or filled or more

    def place_email(self, individual: Individual, person: Person) -> bool:
        """Whose somebody else signs in with is for this person one more way to be reached. True: it is the own one."""
        email = person.values.pop("email", None)
        if email is None or individual in self.register.at(email):
            return False
        if individual.email:
            self.leave(person, [("email", "kept")])
            return False
        if self.register.is_taken(email, individual):
            person.emails.insert(0, email)
            self.leave(person, [("email", "shared_email")])
            return False
        individual.email = email
        return True

    def write(self) -> None:
        """A fixed number of statements, and all keys of the batch made at once."""
        Individual.objects.bulk_create(self.fresh.values())
        self.rows.write()
        if self.completed:
            Individual.objects.bulk_update(self.completed.values(), OWN)


def take_over(association: Association, people: Iterable[Person], *, country: str, dry_run: bool) -> Result:
    """Needs the caller's transaction."""
    rows = list(people)
    batch = Batch(association, country)
    batch.look_up(rows)
    for person in rows:
        batch.take(person)
    if not dry_run:
        batch.write()
    return batch.result
