"""Carries out an approved erasure, step by step. Each step is safe to repeat, so a crash anywhere only means again.

claim → one transaction: rows, notices, ledger → files → keys and root → self-check → completed
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils import timezone

from erasure import proof
from erasure.farewell import write_farewell
from erasure.flow import lock, reread
from erasure.models import AT_WORK, LEASE, Erasure, State
from erasure.others import keys_of_others, noted_keys
from erasure.plan import plan
from erasure.rows import file_names, take_away
from erasure.tasks import farewell
from privacy import containers, ledger
from privacy.inventory import individual_model
from privacy.leases import is_free, taken_for
from privacy.ledger.kinds import Kind
from privacy.requests import close_request
from privacy.tenancy import speaking_for
from privacy.vault import DestructionPending, current
from privacy.vault.files import delete_stored
from privacy.vault.ids import core_id
from privacy.vault.index import turn_indexes
from webhooks.publish import publish

log = logging.getLogger(__name__)
TRIES: Final = 3


def nothing(_name: str) -> None:
    """Between two steps lies one effect on the world; tests stop the process there."""


step: Callable[[str], None] = nothing


def carry_out(association_id: UUID, erasure_id: UUID) -> State:
    """Take one erasure as far as it goes. Returns the state it reached."""
    if not claim(association_id, erasure_id):
        return state_of(association_id, erasure_id)
    step("claimed")
    despite_deadlocks(remove_rows, association_id, erasure_id)
    step("rows")
    remove_files(association_id, erasure_id)
    step("files")
    if destroy_keys(association_id, erasure_id):
        step("keys")
        complete(association_id, erasure_id)
        step("completed")
    return state_of(association_id, erasure_id)


def state_of(association_id: UUID, erasure_id: UUID) -> State:
    with speaking_for(association_id):
        return State(Erasure.objects.values_list("state", flat=True).get(pk=erasure_id))


def claim(association_id: UUID, erasure_id: UUID) -> bool:
    """Intent first: the ledger says what is about to happen before anything is destroyed. The login ends here."""
    with speaking_for(association_id):
        erasure = (
            Erasure.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(is_free("lease_until"), pk=erasure_id)
            .filter(Q(state=State.APPROVED, cools_off_until__lte=timezone.now()) | Q(state__in=AT_WORK))
            .first()
        )
        if erasure is None:
            return False
        if erasure.state == State.APPROVED:
            erasure.state = State.EXECUTING
            erasure.counts["frozen"] = freeze(erasure)
            ledger.append(
                Kind.ERASURE_INTENT,
                subject=erasure.individual_id,
                actor=erasure.approved_by,
                payload={"erasure": str(erasure.pk)},
            )
        erasure.attempts, erasure.lease_until = erasure.attempts + 1, taken_for(LEASE)
        erasure.save(update_fields=["state", "counts", "attempts", "lease_until"])
        return True


def freeze(erasure: Erasure) -> int:
    """Says how many logins ended, so that those of a plan that goes back are opened again, and no other."""
    ended: int = logins_of(erasure).filter(is_active=True).update(is_active=False)
    return ended


def logins_of(erasure: Erasure) -> Any:
    return get_user_model()._base_manager.filter(individual_id=erasure.individual_id)


def despite_deadlocks(act: Callable[[UUID, UUID], None], association_id: UUID, erasure_id: UUID) -> None:
    """Of two that wait for each other PostgreSQL ends one; when it was us, the other is through by now."""
    for _attempt in range(TRIES - 1):
        with suppress(OperationalError):
            return act(association_id, erasure_id)
    return act(association_id, erasure_id)


def remove_rows(association_id: UUID, erasure_id: UUID) -> None:
    """ONE transaction: every row found, then changed; the notices and the ledger entry with them, or nothing."""
    with speaking_for(association_id):
        erasure = reread(erasure_id)  # locked: a worker whose lease ran out may still be at it
        if erasure.rows_gone_at or erasure.state not in AT_WORK:
            return
        individual = lock(erasure.individual)
        agreed = plan(individual)
        if agreed.fingerprint != erasure.fingerprint:
            send_back(erasure)
            return
        write_farewell(erasure, individual)
        files = file_names(agreed.found)
        other_keys = [key_id.hex() for key_id in keys_of_others(agreed.found, individual)]
        event = publish("individual.erased", subject=individual.pk)
        close_request(individual, "erasure", state="done", actor=erasure.approved_by)
        gone = take_away(agreed.found)
        individual_model()._base_manager.filter(pk=individual.pk).update(erased_at=timezone.now())
        Erasure.objects.filter(pk=erasure_id).update(
            rows_gone_at=timezone.now(),
            files=files,
            other_keys=other_keys,
            event_id=event.pk,
            counts={**erasure.counts, "rows": gone},
        )
        ledger.append(
            Kind.ERASURE_ROWS_GONE,
            subject=individual.pk,
            actor=erasure.approved_by,
            payload={"erasure": str(erasure.pk), "rows": sum(gone.values())},
        )


def send_back(erasure: Erasure) -> None:
    """What stays or who is told has changed since the approval: a person has to look again."""
    Erasure.objects.filter(pk=erasure.pk).update(
        state=State.REQUESTED, approved_by=None, approved_at=None, lease_until=None
    )
    if erasure.counts.get("frozen"):
        logins_of(erasure).update(is_active=True)
    ledger.append(
        Kind.ERASURE_SENT_BACK,
        subject=erasure.individual_id,
        actor=None,
        payload={"erasure": str(erasure.pk)},
    )
    log.warning("An erasure went back for approval: its plan had changed.", extra={"erasure_id": erasure.pk})


def remove_files(association_id: UUID, erasure_id: UUID) -> None:
    with speaking_for(association_id):
        erasure = Erasure.objects.get(pk=erasure_id)
    if not erasure.rows_gone_at:
        return
    for name in erasure.files:
        delete_stored(association_id, name)  # gone already: fine


def destroy_keys(association_id: UUID, erasure_id: UUID) -> bool:
    """The person's own keys and, with a new root, every older copy of the keyring. False: not everywhere yet."""
    with speaking_for(association_id):
        erasure = Erasure.objects.get(pk=erasure_id)
        if not erasure.rows_gone_at:
            return False
        if erasure.keys_destroyed_at:
            return True
    if not forget_keys(association_id, erasure.individual_id):
        mark_pending(association_id, erasure_id)
        return False
    step("forgotten")
    turn_indexes(association_id)
    with speaking_for(association_id):
        mine = Erasure.objects.filter(pk=erasure_id, keys_destroyed_at=None)
        if mine.update(keys_destroyed_at=timezone.now(), other_keys=[]):
            ledger.append(
                Kind.ERASURE_KEYS_DESTROYED,
                subject=erasure.individual_id,
                actor=None,
                payload={"erasure": str(erasure_id)},
            )
    return True


