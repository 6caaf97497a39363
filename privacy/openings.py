"""Who of the staff opened a person's data, and when: from the ledger, for the person to see (Art. 15(1)(c) GDPR)."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from privacy.inventory import individual_model
from privacy.ledger.kinds import Kind
from privacy.ledger.models import LedgerEntry

A_YEAR: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Opening:
    """One member of staff on one day, and how often."""

    name: str
    day: date
    times: int


def openings(individual: Any) -> list[Opening]:
    """The last twelve months, the newest first. Two statements."""
    entries = LedgerEntry.objects.filter(
        association_id=individual.association_id,
        subject_uid=individual.pk,
        kind=Kind.INDIVIDUAL_VIEWED,
        at__gte=timezone.now() - A_YEAR,
    )
    days = Counter(
        (timezone.localdate(at), actor)
        for at, actor in entries.order_by("-seq").values_list("at", "actor_uid")
    )
    names = names_of({actor for _day, actor in days if actor})
    left = _("somebody who has left us")
    return [Opening(names.get(actor) or left, day, times) for (day, actor), times in days.items()]


def names_of(uids: set[UUID]) -> dict[UUID | None, str]:
    """Whoever was erased has no name any more."""
    people: Any = individual_model()._base_manager.filter(pk__in=uids) if uids else []
    return {person.pk: person.display_name for person in people}
