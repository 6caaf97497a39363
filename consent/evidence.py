"""What an authority is shown (Art. 7(1)): each decision with its words' fingerprint and its entry in the ledger.

Composed in pages, each read in a transaction of its own, so that it can be sent while it is read and never lies about.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from consent.models import LATER_WORDS, WORDS, Decision, Paper, State, Version, Wording
from consent.receipts.build import number_of
from privacy.ledger.models import LedgerEntry
from privacy.tenancy import speaking_for

A_PAGE: Final = 500
COLUMNS: Final = (
    "subject",
    "time",
    "zone",
    "statement",
    "act",
    "version",
    "version_sha256",
    "language",
    "words_sha256",
    "channel",
    "actor",
    "shown_beside",
    "ledger_entry",
    "ledger_entry_sha256",
    "decision",
    "receipt",
    "paper_evidence",
)
WORDING_COLUMNS: Final = (
    "statement",
    "version",
    "version_sha256",
    "in_force_from",
    "published",
    "purpose",
    "legal_basis",
    "recipients",
    "language",
    "words_sha256",
    *WORDS,
    *LATER_WORDS,
)
Row = list[str]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which decisions: those of one person, or on one statement by everybody; none that comes after `until`."""

    association: UUID
    until: datetime
    individual: UUID | None = None
    statement: int | None = None

    def decisions(self) -> QuerySet[Decision]:
        wanted = {"individual_id": self.individual, "statement_id": self.statement}
        named = {name: value for name, value in wanted.items() if value is not None}
        return Decision.objects.filter(at__lte=self.until, **named)

    def versions(self) -> QuerySet[Version]:
        if self.statement is not None:
            return Version.objects.filter(statement=self.statement, state=State.PUBLISHED)
        return Version.objects.filter(pk__in=self.decisions().values("version"))


def rows_of(scope: Scope) -> Iterator[list[Row]]:
    """In the order of time, a page at a time. Call it outside of any transaction that should stay short."""
    last: Decision | None = None
    while True:
        with speaking_for(scope.association):
            decisions = page_after(scope.decisions(), last)
            rows = list(rows_about(decisions))
        if rows:
            yield rows
        if len(decisions) < A_PAGE:
            return
        last = decisions[-1]


def page_after(decisions: QuerySet[Decision], last: Decision | None) -> list[Decision]:
    if last is not None:
        decisions = decisions.filter(Q(at__gt=last.at) | Q(at=last.at, pk__gt=last.pk))
    paper = Exists(Paper.objects.filter(decision=OuterRef("pk")))
    rows = decisions.annotate(has_paper=paper).select_related("version", "statement", "shown")
    return list(rows.order_by("at", "pk")[:A_PAGE])


def rows_about(decisions: list[Decision]) -> Iterator[Row]:
    entries = entries_of(decisions)
    names = names_of_versions({text for each in decisions if each.shown for text in each.shown.versions})
    for decision in decisions:
        yield row_of(decision, entries.get(str(decision.pk)), names)


def row_of(decision: Any, entry: LedgerEntry | None, names: dict[str, str]) -> Row:
    shown = decision.shown.versions if decision.shown else []
    return [
        str(decision.individual_id),
        decision.at.astimezone(ZoneInfo(decision.zone)).isoformat(),
        decision.zone,
        decision.statement.slug,
        decision.act,
        str(decision.version.number),
        decision.version.hash,
        decision.language,
        decision.text_hash,
        decision.channel,
        str(decision.actor or ""),
        ", ".join(names.get(text, text) for text in shown if text != decision.version.hash),
        str(entry.seq) if entry else "",
        bytes(entry.entry_hash).hex() if entry else "",
        str(decision.pk),
        number_of(decision),
        "yes" if decision.has_paper else "no",
    ]


def entries_of(decisions: Iterable[Decision]) -> dict[str, LedgerEntry]:
    """By decision. Looked up by whom they are about, for which the ledger has an index."""
    entries = LedgerEntry.objects.filter(
        Q(kind__startswith="consent.") | Q(kind__startswith="agreement."),
        subject_uid__in={each.individual_id for each in decisions},
        payload__has_key="decision",
    )
    return {entry.payload["decision"]: entry for entry in entries}


def names_of_versions(fingerprints: set[str]) -> dict[str, str]:
    versions = Version.objects.filter(hash__in=fingerprints).select_related("statement")
    return {each.hash: f"{each.statement.slug} {each.number}" for each in versions}


def wordings_of(scope: Scope) -> list[Row]:
    """Every wording of the versions that were answered: with it each fingerprint can be worked out again."""
    with speaking_for(scope.association):
        rows = Wording.objects.filter(version__in=scope.versions()).select_related("version__statement")
        return [
            wording_row(each) for each in rows.order_by("version__statement", "version__number", "language")
        ]


def wording_row(wording: Wording) -> Row:
    version = wording.version
    return [
        version.statement.slug,
        str(version.number),
        version.hash,
        version.effective_at.isoformat(),
        version.published_at.isoformat() if version.published_at else "",
        version.purpose,
        version.basis,
        ", ".join(version.recipients),
        wording.language,
        wording.hash,
        *(getattr(wording, name) for name in (*WORDS, *LATER_WORDS)),
    ]
