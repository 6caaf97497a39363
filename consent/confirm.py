"""A yes that waits for a click: the person's own (double opt-in) or a guardian's (Art. 8 GDPR)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final
from uuid import UUID

from django.core import signing
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from consent import guardians
from consent.ages import needs_guardian
from consent.audience import facts_of
from consent.choices import in_language
from consent.models import Confirmation, Decision, Version
from consent.terms import terms
from consent.waiting import LIFE, prolong
from privacy.mail import write_to

SALT: Final = "consent.confirm"
together: ContextVar[bool] = ContextVar("together", default=False)


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
    confirmation = Confirmation.objects.create(
        individual_id=decision.individual_id,
        decision=decision,
        by=whom[0],
        expires_at=timezone.now() + LIFE,
    )
    write(confirmation)


def after(confirmation: Confirmation) -> list[Confirmation.By]:
    """Who is asked once this one has been answered with yes."""
    decision = confirmation.decision
    answered = {Confirmation.By(by) for by in decision.confirmations.values_list("by", flat=True)}
    return [by for by in who_must_confirm(decision.individual, decision.version) if by not in answered]


@contextmanager
def one_letter(individual: Any) -> Iterator[None]:
    """Around several answers of one person: whoever confirms them all gets one letter about all of them."""
    token = together.set(True)
    try:
        yield
    finally:
        together.reset(token)
    guardians.write(individual)


def write(confirmation: Confirmation) -> None:
    """In the transaction of the answer. `keep=False`: its link opens a door."""
    individual: Any = confirmation.decision.individual
    if confirmation.by == Confirmation.By.GUARDIAN:
        if not together.get():
            guardians.write(individual)
        return
    decision = confirmation.decision
    words = in_language(decision.version.wordings.all(), decision.language)
    context = {
        "words": words,
        "terms": terms(words),
        "said_at": decision.at,
        "until": confirmation.expires_at,
        "link": individual.association.url(path_of(confirmation)),
    }
    write_to(individual, "consent/mail/confirm", context, keep=False)


def write_again(confirmation: Confirmation) -> None:
    """Not twice within a few minutes: then the letter is on its way."""
    if prolong(confirmation):
        confirmation.refresh_from_db(fields=["asked_at", "expires_at"])
        write(confirmation)


def path_of(confirmation: Confirmation) -> str:
    """Names the row, and how long it is good for stands there; good for the address alone that it was written to."""
    token = [confirmation.pk.hex, mark_of(confirmation.decision.individual)]
    return reverse("consent:confirm", args=[signing.Signer(salt=SALT).sign_object(token)])


def mark_of(individual: Any) -> str:
    return salted_hmac(SALT, f"{individual.pk}:{individual.email}", algorithm="sha256").hexdigest()[:32]


def read(token: str) -> tuple[UUID, str] | None:
    """The row's number, and the mark of the address. None for what we did not sign."""
    try:
        number, mark = signing.Signer(salt=SALT).unsign_object(token)
    except signing.BadSignature:
        return None
    return UUID(number), mark
