"""A new e-mail address: in force once its owner says so, and the old one has agreed or let three days pass.

Both are written to at once. Whoever reads the old mailbox stops it with one press, which ends all sessions too: so
neither a stolen session nor a member of staff gains somebody's account by way of another address.
"""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from ams.mailing import write_to
from ams.models import Account, ApiToken, EmailChange, Individual, Session
from ams.models.new_email import LIFE, REMEMBERED, WAIT
from ams.profile import new_email_links as links
from ams.profile.correct import corrected
from privacy import ledger
from privacy.ledger.kinds import Kind
from privacy.tenancy import speaking_for

State = EmailChange.State


@transaction.atomic
def ask(individual: Individual, email: str, *, actor: UUID, reason: str = "") -> EmailChange | None:
    """An address that somebody else uses gets the same answer, and no letter: None."""
    individual = locked(individual.pk)
    waiting_of(individual).update(state=State.VOID)
    taken = is_taken(email, individual)
    individual.pending_email = None if taken else email
    individual.save(update_fields=["pending_email"])
    if taken:
        return None
    change = EmailChange.objects.create(
        individual=individual,
        before=old_address(individual),
        reason=reason or None,
        asked_by=actor,
        new_agreed_at=None if signs_in(individual) else timezone.now(),
    )
    write_letters(change)
    record(Kind.EMAIL_ASKED, change, actor=actor)
    return change


def give(individual: Individual, email: str, *, actor: UUID) -> None:
    """Staff enter the first one: nobody else reads mail for this person yet."""
    in_force(individual, before=None, after=email, actor=actor)


def take_away(individual: Individual, *, actor: UUID) -> None:
    """Staff empty it. It is remembered, and asked when another one is entered."""
    in_force(individual, before=individual.email, after=None, actor=actor)


@transaction.atomic
def in_force(individual: Individual, *, before: str | None, after: str | None, actor: UUID) -> None:
    waiting_of(individual).update(state=State.VOID)
    individual.email, individual.pending_email = after, None
    individual.save(update_fields=["email", "pending_email"])
    change = EmailChange(individual=individual, before=before, asked_by=actor, state=State.IN_FORCE)
    change.effective_at = change.asked_at
    change.save()
    record(Kind.EMAIL_ASKED, change, actor=actor)


def locked(pk: UUID) -> Individual:
    rows = Individual.objects.select_for_update(of=("self",), no_key=True).select_related("association")
    return rows.get(pk=pk)


def waiting_of(individual: Individual) -> Any:
    return EmailChange.objects.filter(individual=individual, state=State.WAITING)


def is_taken(email: str | None, individual: Any) -> bool:
    return bool(Individual.objects.filter(email=email).exclude(pk=individual.pk).exists())


def signs_in(individual: Individual) -> bool:
    return Account.objects.filter(individual=individual).exists()


def old_address(individual: Individual) -> str | None:
    """The one in force; or, where somebody has emptied it, the last one."""
    if individual.email:
        return individual.email
    since = timezone.now() - REMEMBERED
    last = (
        EmailChange.objects.filter(individual=individual, asked_at__gte=since).order_by("-asked_at").first()
    )
    return last.before if last else None


def write_letters(change: EmailChange) -> None:
    individual: Any = change.individual
    if change.new_agreed_at is None:
        link = links.to_confirm(change)
        write_to(
            individual, "profile/mail/new_email", {"link": link}, keep=False, address=individual.pending_email
        )
    if change.before:
        told = {"link": links.to_object(change), "change": change}
        write_to(individual, "profile/mail/old_email", told, keep=False, address=change.before)


@transaction.atomic
def confirm(token: str) -> EmailChange | None:
    """By the new address. None for a link that is void."""
    change = opened(token, links.NEW)
    if change is None or not change.waits:
        return None
    return agreed(change, "new_agreed_at")


@transaction.atomic
def agree(token: str) -> EmailChange | None:
    """By the old address."""
    change = opened(token, links.OLD)
    if change is None or not (change.waits or change.is_doubted):
        return None
    return agreed(change, "old_agreed_at")


