"""A yes covers what it was told, and no more: a wider use needs a new one (Art. 4(11) and 6(4) GDPR).

An objection to advertising covers all of it, so what was told as advertising is told as nothing else later.
"""

from consent.models import LATER_WORDS, TERMS, WORDS, Kind, Purpose, State, Statement, Version
from privacy.declarations import Basis


class NotCovered(ValueError):  # noqa: N818  it says what is the case
    """The earlier yes would be taken for a use that it was never asked for."""


class StaysAdvertising(ValueError):  # noqa: N818  as above
    """Earlier words told the use as advertising. For another one, end the statement and begin another."""


def asks_enough(version: Version, before: Version | None) -> bool:
    """May a draft be published as it asks? `before`: the latest words that people answered.

    Another use needs a new yes, and the earlier one rests until then; what was agreed to in order to be a member
    holds. A new recipient or field is on the list of nobody whose own words do not name it: there it is enough to ask.
    Other words ask everybody; whoever says otherwise writes why.
    """
    statement = version.statement
    if before is None or statement.kind == Kind.NOTICE:
        return True
    if version.ask_again is None:
        return False
    if is_another_use(statement, before):
        return version.ask_again and not lets_count(version)
    if names_more(statement, before) and not version.ask_again:
        return False
    return bool(version.reason.strip()) or not owes_a_reason(version, before)


def owes_a_reason(version: Version, before: Version) -> bool:
    """Is somebody not asked, although the words are others, or does an earlier yes count for other terms meanwhile?"""
    changed = changed_words(version, before)
    if not version.ask_again:
        return bool(changed)
    return lets_count(version) and bool(changed & set(TERMS))


def changed_words(version: Version, before: Version) -> set[str]:
    """The names of the texts that differ, in any of the languages that both have."""
    earlier = {each.language: each for each in before.wordings.all()}
    return {
        name
        for each in version.wordings.all()
        if each.language in earlier
        for name in (*WORDS, *LATER_WORDS)
        if getattr(each, name).strip() != getattr(earlier[each.language], name).strip()
    }


def lets_count(version: Version) -> bool:
    """Of a consent alone: what was agreed to in order to be a member holds."""
    return version.statement.kind == Kind.CONSENT and version.old_counts


def is_another_use(statement: Statement, before: Version) -> bool:
    return (statement.purpose, statement.basis) != (before.purpose or statement.purpose, before.basis)


def names_more(statement: Statement, before: Version) -> bool:
    """A recipient, or a field of a list, that the words before did not name."""
    told = (set(before.recipients), set(before.shared_fields))
    return not (set(statement.recipients) <= told[0] and set(statement.shared_fields) <= told[1])


def leaves_advertising(statement: Statement) -> bool:
    """Whoever presses once more would stand by words that close, or open, this use alone: all other would go on."""
    if statement.kind != Kind.NOTICE or advertises(statement):
        return False
    told = Version.objects.for_advertising().filter(statement=statement, state=State.PUBLISHED)
    return told.exists()


def advertises(statement: Statement) -> bool:
    """As the next version will say. See Version.is_for_advertising."""
    return statement.basis == Basis.LEGITIMATE_INTEREST and statement.purpose == Purpose.DIRECT_MARKETING
