"""A person's name as it is written: the family's first, and without a space, where the script has it so."""

from typing import Final
from unicodedata import name

# The first word of the names of their letters in Unicode.
FAMILY_FIRST: Final = {
    "CJK",
    "HANGUL",
    "HIRAGANA",
    "KATAKANA",
    "KATAKANA-HIRAGANA",
    "IDEOGRAPHIC",
    "BOPOMOFO",
}


def whole_name(given: str | None, family: str | None, *, title: str | None = None) -> str:
    """Ann Archer, Dr. Ann Archer, 李小明. A value that was erased is falsy."""
    if given and family and is_family_first(f"{family}{given}"):
        return " ".join(part for part in (title, f"{family}{given}") if part)
    return " ".join(part for part in (title, given, family) if part)


def is_family_first(letters: str) -> bool:
    """A name in Latin letters keeps the order in which its person wrote it."""
    return all(name(letter, "").partition(" ")[0] in FAMILY_FIRST for letter in letters)
