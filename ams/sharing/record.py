"""On which lists a person was, for them to see; and who of a list has said no since, for its recipient to be told."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from ams.models import Disclosure, Handover
from ams.sharing.fields import labels
from ams.sharing.people import who_said_yes
from privacy.everything import everything_about


@dataclass(frozen=True, slots=True)
class OnAList:
    """Art. 15(1)(c) GDPR: who got what, and when."""

    recipient: str
    at: datetime
    fields: list[str]


def lists_of(individual: Any) -> list[OnAList]:
    return lists_among(everything_about(individual, [Disclosure])[Disclosure])


def lists_among(disclosures: Iterable[Disclosure]) -> list[OnAList]:
    """The newest first. The list itself came along with each (privacy/everything.py)."""
    newest = sorted(disclosures, key=lambda each: (each.at, each.pk), reverse=True)
    return [OnAList(each.handover.recipient, each.at, labels(each.handover.fields)) for each in newest]


def no_longer(handover: Handover) -> QuerySet[Disclosure]:
    """People on this list of whom the recipient would get nothing today: no yes any more, or none that names it."""
    on_it = Disclosure.objects.filter(handover=handover).select_related("individual")
    return gone_from(on_it, handover.purpose, handover.recipient).order_by("pk")


def gone_from(on_them: QuerySet[Disclosure], purpose: str, recipient: str) -> QuerySet[Disclosure]:
    """Asked as for a new list: whoever said yes to newer words without this recipient said no to it."""
    still = who_said_yes(purpose, to=recipient).filter(pk=OuterRef("individual"))
    return on_them.filter(~Exists(still))


def numbers_no_longer(handovers: Iterable[Handover]) -> dict[UUID, int]:
    """For each list the number of them. One query for each use and recipient."""
    alike: dict[tuple[str, str], list[UUID]] = {}
    for handover in handovers:
        alike.setdefault((handover.purpose, handover.recipient), []).append(handover.pk)
    found: Counter[UUID] = Counter()
    for use, numbers in alike.items():
        on_them = Disclosure.objects.filter(handover__in=numbers)
        found.update(gone_from(on_them, *use).values_list("handover", flat=True))
    return dict(found)
