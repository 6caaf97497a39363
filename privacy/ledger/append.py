"""Adds an entry to the chain of the association that speaks."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils import timezone

from privacy.ledger.canonical import JSON, START, commitment_to, hash_of_entry, moment
from privacy.ledger.kinds import Kind, checked
from privacy.ledger.models import Evidence, LedgerEntry
from privacy.tenancy import require_association

SALT_SIZE = 32


def append(
    kind: Kind,
    *,
    subject: UUID | None,
    actor: UUID | None,
    payload: Mapping[str, object] | None = None,
    evidence: Mapping[str, JSON] | None = None,
) -> LedgerEntry:
    """Call it last in the transaction: the chain is locked from here to the commit.

    Raises ForbiddenPayload for a detail that is not on the list of its kind (privacy/ledger/kinds.py).
    """
    details = checked(kind, payload or {})
    if evidence is None:
        return chained(kind, subject, actor, details, None)
    if subject is None:
        raise ValueError("Evidence is sealed with a person's key: say whose it is.")
    salt = secrets.token_bytes(SALT_SIZE)
    entry = chained(kind, subject, actor, details, commitment_to(salt, evidence))
    content = {"salt": salt.hex(), "evidence": dict(evidence)}
    Evidence.objects.create(individual_id=subject, entry=entry, content=content)
    return entry


def chained(
    kind: Kind, subject: UUID | None, actor: UUID | None, payload: dict[str, JSON], commitment: bytes | None
) -> LedgerEntry:
    association_id = require_association()
    lock(association_id)
    last = LedgerEntry.objects.filter(association_id=association_id).order_by("-seq").first()
    entry = LedgerEntry(
        association_id=association_id,
        seq=last.seq + 1 if last else 1,
        prev_hash=bytes(last.entry_hash) if last else START,
        kind=kind,
        subject_uid=subject,
        actor_uid=actor,
        at=now_after(last),
        payload=payload,
        commitment=commitment,
    )
    entry.entry_hash = hash_of_entry(body_of(entry))
    entry.save(force_insert=True)
    return entry


def lock(association_id: UUID) -> None:
    """Two that read the same last entry would fork the chain, so the second waits for the first's commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 11))", [str(association_id)])


def now_after(last: LedgerEntry | None) -> datetime:
    """Several hosts have several clocks; in the chain time never runs backwards."""
    now = timezone.now()
    return max(now, last.at) if last else now


def body_of(entry: LedgerEntry) -> dict[str, JSON]:
    """What is hashed: everything but the hash itself and the row's own key."""
    return {
        "association": str(entry.association_id),
        "seq": entry.seq,
        "prev": bytes(entry.prev_hash).hex(),
        "kind": str(entry.kind),
        "subject": str(entry.subject_uid) if entry.subject_uid else None,
        "actor": str(entry.actor_uid) if entry.actor_uid else None,
        "at": moment(entry.at),
        "payload": entry.payload,
        "commitment": bytes(entry.commitment).hex() if entry.commitment else None,
    }
