"""What somebody without a login tells, beside the link in a letter, to show who they are: the association knows it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class SecondProof:
    """One question, and the answers that fit; they show in no log and no exception."""

    kind: Literal["birthday", "postcode"]
    fitting: frozenset[str] = field(repr=False)

    def fits(self, answer: str) -> bool:
        return plain(answer) in self.fitting


def second_proof(kind: Literal["birthday", "postcode"], fitting: Iterable[str]) -> SecondProof:
    return SecondProof(kind, frozenset(map(plain, fitting)))


def plain(answer: str) -> str:
    """Without what people write in different ways: D02 XY45 and d02xy45 are one."""
    return "".join(letter for letter in answer.casefold() if letter.isalnum())


def second_proof_of(individual: Any) -> SecondProof | None:
    """None where nothing is held that only the person would know."""
    find: Any = import_string(settings.PRIVACY_SECOND_PROOF)
    found: SecondProof | None = find(individual)
    return found