@transaction.atomic
def stop(token: str) -> EmailChange | None:
    """By the old address: nothing changes, or it changes back, and whoever is signed in as the person is signed out."""
    change = opened(token, links.OLD)
    if change is None or not (change.waits or change.is_doubted):
        return None
    individual: Any = change.individual
    if change.is_doubted and is_taken(change.before, individual):
        return None
    individual.email = change.before if change.is_doubted else individual.email
    individual.pending_email = None
    individual.save(update_fields=["email", "pending_email"])
    change.state = State.STOPPED
    change.save(update_fields=["state"])
    Session.objects.filter(individual=individual).delete()
    ApiToken.objects.filter(individual=individual).delete()
    record(Kind.EMAIL_STOPPED, change, actor=individual.pk)
    return change


def opened(token: str, salt: str) -> EmailChange | None:
    """Locked, with its person."""
    pk = links.opened(token, salt)
    found = EmailChange.objects.filter(pk=pk, individual__erased_at=None).first() if pk else None
    return reread(found.pk, found.individual_id) if found else None


def reread(pk: int, individual_id: UUID) -> EmailChange | None:
    """The person first, as everybody does who writes about them."""
    individual = locked(individual_id)
    change = EmailChange.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if change is not None:
        change.individual = individual
    return change


def agreed(change: EmailChange, name: str) -> EmailChange:
    if getattr(change, name) is None:
        setattr(change, name, timezone.now())
        change.save(update_fields=[name])
    if change.waits and change.is_agreed:
        put_in_force(change)
    return change


def put_in_force(change: EmailChange) -> None:
    individual: Any = change.individual
    if not has_moved(individual):
        change.state = State.VOID
        change.save(update_fields=["state"])
        return
    change.state, change.effective_at = State.IN_FORCE, timezone.now()
    change.save(update_fields=["state", "effective_at"])
    if change.before:
        write_to(individual, "profile/mail/email_changed", {"change": change}, address=change.before)
    record(Kind.EMAIL_CONFIRMED, change, actor=change.asked_by)
    corrected(individual, ["email"], actor=change.asked_by or individual.pk, channel=channel_of(change))


def has_moved(individual: Any) -> bool:
    """False: somebody else has the address meanwhile."""
    new, individual.pending_email = individual.pending_email, None
    before = individual.email
    individual.email = before if new is None or is_taken(new, individual) else new
    try:
        with transaction.atomic():
            individual.save(update_fields=["email", "pending_email"])
    except IntegrityError:  # somebody took it since we looked
        individual.email = before
        individual.save(update_fields=["email", "pending_email"])
    return bool(individual.email != before)


def sweep(association_id: UUID) -> None:
    """Those that the old address let pass. One transaction each."""
    with speaking_for(association_id):
        due = EmailChange.objects.filter(
            state=State.WAITING, asked_at__lte=timezone.now() - WAIT, individual__erased_at=None
        ).exclude(new_agreed_at=None)
        numbers = list(due.values_list("pk", "individual_id"))
    for pk, individual_id in numbers:
        with speaking_for(association_id):
            change = reread(pk, individual_id)
            if change is not None and change.waits and change.is_agreed:
                put_in_force(change)


def tidy() -> None:
    """Of the association that speaks: what nobody followed up is void, and what is over goes after thirty days."""
    now = timezone.now()
    stale = EmailChange.objects.filter(state=State.WAITING, asked_at__lt=now - LIFE)
    Individual.objects.filter(pk__in=stale.values("individual_id")).update(pending_email=None)
    stale.update(state=State.VOID)
    over = EmailChange.objects.exclude(state=State.WAITING).filter(asked_at__lt=now - REMEMBERED - LIFE)
    over.exclude(effective_at__gte=now - REMEMBERED).delete()


def record(kind: Kind, change: EmailChange, *, actor: UUID | None) -> None:
    payload = {"channel": channel_of(change)}
    ledger.append(kind, subject=change.individual_id, actor=actor, payload=payload)


def channel_of(change: EmailChange) -> str:
    return "console" if change.by_staff else "profile"
