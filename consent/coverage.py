"""A yes covers what it was told, and no more: a wider use needs a new one (Art. 4(11) and 6(4) GDPR).

An objection to advertising covers all of it, so what was told as advertising is told as nothing else later.
"""

from consent.models import Kind, Purpose, State, Statement, Version
from privacy.declarations import Basis


class NotCovered(ValueError):  # noqa: N818  it says what is the case
    """The earlier yes would be taken for a use that it was never asked for."""


class StaysAdvertising(ValueError):  # noqa: N818  as above
    """Earlier words told the use as advertising. For another one, end the statement and begin another."""


def reaches_further(statement: Statement, before: Version) -> bool:
    """Is the use another one than the published words told? Fewer recipients are no other use."""
    told = (before.purpose or statement.purpose, before.basis)
    is_another = (statement.purpose, statement.basis) != told
    return is_another or not set(statement.recipients) <= set(before.recipients)


def needs_a_new_yes(statement: Statement, before: Version | None) -> bool:
    """Nobody says yes to a notice."""
    return before is not None and statement.kind != Kind.NOTICE and reaches_further(statement, before)


def asks_for_one(version: Version, kind: str) -> bool:
    """What was agreed to in order to be a member holds until the answer; a consent rests."""
    return version.ask_again and not (kind == Kind.CONSENT and version.old_counts)


def leaves_advertising(statement: Statement) -> bool:
    """Whoever presses once more would stand by words that close, or open, this use alone: all other would go on."""
    if statement.kind != Kind.NOTICE or advertises(statement):
        return False
    told = Version.objects.for_advertising().filter(statement=statement, state=State.PUBLISHED)
    return told.exists()


def advertises(statement: Statement) -> bool:
    """As the next version will say. See Version.is_for_advertising."""
    return statement.basis == Basis.LEGITIMATE_INTEREST and statement.purpose == Purpose.DIRECT_MARKETING
