"""What somebody is told before they type anything (Art. 13 GDPR), read from the declarations, so it cannot be wrong."""

from dataclasses import dataclass
from typing import Final

from ams.models import Account, Individual, Invoice, LoginRecord, Membership, PostalAddress, SentMail
from consent.models import Decision
from privacy.declarations import Basis, Declaration
from privacy.inventory import declaration_of

# What joining fills.
FILLED: Final = [Individual, PostalAddress, Account, Membership, Invoice, Decision, SentMail, LoginRecord]


@dataclass(frozen=True, slots=True)
class Purpose:
    """One line of the notice."""

    purpose: str
    basis: str
    retention: str
    recipients: str


def purposes() -> list[Purpose]:
    """Each purpose once, in the order in which joining comes to it."""
    lines = (line(declaration_of(model)) for model in FILLED)
    return list({each.purpose: each for each in lines}.values())


def line(declaration: Declaration) -> Purpose:
    return Purpose(
        str(declaration.purpose),
        str(Basis(declaration.basis).label),
        str(declaration.retention),
        "; ".join(str(name) for name in declaration.recipients),
    )
