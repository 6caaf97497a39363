"""On which lists a person was, for them to see; and who of a list has said no since, for its recipient to be told."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from ams.models import Disclosure, Handover
from ams.sharing.fields import labels
from consent import gate


@dataclass(frozen=True, slots=True)
class OnAList:
    """Art. 15(1)(c) GDPR: who got what, and when."""

    recipient: str
    at: datetime
    fields: list[str]


def lists_of(individual: Any) -> list[OnAList]:
    """The newest first. One query."""
    found = (
        Disclosure.objects.filter(individual_id=individual.pk)
        .select_related("handover")
        .order_by("-at", "-pk")
    )
    return [OnAList(each.handover.recipient, each.at, labels(each.handover.fields)) for each in found]


def no_longer(handover: Handover) -> QuerySet[Disclosure]:
    """People on this list of whom the recipient would get nothing today."""
    on_it = Disclosure.objects.filter(handover=handover).select_related("individual")
    return on_it.exclude(individual__in=gate.who_allows(handover.purpose)).order_by("pk")


def numbers_no_longer(handovers: Iterable[Handover]) -> dict[UUID, int]:
    """For each list the number of them. One query a purpose."""
    by_purpose: dict[str, list[UUID]] = {}
    for handover in handovers:
        by_purpose.setdefault(handover.purpose, []).append(handover.pk)
    found: Counter[UUID] = Counter()
    for purpose, numbers in by_purpose.items():
        on_them = Disclosure.objects.filter(handover__in=numbers)
        gone = on_them.exclude(individual__in=gate.who_allows(purpose))
        found.update(gone.values_list("handover", flat=True))
    return dict(found)
