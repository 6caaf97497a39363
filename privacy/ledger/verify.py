"""Reads the chain from its start and names the first entry that is not as it was written."""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from privacy.ledger.append import body_of
from privacy.ledger.canonical import START, commitment_to, hash_of_entry
from privacy.ledger.models import Evidence, LedgerEntry
from privacy.tenancy import speaking_for
from privacy.vault import Erased

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place where the chain does not hold."""

    seq: int
    reason: str


def verify(association_id: UUID) -> Broken | None:
    """None when every entry follows from the one before and all evidence that opens is what was committed to."""
    with speaking_for(association_id):
        return first_broken_link(association_id) or first_broken_evidence(association_id)


def first_broken_link(association_id: UUID) -> Broken | None:
    prev = START
    for seq, entry in enumerate(entries_of(association_id), start=1):
        if entry.seq != seq:
            return Broken(seq, f"the entry is missing; number {entry.seq} comes next")
        if bytes(entry.prev_hash) != prev:
            return Broken(seq, "it does not follow from the entry before")
        if hash_of_entry(body_of(entry)) != bytes(entry.entry_hash):
            return Broken(seq, "its content is not what was written")
        prev = bytes(entry.entry_hash)
    return None


def entries_of(association_id: UUID) -> Iterator[LedgerEntry]:
    return (
        LedgerEntry.objects.filter(association_id=association_id).order_by("seq").iterator(chunk_size=BATCH)
    )


def first_broken_evidence(association_id: UUID) -> Broken | None:
    """Evidence of an erased person is gone, and its commitment says nothing any more: that is no fault."""
    kept = (
        Evidence.objects.filter(association_id=association_id).select_related("entry").order_by("entry__seq")
    )
    for evidence in kept.iterator(chunk_size=BATCH):
        if not isinstance(evidence.content, Erased) and not matches(evidence):
            return Broken(evidence.entry.seq, "its evidence is not what it commits to")
    return None


def matches(evidence: Evidence) -> bool:
    content = evidence.content
    opened = commitment_to(bytes.fromhex(content["salt"]), content["evidence"])
    return hmac.compare_digest(opened, bytes(evidence.entry.commitment or b""))
