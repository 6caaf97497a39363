"""A new e-mail address: written to first, and in force once its owner has followed the link."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac

from ams.mailing import write_to
from ams.models import Individual
from ams.profile.correct import corrected
from privacy import ledger
from privacy.ledger.kinds import Kind

SALT: Final = "profile.email"
LIFE: Final = timedelta(days=3)


@transaction.atomic
def ask(individual: Individual, email: str) -> None:
    """An address that somebody else uses gets the same answer, and no letter."""
    taken = is_taken(email, individual)
    individual.pending_email = None if taken else email
    individual.save(update_fields=["pending_email"])
    if not taken:
        link = individual.association.url(reverse("profile:email_confirm", args=[token_of(individual)]))
        write_to(individual, "profile/mail/new_email", {"link": link}, keep=False, address=email)


def is_taken(email: str, individual: Any) -> bool:
    return bool(Individual.objects.filter(email=email).exclude(pk=individual.pk).exists())


def token_of(individual: Individual) -> str:
    """Bound to the address that waits: a later change makes the link void. Holds no address."""
    return signing.dumps([individual.pk.hex, mark_of(individual)], salt=SALT)


def mark_of(individual: Individual) -> str:
    return salted_hmac(SALT, f"{individual.pk}:{individual.pending_email}", algorithm="sha256").hexdigest()[
        :32
    ]


@transaction.atomic
def confirm(token: str) -> Any:
    """None for a link that is void. The old address hears of it."""
    try:
        number, mark = signing.loads(token, salt=SALT, max_age=LIFE)
    except signing.BadSignature:
        return None
    individual: Any = Individual.objects.select_for_update(of=("self",)).filter(pk=UUID(number)).first()
    if individual is None or not individual.pending_email or mark != mark_of(individual):
        return None
    if is_taken(individual.pending_email, individual):
        return None
    write_to(individual, "profile/mail/email_changed", {})
    individual.email, individual.pending_email = individual.pending_email, None
    try:
        with transaction.atomic():
            individual.save(update_fields=["email", "pending_email"])
    except IntegrityError:  # somebody else took it since we looked
        transaction.set_rollback(True)
        return None
    ledger.append(Kind.EMAIL_CONFIRMED, subject=individual.pk, actor=None, payload={"channel": "profile"})
    corrected(individual, ["email"], actor=individual.pk)
    return individual
