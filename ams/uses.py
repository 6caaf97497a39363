"""The uses that the program itself knows: their statements keep a slug and a number that mean something to it."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Use:
    """`number` is in the ids of the keys that seal what this yes alone allows: it can never change."""

    slug: str
    number: int


DIRECTORY: Final = Use("directory", 3)
KNOWN: Final = {use.slug: use for use in (DIRECTORY,)}


def numbers() -> dict[str, int]:
    """By slug (CONSENT_NUMBERS)."""
    return {use.slug: use.number for use in KNOWN.values()}