def forget_keys(association_id: UUID, uid: UUID) -> bool:
    containers.empty_all(association_id)  # they may be in one: nobody knows without reading it
    try:
        with speaking_for(association_id):
            current.forget([*doomed_keys(uid), *noted_keys(uid), *containers.living_keys()])
    except DestructionPending:
        return False
    return True


def doomed_keys(uid: UUID) -> set[bytes]:
    """Every key without a date of its own. The core's is named even if it never was: nobody makes it anew."""
    return {core_id(uid)} | {key for key in current.ids_of(uid) if proof.is_doomed(key)}


def mark_pending(association_id: UUID, erasure_id: UUID) -> None:
    with speaking_for(association_id):
        Erasure.objects.filter(pk=erasure_id).update(state=State.KEY_DESTRUCTION_PENDING, lease_until=None)
    log.error("A place of the root cannot be reached: an erasure waits.", extra={"erasure_id": erasure_id})


def complete(association_id: UUID, erasure_id: UUID) -> None:
    """Raises proof.NotErased when the self-check still finds something; the erasure then stays open, loudly."""
    with speaking_for(association_id):
        erasure = reread(erasure_id)
        if erasure.state == State.COMPLETED:
            return
        take_away(proof.leftovers(erasure.individual))  # a late writer's rows; unreadable already
        if proof.keys_left(erasure.individual_id) and not forget_keys(association_id, erasure.individual_id):
            mark_pending(association_id, erasure_id)  # a late writer's key, made while we counted
            return
        proof.check_keys(erasure.individual_id)
        erasure.state, erasure.completed_at, erasure.lease_until = State.COMPLETED, timezone.now(), None
        erasure.save(update_fields=["state", "completed_at", "lease_until"])
        ledger.append(
            Kind.ERASURE_COMPLETED,
            subject=erasure.individual_id,
            actor=None,
            payload={"erasure": str(erasure.pk)},
        )
        association, pk = str(association_id), str(erasure_id)
        # The row says that a letter is due: without a broker it only leaves later.
        transaction.on_commit(lambda: farewell.delay(association, pk), robust=True)
