"""Is this row somebody whom we know? A number or an e-mail alone says no: families share one, and typists slip.

A number counts with a name or a birthday that agrees, an e-mail with a name and no birthday against it. What agrees
with neither is a person of its own; what agrees with two is refused.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from ams.imports.refused import Refused
from ams.imports.row import Person
from ams.models import Individual, OtherEmail
from privacy.folding import fold

# How Germans write these letters where a program has none. Others leave the dots away, which `fold` does.
SPELT_OUT: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})


@dataclass(slots=True)
class Register:
    """Who of a batch is known, by both names that a row may use. An address may be that of several people."""

    by_number: dict[str, Individual] = field(default_factory=dict)
    by_email: dict[str, list[Individual]] = field(default_factory=dict)
    owners: dict[str, UUID] = field(default_factory=dict)  # whose own e-mail it is

    def remember(self, individual: Individual, *others: Any) -> None:
        """A later row of the same file may mean the same person."""
        if individual.member_number:
            self.by_number[normal("member_number", individual.member_number)] = individual
        for email in filter(None, (individual.email, *others)):
            there = self.by_email.setdefault(normal("email", email), [])
            there += [] if individual in there else [individual]
        if individual.email:
            self.owners[normal("email", individual.email)] = individual.pk

    def at(self, email: str | None) -> list[Individual]:
        return self.by_email.get(normal("email", email), [])

    def is_taken(self, email: str, individual: Individual) -> bool:
        """Is it the own e-mail of somebody else?"""
        return self.owners.get(normal("email", email), individual.pk) != individual.pk

    def known(self, person: Person) -> Individual | None:
        """Raises Refused."""
        at_address = self.at(person.get("email"))
        numbered = self.by_number.get(normal("member_number", person.get("member_number")))
        if numbered:
            return by_number(numbered, person, [each for each in at_address if each.pk != numbered.pk])
        return by_email(person, at_address)


def by_number(numbered: Individual, person: Person, others: list[Individual]) -> Individual:
    if any(is_same(each, person) for each in others):
        raise Refused("member_number", "two_people")
    if not (same_name(numbered, person) or same_birthday(numbered, person)):
        raise Refused("member_number", "other_name")
    return numbered


def by_email(person: Person, at_address: list[Individual]) -> Individual | None:
    same = [each for each in at_address if is_same(each, person)]
    if len(same) > 1:
        raise Refused("email", "unsure")
    if same and same[0].member_number and person.get("member_number"):
        raise Refused("member_number", "other_number")
    if not same and not person.get("member_number"):
        raise_when_unsure(person, at_address)
    return same[0] if same else None


def raise_when_unsure(person: Person, at_address: Iterable[Individual]) -> None:
    """With a number of its own a row is a person of its own: father and son, or twins."""
    for each in at_address:
        if same_name(each, person):
            raise Refused("born_on", "other_birthday")
        if same_birthday(each, person) and same_family(each, person):
            raise Refused("given_name", "unsure")


def is_same(individual: Individual, person: Person) -> bool:
    return same_name(individual, person) and same_birthday(individual, person) is not False


def same_birthday(individual: Individual, person: Person) -> bool | None:
    """None: nobody knows."""
    born, said = individual.born_on, person.get("born_on")
    return born == said if born and said else None


def same_family(individual: Individual, person: Person) -> bool:
    return bool(spellings(individual.family_name) & spellings(person.get("family_name")))


def same_name(individual: Individual, person: Person) -> bool:
    """By the first name: a family's is shared, and changes with a marriage. Also the other way round, and initials."""
    held = individual.given_name or individual.family_name
    said = person.get("given_name") or person.get("family_name")
    if not held or are_alike(held, said):
        return True
    swapped = are_alike(individual.family_name, person.get("given_name"))
    if swapped and are_alike(individual.given_name, person.get("family_name")):
        return True
    return same_family(individual, person) and is_initial(held, said)


def are_alike(one: Any, other: Any) -> bool:
    """Hans-Peter and Hans Peter; Anna Maria and Anna."""
    return bool(spellings(one) & spellings(other)) or bool(first_words(one) & first_words(other))


def is_initial(one: Any, other: Any) -> bool:
    words = first_words(one), first_words(other)
    short = [word for found in words for word in found if len(word) == 1]
    return bool(short) and len({word[0] for found in words for word in found}) == 1


def first_words(name: Any) -> set[str]:
    words = str(name or "").replace("-", " ").replace(".", " ").split()
    return spellings(words[0]) if words else set()


def spellings(name: Any) -> set[str]:
    """Without case, signs and blanks, both ways to write ü."""
    text = unicodedata.normalize("NFC", str(name or "").casefold())
    return {letters(text), letters(text.translate(SPELT_OUT))} - {""}


def letters(text: str) -> str:
    return "".join(letter for letter in fold(text) if letter.isalnum())


def normal(name: str, value: Any) -> str:
    """As the blind index sees it: what is one there must be one here."""
    field: Any = Individual._meta.get_field(name)
    return field.normal(str(value or ""))  # type: ignore[no-any-return]  # of the field of its name


def found(name: str, values: Iterable[str | None]) -> dict[str, Individual]:
    """Through the blind index, one statement. Locked, so that nothing that they change meanwhile is overwritten."""
    wanted = [value for value in values if value]
    known = Individual.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    rows = known.filter(**{f"{name}__in": wanted}) if wanted else []
    return {normal(name, getattr(individual, name)): individual for individual in rows}


def further(values: Iterable[str | None]) -> list[OtherEmail]:
    """Who else has such an address, though it is not the one that they sign in with."""
    wanted = [value for value in values if value]
    rows = OtherEmail.objects.filter(address__in=wanted).select_related("individual").order_by("pk")
    return list(rows.select_for_update(of=("individual",), no_key=True)) if wanted else []
