"""Who of the staff opened a person's data, and when: from the ledger, for the person to see (Art. 15(1)(c) GDPR)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet, TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy.inventory import individual_model
from privacy.ledger.kinds import Kind
from privacy.ledger.models import Evidence, LedgerEntry
from privacy.tenancy import require_association

A_YEAR: Final = timedelta(days=365)
LOOKS: Final = (Kind.INDIVIDUAL_VIEWED, Kind.EXPORT_OPENED)


class Purpose(TextChoices):
    """What staff take a copy for; the ledger's words (privacy/ledger/kinds.py)."""

    POST = "post", gettext_lazy("Post it on paper")
    HAND_OVER = "hand_over", gettext_lazy("Hand it over in person")
    ANSWER = "answer", gettext_lazy("Answer a request or a question")
    AUTHORITY = "authority", gettext_lazy("Show it to an authority that may ask for it")


@dataclass(frozen=True, slots=True)
class Opening:
    """One role, or one member of staff, on one day, and how often; or one copy that they took, and why."""

    name: str
    day: date
    times: int
    purpose: str = ""
    reason: str = ""


def openings(individual: Any) -> list[Opening]:
    """The last twelve months, the newest first. Two statements, one more where copies were taken."""
    entries = list(looks_at(individual.pk).order_by("-seq"))
    copies = {entry.pk for entry in entries if entry.kind == Kind.EXPORT_OPENED}
    written = Evidence.objects.filter(entry_id__in=copies) if copies else []
    actors = {entry.actor_uid for entry in entries if entry.actor_uid}
    people = individual_model()._base_manager.select_related("account").filter(pk__in=actors)
    return lines_of(entries, called(individual.association, people if actors else []), reasons_in(written))


def looks_at(uid: UUID) -> "QuerySet[LedgerEntry]":
    return LedgerEntry.objects.filter(
        association_id=require_association(),
        subject_uid=uid,
        kind__in=LOOKS,
        at__gte=timezone.now() - A_YEAR,
    )


def lately(entries: Iterable[LedgerEntry]) -> list[LedgerEntry]:
    """The same among entries that were read already."""
    begun = timezone.now() - A_YEAR
    return [entry for entry in entries if entry.kind in LOOKS and entry.at >= begun]


def lines_of(
    entries: Iterable[LedgerEntry], called: Mapping[UUID, str], reasons: Mapping[int, str]
) -> list[Opening]:
    """A copy is told one by one, everything else day by day."""
    left = _("somebody who has left us")
    lines: Counter[tuple[str, date, Any]] = Counter()
    for entry in entries:
        name = called.get(entry.actor_uid, left) if entry.actor_uid else left
        lines[name, timezone.localdate(entry.at), copy_of(entry)] += 1
    return [Opening(name, day, times, *told(copy, reasons)) for (name, day, copy), times in lines.items()]


def copy_of(entry: LedgerEntry) -> tuple[int, str] | None:
    return (entry.pk, str(entry.payload["purpose"])) if entry.kind == Kind.EXPORT_OPENED else None


def told(copy: tuple[int, str] | None, reasons: Mapping[int, str]) -> tuple[str, str]:
    return (str(Purpose(copy[1]).label), reasons.get(copy[0], "")) if copy else ("", "")


def reasons_in(written: Iterable[Evidence]) -> dict[int, str]:
    """As staff wrote them; sealed beside the entry."""
    return {
        each.entry_id: str(each.content["evidence"].get("reason", ""))
        for each in written
        if isinstance(each.content, dict) and "evidence" in each.content
    }


def called(association: Any, people: Iterable[Any]) -> dict[UUID, str]:
    """By role, unless the association decides that members see names. Whoever was erased has neither."""
    there = [person for person in people if person.erased_at is None]
    if association.names_staff:
        return {person.pk: person.display_name for person in there}
    return {person.pk: role_of(person) for person in there}


def role_of(person: Any) -> str:
    account = getattr(person, "account", None)
    return str(account.get_role_display()) if account else ""
