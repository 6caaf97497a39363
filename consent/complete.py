"""A pending yes is completed by the click that it waits for; it ends with a no, or when nobody answers in time."""

from collections.abc import Iterable
from typing import Any, NotRequired, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from consent import confirm, decide, lock
from consent.models import Channel, Confirmation, Decision, Shown
from consent.waiting import is_open, pending
from privacy import ledger
from privacy.inventory import individual_model
from privacy.tenancy import speaking_for


class Click(TypedDict):
    """Whose hand it was: the person's, or the guardian's number. `evidence` is sealed with the person's key.

    `shown`: the page with the button.
    """

    actor: UUID
    evidence: dict[str, Any]
    shown: NotRequired[Shown]


@transaction.atomic
def accept(confirmation: Confirmation, **click: Unpack[Click]) -> None:
    """For the words that the person had said yes to, though newer ones may be in force. Twice is once.

    Raises NothingToDecide for what is no longer asked. What was answered otherwise meanwhile stays as it is.
    """
    decision = confirmation.decision
    lock.hold(decision.individual_id, decision.statement_id)
    if not is_open(confirmation):
        return
    _answered(confirmation)
    if rest := confirm.after(confirmation):
        confirm.ask(decision, rest)
        _prove(decision, click)
        return
    how: decide.How = {**_how(decision, click), "confirmed": True}
    decide.give(decision.individual, decision.version, **how)


@transaction.atomic
def refuse(confirmation: Confirmation, **click: Unpack[Click]) -> bool:
    """A no to what was pending. False where nothing is, by now: a yes that stands is withdrawn elsewhere."""
    decision = confirmation.decision
    lock.hold(decision.individual_id, decision.statement_id)
    if not is_open(confirmation):
        return False
    _answered(confirmation)
    decide.decline(decision.individual, decision.version, **_how(decision, click))
    return True


def _answered(confirmation: Confirmation) -> None:
    confirmation.answered_at = timezone.now()
    confirmation.save(update_fields=["answered_at"])


def _how(decision: Decision, click: Click) -> decide.How:
    return {
        "channel": Channel.MAIL,
        "language": decision.language,
        "actor": click["actor"],
        "evidence": click["evidence"],
        "shown": click.get("shown"),
    }


def _prove(decision: Decision, click: Click) -> None:
    """The guardian has agreed, and the person has yet to click: nothing changes but this is on record."""
    payload = {
        "decision": decision.pk,
        "statement": decision.statement_id,
        "version": decision.version.number,
        "channel": Channel.MAIL,
    }
    ledger.append(
        ledger.Kind.CONSENT_PENDING,
        subject=decision.individual_id,
        actor=click["actor"],
        payload=payload,
        evidence=click["evidence"],
    )


def ask_anew(confirmation: Confirmation, **click: Unpack[Click]) -> bool:
    """A new letter after the time was over. False where other words are in force by now: they are read first."""
    decision = confirmation.decision
    if pending().filter(pk=confirmation.pk).exists():
        confirm.write_again(confirmation)
        return True
    if decision.statement.current() != decision.version:
        return False
    decide.give(decision.individual, decision.version, **_how(decision, click))
    return True


def expire_pending(association_id: UUID) -> int:
    """What nobody confirmed in time is over. Each in a transaction of its own. Returns how many."""
    with speaking_for(association_id):
        late = list(pending().filter(expires_at__lte=timezone.now()).values_list("pk", flat=True))
    return sum(_expire(association_id, number) for number in late)


def end_in_vain(waiting: Iterable[Confirmation]) -> list[Decision]:
    """What waits for a guardian, though the person decides alone by now. Held by guardians.hold before."""
    found = []
    for each in waiting:
        decision = each.decision
        ended = decide.expire(
            decision.individual,
            decision.version,
            channel=Channel.SYSTEM,
            actor=None,
            language=decision.language,
        )
        found += [ended] if ended else []
    return found


def _expire(association_id: UUID, number: UUID) -> bool:
    with speaking_for(association_id):
        confirmation = Confirmation.objects.select_related("decision").filter(pk=number).first()
        if confirmation is None:
            return False
        decision = confirmation.decision
        lock.hold(decision.individual_id, decision.statement_id)
        late = pending().filter(pk=number, expires_at__lte=timezone.now())
        person = individual_model()._base_manager.filter(pk=decision.individual_id, erased_at=None).first()
        if person is None or not late.exists():  # somebody answered, or asked again, since we looked
            return False
        ended = decide.expire(
            person, decision.version, channel=Channel.SYSTEM, actor=None, language=decision.language
        )
        return ended is not None
