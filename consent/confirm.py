"""A yes that waits for a click: the person's own (double opt-in) or a guardian's (Art. 8 GDPR)."""

from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from consent.ages import needs_guardian
from consent.audience import facts_of
from consent.models import Confirmation, Decision, Version

LIFE: Final = timedelta(days=14)


def who_must_confirm(individual: Any, version: Version) -> list[Confirmation.By]:
    """In the order in which they are asked; nobody: the yes counts at once. Needs no query."""
    found = []
    if needs_guardian(facts_of(individual), timezone.localdate()):
        found.append(Confirmation.By.GUARDIAN)
    if version.statement.double_opt_in:
        found.append(Confirmation.By.SELF)
    return found


def ask(decision: Decision, whom: list[Confirmation.By]) -> None:
    """The first of them is asked; the next one when the first has answered."""
    Confirmation.objects.create(
        individual_id=decision.individual_id,
        decision=decision,
        by=whom[0],
        expires_at=timezone.now() + LIFE,
    )
