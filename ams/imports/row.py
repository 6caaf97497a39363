"""One row → the values that we keep, or our own name of the column and the reason why not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import override
from django_countries import countries

from ams.imports import cells, names
from ams.imports.dates import DAY_FIRST, day
from ams.imports.headings import DATES, folded
from ams.imports.read import Row
from ams.imports.refused import LeftOut, Refused

LONGEST: Final = {
    "member_number": 40, "title": 40, "given_name": 100, "family_name": 100, "email": 254, "email_2": 254,
    "organisation": 200, "department": 120, "position": 120, "street": 200, "postcode": 20, "town": 100, "region": 100,
    "phone": 40, "phone_2": 40, "website": 200,
}  # fmt: skip
LINES: Final = frozenset(
    {"street", "email", "email_2", "phone", "phone_2"}
)  # whose line breaks say something


@dataclass(frozen=True, slots=True)
class Rules:
    """What all rows of a list have in common. `orders`: of day and month, by field."""

    columns: list[str]
    country: str = ""
    orders: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Person:
    """What a row says. Only fields with something in them. `left`: what of it is left out, and why."""

    line: int
    values: dict[str, Any] = field(default_factory=dict)
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)

    def get(self, name: str) -> Any:
        return self.values.get(name)

    def only(self, *names: str) -> dict[str, Any]:
        return {name: self.values[name] for name in names if name in self.values}


def person_of(row: Row, rules: Rules, languages: list[str]) -> Person:
    """Raises Refused."""
    person = Person(row.line)
    if any(row.cells[len(rules.columns) :]):
        # Everything behind the separator too many stands in a wrong column.
        raise Refused("", "too_many_cells")
    for name, cell in zip(rules.columns, row.cells, strict=False):
        if name and cell:
            read_cell(person, name, cell, rules, languages)
    join_parts(person)
    if code := person.get("postcode"):
        person.values["postcode"] = cells.postcode(code, person.get("country") or rules.country)
    must_be_somebody(person)
    return person


def read_cell(person: Person, name: str, cell: str, rules: Rules, languages: list[str]) -> None:
    try:
        value = cleaned(name, cell, languages, rules.orders.get(name, DAY_FIRST))
    except LeftOut as left:
        person.left.append((left.field_name, left.reason))
        return
    if name in MANY:
        there = MANY[name](person)
        there[:] = dict.fromkeys([*there, *value] if name.endswith("_2") else [*value, *there])
    elif value:
        person.values[name] = value


MANY: Final[dict[str, Callable[[Person], list[str]]]] = {
    "email": lambda person: person.emails,
    "email_2": lambda person: person.emails,
    "phone": lambda person: person.phones,
    "phone_2": lambda person: person.phones,
}


def join_parts(person: Person) -> None:
    """A list may cut finer than we do, or not at all."""
    if person.emails:
        person.values["email"], *person.emails = person.emails
    split_name(person)
    for name, more, between in (("given_name", "middle_name", " "), ("street", "street_2", "\n")):
        whole = between.join(filter(None, (person.get(name), person.values.pop(more, ""))))
        if len(whole) > LONGEST[name]:
            raise Refused(name, "too_long")
        person.values |= {name: whole} if whole else {}


def must_be_somebody(person: Person) -> None:
    """Raises Refused. One name is enough."""
    if not (person.get("given_name") or person.get("family_name")):
        raise Refused("given_name", "no_name")
    names.one_person("given_name", person.get("given_name") or "")
    if not (person.get("email") or person.get("member_number")):
        raise Refused("email", "nobody")


def split_name(person: Person) -> None:
    whole = person.values.pop("full_name", None)
    if whole and not (person.get("given_name") or person.get("family_name")):
        parts = names.parts_of(whole)
        person.values = {name: fitting(name, text) for name, text in parts.items()} | person.values


def cleaned(name: str, cell: str, languages: list[str], order: str = DAY_FIRST) -> Any:
    """Raises Refused, and LeftOut where the person can do without."""
    cell = cells.unwrapped(name, cell)
    if name not in LINES:
        cell = " ".join(cell.split())
    if not cell:
        return [] if name in MANY else None
    if name in MANY:
        check = email if name.startswith("email") else phone
        return [check(name, part) for part in cells.several(cell)]
    if name in DATES:
        return day(name, cell, order)
    match name:
        case "country":
            return country(cell)
        case "language":
            return language(cell, languages)
    return fitting(name, cell)


def fitting(name: str, text: str) -> str:
    if len(text) > LONGEST.get(name, 200):
        raise Refused(name, "too_long")
    return text


def email(name: str, text: str) -> str:
    """Letters beyond ASCII in front of the @ are more than most mail servers take."""
    bare = cells.address(text)
    try:
        validate_email(bare)
        validate_ascii(bare.rpartition("@")[0])
    except ValidationError:
        raise Refused(name, "bad_email") from None
    return fitting(name, bare)


def validate_ascii(text: str) -> None:
    if not text.isascii():
        raise ValidationError("")


def phone(name: str, text: str) -> str:
    return fitting(name, " ".join(text.split()))


@cache
def countries_by_name() -> dict[str, str]:
    found: dict[str, str] = {}
    for code in ("en", "de", "fr"):
        with override(code):
            found |= {folded(str(name)): letters for letters, name in countries}
    return found | {folded(letters): letters for letters, _name in countries} | {"uk": "GB", "england": "GB"}


def country(cell: str) -> str:
    try:
        return countries_by_name()[folded(cell)]
    except KeyError:
        raise Refused("country", "bad_country") from None


def language(cell: str, languages: list[str]) -> str:
    code = cell.casefold()[:2]
    if code not in languages:
        raise Refused("language", "bad_language")
    return code
