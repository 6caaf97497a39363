"""The way out that stands in every letter: a signed link that ends one use for one person, without signing in.

It holds no personal value and does not expire: a letter may be opened years later, and a no is as easy then.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Unpack
from urllib.parse import urlsplit
from uuid import UUID

from django.core import signing
from django.urls import reverse
from django.utils import timezone

from consent import decide
from consent.models import Act, Channel, Decision, Statement, Version
from consent.models.decisions import YES
from consent.objection import object_now, take_back
from privacy.inventory import individual_model

STOP, UNDO = "consent.stop", "consent.stop.undo"
UNDO_FOR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Stop:
    """Which use the link ends, and for whom: None once that person was erased."""

    individual: Any
    statement: Statement


def stop_path(individual_id: UUID, statement_id: int) -> str:
    """Below the association's own address: `association.url(stop_path(…))`."""
    token = signing.Signer(salt=STOP).sign_object([individual_id.hex, statement_id])
    return reverse("consent:stop", args=[token])


def headers(link: str, *, slug: str = "") -> dict[str, str]:
    """For a mail program's own button (RFC 8058); with the statement's `slug` the list's name too (RFC 2919)."""
    found = {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return found | ({"List-ID": f"<{slug}.{urlsplit(link).hostname}>"} if slug else {})


def behind(token: str) -> Stop | None:
    """None for what we did not sign, and for a statement of another association."""
    try:
        uid, number = signing.Signer(salt=STOP).unsign_object(token)
    except signing.BadSignature:
        return None
    statement = Statement.objects.filter(pk=number).first()
    if statement is None:
        return None
    people = individual_model()._base_manager.select_related("association")
    return Stop(people.filter(pk=UUID(uid), erased_at=None).first(), statement)


def end(individual: Any, version: Version, **how: Unpack[decide.How]) -> Decision:
    """A yes is taken back; a use on our own interest is objected to. Raises CannotWithdraw and NothingToDecide."""
    verb = object_now if version.can_be_objected_to() else decide.withdraw
    return verb(individual, version, **how)


def undo_path(decision: Decision) -> str:
    return reverse("consent:stop_undo", args=[signing.Signer(salt=UNDO).sign_object(decision.pk.hex)])


def undone_by(token: str) -> Decision | None:
    """The decision that this link takes back."""
    try:
        number = signing.Signer(salt=UNDO).unsign_object(token)
    except signing.BadSignature:
        return None
    rows = Decision.objects.select_related("individual__association", "version__statement", "standing")
    return rows.filter(pk=UUID(number), individual__erased_at=None).first()


def can_undo(decision: Decision) -> bool:
    """For a while, from the letter alone, and only what still stands: who said no elsewhere meant it.

    Nor is a guardian's no taken back by the child, to whom such letters go.
    """
    return (
        decision.channel == Channel.MAIL
        and decision.actor == decision.individual_id
        and decision.act in {Act.WITHDRAWN, Act.OBJECTED}
        and decision.at > timezone.now() - UNDO_FOR
        and hasattr(decision, "standing")
    )


def undo(decision: Decision, **how: Unpack[decide.How]) -> None:
    """Back to the words that the person had said yes to, which were confirmed then. Twice is once."""
    if not can_undo(decision):
        return
    if decision.act == Act.OBJECTED:
        take_back(decision, **how)
        return
    earlier = Decision.objects.select_related("version__statement").filter(
        individual=decision.individual_id, statement=decision.statement_id, act__in=YES, at__lt=decision.at
    )
    if given := earlier.order_by("-at").first():
        again: decide.How = {**how, "language": given.language, "confirmed": True}
        decide.give(decision.individual, given.version, **again)
