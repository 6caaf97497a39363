"""A whole name → its parts. One name is enough: not everybody has two."""

import re
from typing import Final

from ams.imports.refused import Refused

PLAIN: Final = frozenset({"dr", "prof", "professor", "sir", "dame"})
TITLES: Final = PLAIN | {"pd", "dipl", "ing", "mag", "med", "phil", "rer", "nat", "h", "c", "rev"}
# They begin a family name: Vincent | van den Berg.
PARTICLES: Final = frozenset({
    "van", "von", "vom", "zu", "zum", "zur", "de", "del", "della", "di", "da", "dos", "du", "den", "der", "des", "la",
    "le", "el", "al", "bin", "ibn", "ter", "ten", "af", "av", "mac", "st", "st.",
})  # fmt: skip
BEHIND: Final = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "junior", "senior"})
SEVERAL: Final = re.compile(r"\S\s*&\s*\S|\s(und|and|et|\+)\s", re.IGNORECASE)
FAMILY: Final = re.compile(r"(familie|family|famille|eheleute|ehepaar)\s", re.IGNORECASE)


def parts_of(whole: str) -> dict[str, str]:
    """`title`, `given_name`, `family_name`, without what is missing. Raises Refused when these are several people."""
    one_person("full_name", whole)
    family, comma, given = (part.strip() for part in whole.partition(","))
    if not comma:
        given, family = halves(family.split())
    title, given = titled(given)
    if not given:
        given, family = family, ""
    found = {"title": title, "given_name": given, "family_name": family}
    return {name: text for name, text in found.items() if text}


def one_person(name: str, text: str) -> None:
    """Raises Refused."""
    if SEVERAL.search(text) or FAMILY.match(text):
        raise Refused(name, "several_people")


def halves(words: list[str]) -> tuple[str, str]:
    """The family's name is the last word, with the particles in front and what may stand behind."""
    start = len(words) - 1
    if start > 1 and words[start].casefold() in BEHIND:
        start -= 1
    while start > 1 and words[start - 1].casefold() in PARTICLES:
        start -= 1
    return " ".join(words[:start]), " ".join(words[start:])


def titled(given: str) -> tuple[str, str]:
    words = given.split()
    end = 0
    while end < len(words) and is_title(words[end]):
        end += 1
    return " ".join(words[:end]), " ".join(words[end:])


def is_title(word: str) -> bool:
    """Dr.-Ing. and Prof are one; Ing without its full stop may be somebody's name."""
    parts = [part.casefold() for part in re.split(r"[.\-]", word) if part]
    return bool(parts) and set(parts) <= TITLES and ("." in word or parts[0] in PLAIN)
