"""What a person decided, and when: all of it, newest first, in the words of their language."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from consent.choices import in_language
from consent.models import Decision, Wording


@dataclass(frozen=True, slots=True)
class Entry:
    """A decision beside a name that its reader understands."""

    decision: Decision
    name: str


def history_of(individual: Any, *, language: str | None = None) -> list[Entry]:
    """Two queries, however long the history is."""
    decisions = list(
        Decision.objects.filter(individual_id=individual.pk)
        .select_related("statement", "version")
        .order_by("-at", "-pk")
    )
    names = dict(_names({decision.version_id for decision in decisions}, language))
    return [
        Entry(decision, names.get(decision.version_id, decision.statement.slug)) for decision in decisions
    ]


def _names(versions: set[int], language: str | None) -> Iterator[tuple[int, str]]:
    by_version: dict[int, list[Wording]] = {}
    for wording in Wording.objects.filter(version__in=versions):
        by_version.setdefault(wording.version_id, []).append(wording)
    for version, wordings in by_version.items():
        yield version, in_language(wordings, language).name


def words_of(decision: Decision) -> Wording:
    """The exact words that stood there, in the language in which the person read them."""
    return in_language(Wording.objects.filter(version=decision.version_id), decision.language)
