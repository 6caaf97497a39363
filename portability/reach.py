"""How a copy gets to its person: after signing in, by a letter's link and a second proof, or on paper."""

from enum import StrEnum
from typing import Any

from privacy.proof import second_proof_of


class Reach(StrEnum):
    LOGIN = "login"
    LETTER = "letter"
    PAPER = "paper"


def reach_of(individual: Any) -> Reach:
    """Without an address of theirs, or anything to ask them, only paper is left."""
    if not individual.email:
        return Reach.PAPER
    account = getattr(individual, "account", None)
    if account is not None and account.is_active:
        return Reach.LOGIN
    return Reach.LETTER if second_proof_of(individual) else Reach.PAPER
