"""Invents people: who they are, where they live, what they do. Nothing is saved here."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files.base import ContentFile

from ams.demo.seed.pictures import portrait, smaller
from ams.demo.seed.plans import COUNTRIES, Plan
from ams.models import Individual
from ams.roles import Role
from privacy.folding import fold

HOW_MANY = 250


@dataclass(slots=True, eq=False)
class Person:
    """An individual with what its history is made from."""

    row: Individual
    role: Role | None
    country: str
    street: str
    town: str
    left_on: dt.date | None

    @property
    def joined_on(self) -> dt.date:
        assert self.row.joined_on is not None  # noqa: S101 each invented person has joined
        return self.row.joined_on

    @property
    def postcode(self) -> str:
        """All of "753 11 Uppsala" but the town; "D02 XY45 Dublin" works the same."""
        return " ".join(
            word for word in self.town.split() if any(c.isdigit() for c in word) or word.isupper()
        )

    @property
    def place(self) -> str:
        return self.town.removeprefix(self.postcode).strip()

    def years(self, today: dt.date) -> range:
        return range(self.joined_on.year, (self.left_on or today).year + 1)


def invent(plan: Plan) -> list[Person]:
    taken: set[str] = set()
    officers = [
        a_person(plan, number, taken, given=given, family=family, country=country, role=Role(role))
        for number, (role, given, family, country) in enumerate(plan.officers)
    ]
    others = [a_person(plan, number, taken) for number in range(len(officers), HOW_MANY)]
    return officers + others


def a_person(
    plan: Plan,
    number: int,
    taken: set[str],
    *,
    given: str = "",
    family: str = "",
    country: str = "",
    role: Role | None = None,
) -> Person:
    chance, country = plan.chance, country or plan.a_country()
    facts = COUNTRIES[country]
    given, family = given or chance.choice(facts["given"]), family or chance.choice(facts["family"])
    joined_on = a_day(chance, plan.today.replace(year=plan.today.year - 14, day=1), plan.today)
    row = Individual(
        member_number=str(plan.first_number + number),
        title="Dr" if plan.now_and_then(0.15) else None,
        given_name=given,
        family_name=family,
        email=an_address(given, family, plan.domain, taken),
        born_on=a_day(chance, dt.date(1942, 1, 1), dt.date(2002, 12, 31)),
        field_of_work=plan.one_of("fields"),
        about=plan.one_of("about").format(century=chance.randint(16, 19)) if plan.now_and_then(0.4) else None,
        website=f"https://{fold(family).replace(' ', '-')}.example" if plan.now_and_then(0.1) else None,
        country=country,
        language=language_of(plan, facts["language"]),
        joined_on=joined_on,
        source=Individual.Source.JOINED if plan.now_and_then(0.7) else Individual.Source.STAFF,
    )
    if row.source == Individual.Source.STAFF:
        row.informed_at = dt.datetime.combine(joined_on, dt.time(12), dt.UTC)
    if role or plan.now_and_then(0.35):
        give_photo(row, chance)
    left = plan.now_and_then(0.12) and role is None
    return Person(
        row=row,
        role=role,
        country=country,
        street=f"{chance.choice(facts['streets'])} {chance.randint(1, 98)}",
        town=chance.choice(facts["towns"]),
        left_on=a_day(chance, joined_on, plan.today) if left else None,
    )


def give_photo(row: Individual, chance: random.Random) -> None:
    picture = portrait(chance)
    row.photo = ContentFile(picture, name="photo.jpg")
    row.thumbnail = ContentFile(smaller(picture), name="photo-small.jpg")


def language_of(plan: Plan, mother_tongue: str) -> str:
    languages: list[str] = plan.facts["languages"]
    return mother_tongue if mother_tongue in languages else languages[0]


def an_address(given: str, family: str, domain: str, taken: set[str]) -> str:
    """Two people may have the same name; never the same address."""
    name = ".".join(letters_of(part) for part in (given, family))
    for candidate in variants(name):
        if candidate not in taken:
            taken.add(candidate)
            break
    return f"{candidate}@{domain}"


def variants(name: str) -> Iterator[str]:
    yield name
    for number in range(2, HOW_MANY):
        yield f"{name}{number}"


def letters_of(part: str) -> str:
    return "".join(c for c in fold(part).replace(" ", "-") if c.isascii() and (c.isalnum() or c == "-"))


def a_day(chance: random.Random, first: dt.date, last: dt.date) -> dt.date:
    return first + dt.timedelta(days=chance.randint(0, max(0, (last - first).days)))
