"""Who of the staff opened a person's data, and when: from the ledger, for the person to see (Art. 15(1)(c) GDPR)."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy.inventory import individual_model
from privacy.ledger.kinds import Kind
from privacy.ledger.models import Evidence, LedgerEntry

A_YEAR: Final = timedelta(days=365)


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
    entries = LedgerEntry.objects.filter(
        association_id=individual.association_id,
        subject_uid=individual.pk,
        kind__in=[Kind.INDIVIDUAL_VIEWED, Kind.EXPORT_OPENED],
        at__gte=timezone.now() - A_YEAR,
    )
    # A copy is told one by one, everything else day by day.
    days = Counter(
        (timezone.localdate(at), actor, (pk, str(payload["purpose"])) if kind == Kind.EXPORT_OPENED else None)
        for at, actor, kind, pk, payload in entries.order_by("-seq").values_list(
            "at", "actor_uid", "kind", "pk", "payload"
        )
    )
    called = called_by(individual.association, {actor for _day, actor, _copy in days if actor})
    reasons = reasons_of({copy[0] for _day, _actor, copy in days if copy})
    left = _("somebody who has left us")
    lines: Counter[tuple[str, date, Any]] = Counter()
    for (day, actor, copy), times in days.items():
        lines[called.get(actor) or left, day, copy] += times
    return [Opening(name, day, times, *told(copy, reasons)) for (name, day, copy), times in lines.items()]


def told(copy: tuple[int, str] | None, reasons: dict[int, str]) -> tuple[str, str]:
    return (str(Purpose(copy[1]).label), reasons.get(copy[0], "")) if copy else ("", "")


def reasons_of(entries: set[int]) -> dict[int, str]:
    """As staff wrote them; sealed beside the entry."""
    found = Evidence.objects.filter(entry_id__in=entries) if entries else []
    return {
        each.entry_id: str(each.content["evidence"].get("reason", ""))
        for each in found
        if isinstance(each.content, dict)
    }


def called_by(association: Any, uids: set[UUID]) -> dict[UUID | None, str]:
    """By role, unless the association decides that members see names. Whoever was erased has neither."""
    people: Any = individual_model()._base_manager.filter(pk__in=uids, erased_at=None) if uids else []
    if association.names_staff:
        return {person.pk: person.display_name for person in people}
    return {person.pk: role_of(person) for person in people.select_related("account")} if uids else {}


def role_of(person: Any) -> str:
    account = getattr(person, "account", None)
    return str(account.get_role_display()) if account else ""
