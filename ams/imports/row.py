"""One row → the values that we keep, or the column and the reason why not."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import override
from django_countries import countries

from ams.imports.headings import folded
from ams.imports.read import Row

DATES: Final = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%Y/%m/%d")
LONGEST: Final = {
    "member_number": 40, "title": 40, "given_name": 100, "family_name": 100, "email": 254, "organisation": 200,
    "position": 120, "street": 200, "postcode": 20, "town": 100, "region": 100, "phone": 40, "phone_2": 40,
    "website": 200,
}  # fmt: skip


class Refused(ValueError):  # noqa: N818 it says what is the case
    """`column` is the heading, `reason` a code of reasons.py. Never holds the value."""

    def __init__(self, field_name: str, reason: str) -> None:
        super().__init__(reason)
        self.field_name, self.reason = field_name, reason


@dataclass(slots=True)
class Person:
    """What a row says. Only fields with something in them."""

    line: int
    values: dict[str, Any] = field(default_factory=dict)

    def get(self, name: str) -> Any:
        return self.values.get(name)

    def only(self, *names: str) -> dict[str, Any]:
        return {name: self.values[name] for name in names if name in self.values}


def person_of(row: Row, columns: list[str], languages: list[str]) -> Person:
    """Raises Refused."""
    person = Person(row.line)
    if any(row.cells[len(columns) :]):
        raise Refused(
            "", "too_many_cells"
        )  # everything behind the separator too many stands in a wrong column
    for name, cell in zip(columns, row.cells, strict=False):
        if name and cell:
            person.values[name] = cleaned(name, cell, languages)
    split_name(person)
    if not (person.get("given_name") or person.get("family_name")):
        raise Refused("given_name", "no_name")
    if not (person.get("email") or person.get("member_number")):
        raise Refused("email", "nobody")
    return person


def split_name(person: Person) -> None:
    """A whole name: the last word is the family's, or what stands before a comma."""
    whole = person.values.pop("full_name", None)
    if not whole or person.get("given_name") or person.get("family_name"):
        return
    family, comma, given = whole.partition(",")
    if not comma:
        given, _blank, family = whole.rpartition(" ")
    person.values |= {"given_name": given.strip() or family.strip()}
    if given.strip():
        person.values["family_name"] = family.strip()


def cleaned(name: str, cell: str, languages: list[str]) -> Any:
    if any(ord(letter) < ord(" ") and letter not in "\r\n\t" for letter in cell) or "\x7f" in cell:
        raise Refused(name, "bad_characters")
    if name != "street":
        cell = " ".join(cell.split())
    match name:
        case "email":
            return email(cell)
        case "born_on" | "joined_on":
            return day(name, cell)
        case "country":
            return country(cell)
        case "language":
            return language(cell, languages)
    if len(cell) > LONGEST.get(name, 250):
        raise Refused(name, "too_long")
    return cell


def email(cell: str) -> str:
    try:
        validate_email(cell)
    except ValidationError:
        raise Refused("email", "bad_email") from None
    if len(cell) > LONGEST["email"]:
        raise Refused("email", "too_long")
    return cell


def day(name: str, cell: str) -> date:
    for form in DATES:
        try:
            found = datetime.strptime(cell, form).date()  # noqa: DTZ007 a day has no time zone
        except ValueError:
            continue
        if 1900 <= found.year <= date.today().year:  # noqa: DTZ011, PLR2004 a day, anywhere; nobody is older
            return found
    raise Refused(name, "bad_date")


@cache
def countries_by_name() -> dict[str, str]:
    names: dict[str, str] = {}
    for code in ("en", "de", "fr"):
        with override(code):
            names |= {folded(str(name)): letters for letters, name in countries}
    return names | {folded(letters): letters for letters, _name in countries} | {"uk": "GB", "england": "GB"}


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
