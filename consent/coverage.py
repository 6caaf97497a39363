"""A yes covers what it was told, and no more: a wider use needs a new one (Art. 4(11) and 6(4) GDPR)."""

from consent.models import Kind, Statement, Version


class NotCovered(ValueError):  # noqa: N818  it says what is the case
    """The earlier yes would be taken for a use that it was never asked for."""


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
