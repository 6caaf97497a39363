"""A yes covers what it was told, and no more: a wider use needs a new one (Art. 4(11) and 6(4) GDPR).

An objection to advertising covers all of it, so what was told as advertising is told as nothing else later.
"""

from consent.models import Kind, Purpose, State, Statement, Version
from privacy.declarations import Basis


class NotCovered(ValueError):  # noqa: N818  it says what is the case
    """The earlier yes would be taken for a use that it was never asked for."""


class StaysAdvertising(ValueError):  # noqa: N818  as above
    """Earlier words told the use as advertising. For another one, end the statement and begin another."""


def asks_enough(version: Version, before: Version | None) -> bool:
    """May a draft be published as it asks? `before`: the latest words that people answered.

    Another use needs a new yes, and the earlier one rests until then; what was agreed to in order to be a member
    holds. A new recipient is handed nobody whose own words do not name it: there it is enough to ask.
    """
    statement = version.statement
    if before is None or statement.kind == Kind.NOTICE:
        return True
    if is_another_use(statement, before):
        return version.ask_again and not (statement.kind == Kind.CONSENT and version.old_counts)
    return version.ask_again or not names_more(statement, before)


def is_another_use(statement: Statement, before: Version) -> bool:
    return (statement.purpose, statement.basis) != (before.purpose or statement.purpose, before.basis)


def names_more(statement: Statement, before: Version) -> bool:
    return not set(statement.recipients) <= set(before.recipients)


def leaves_advertising(statement: Statement) -> bool:
    """Whoever presses once more would stand by words that close, or open, this use alone: all other would go on."""
    if statement.kind != Kind.NOTICE or advertises(statement):
        return False
    told = Version.objects.for_advertising().filter(statement=statement, state=State.PUBLISHED)
    return told.exists()


def advertises(statement: Statement) -> bool:
    """As the next version will say. See Version.is_for_advertising."""
    return statement.basis == Basis.LEGITIMATE_INTEREST and statement.purpose == Purpose.DIRECT_MARKETING
