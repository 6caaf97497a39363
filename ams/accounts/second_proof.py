"""What we ask of somebody who has a letter of ours and no login: the birthday, else the postcode."""

from datetime import date
from typing import Any

from privacy.proof import SecondProof, second_proof


def second_proof_of(individual: Any) -> SecondProof | None:
    """The birthday first: a neighbour knows the postcode too."""
    if isinstance(individual.born_on, date):
        return second_proof("birthday", [individual.born_on.isoformat()])
    codes = [address.postcode for address in individual.addresses.all()]
    known = [code for code in codes if isinstance(code, str) and code.strip()]
    return second_proof("postcode", known) if known else None
