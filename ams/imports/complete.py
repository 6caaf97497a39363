"""Empty fields are filled, missing rows added, and nothing is overwritten: what is held already is kept, and said.

What a member has corrected since the list was made must not be undone by it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import Model

from ams.imports.known import letters, normal
from ams.imports.row import Person
from ams.models import Affiliation, Individual, OtherEmail, PhoneNumber, PostalAddress

OWN: Final = (
    "title", "given_name", "family_name", "email", "member_number", "born_on", "website", "joined_on", "country",
)  # fmt: skip
PLACE: Final = ("street", "postcode", "town", "region")
WORK: Final = ("organisation", "department", "position")
SEVERAL: Final[tuple[type[Model], ...]] = (PostalAddress, PhoneNumber, Affiliation, OtherEmail)
EXACT: Final = {"email": "email", "address": "email", "member_number": "member_number"}
Kept = list[str]


class Kind(NamedTuple):
    """A row that holds one value, and the column of a list in which it stands."""

    model: Any
    name: str
    column: str


PHONES: Final = Kind(PhoneNumber, "number", "phone")
EMAILS: Final = Kind(OtherEmail, "address", "email_2")


@dataclass(slots=True)
class Rows:
    """What people have several of. Read once a batch, and only of people whom we know."""

    held: dict[tuple[type[Model], UUID], list[Any]] = field(default_factory=lambda: defaultdict(list))
    new: list[Model] = field(default_factory=list)
    changed: dict[int, PostalAddress] = field(default_factory=dict)

    def look_up(self, people: Iterable[UUID]) -> None:
        pks = list(people)
        for model in SEVERAL if pks else ():
            for row in model._base_manager.filter(individual__in=pks).order_by("pk"):
                self.held[model, row.individual_id].append(row)  # type: ignore[attr-defined]  # each has one

    def add(self, row: Any) -> None:
        self.held[type(row), row.individual_id].append(row)
        self.new.append(row)

    def write(self) -> None:
        for model in SEVERAL:
            model._base_manager.bulk_create([row for row in self.new if type(row) is model])
        PostalAddress.objects.bulk_update(self.changed.values(), PLACE)


def fill(row: Any, values: dict[str, Any]) -> tuple[bool, Kept]:
    """Was anything empty, and which fields hold something else."""
    empty = {name: value for name, value in values.items() if getattr(row, name) in (None, "")}
    for name, value in empty.items():
        setattr(row, name, value)
    kept = [name for name in values if name not in empty and differ(name, getattr(row, name), values[name])]
    return bool(empty), kept


def differ(name: str, held: Any, said: Any) -> bool:
    """Not by case, signs or blanks, but where each of them counts."""
    if name in EXACT:
        return normal(EXACT[name], held) != normal(EXACT[name], said)
    return bool(held != said and letters(str(held)) != letters(str(said)))


def complete_rows(rows: Rows, individual: Individual, person: Person) -> tuple[bool, Kept]:
    answers = [
        complete_address(rows, individual, person),
        complete_work(rows, individual, person),
        complete_list(rows, individual, PHONES, person.phones),
        complete_list(rows, individual, EMAILS, person.emails),
    ]
    return any(changed for changed, _kept in answers), [name for _changed, kept in answers for name in kept]


def complete_address(rows: Rows, individual: Individual, person: Person) -> tuple[bool, Kept]:
    """One of the same street is filled up; another one stays the only one."""
    place, there = person.only(*PLACE), rows.held[PostalAddress, individual.pk]
    if not place:
        return False, []
    if not there:
        country = person.get("country") or individual.country
        rows.add(PostalAddress(individual=individual, country=country, **{"street": "", "town": "", **place}))
        return True, []
    same = next((row for row in there if may_be(row, place)), None)
    if same is None:
        return False, ["street"]
    changed, kept = fill(same, place)
    if changed and same.pk:
        rows.changed[same.pk] = same
    return changed, kept


def may_be(address: PostalAddress, place: dict[str, Any]) -> bool:
    return not (address.street and "street" in place and differ("street", address.street, place["street"]))


def complete_work(rows: Rows, individual: Individual, person: Person) -> tuple[bool, Kept]:
    work, there = person.only(*WORK), rows.held[Affiliation, individual.pk]
    if not person.get("organisation"):
        return False, []
    if not there:
        rows.add(Affiliation(individual=individual, **work))
        return True, []
    is_there = any(not differ("organisation", row.organisation, work["organisation"]) for row in there)
    return False, [] if is_there else ["organisation"]


def complete_list(rows: Rows, individual: Individual, kind: Kind, said: list[str]) -> tuple[bool, Kept]:
    """All of them where there was none; else what is not there yet is left to whoever knows which is right."""
    there = rows.held[kind.model, individual.pk]
    missing = [
        each for each in said if all(differ(kind.name, getattr(row, kind.name), each) for row in there)
    ]
    if there:
        return False, [kind.column] if missing else []
    for each in missing:
        rows.add(kind.model(individual=individual, **{kind.name: each}))
    return bool(missing), []
