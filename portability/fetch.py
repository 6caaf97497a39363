"""Links to a ready copy: made when they are needed, opened once, by their owner, within minutes."""

import hashlib
import secrets
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from portability.models import Export, Format, State
from privacy import ledger
from privacy.ledger import Kind
from privacy.openings import Purpose
from privacy.vault.files import SealedFile

TOKEN_BYTES: Final = 16
TOKEN_LIFE: Final = timedelta(minutes=10)


class Gone(Exception):  # noqa: N818 it says what is the case
    """The copy is past its last day, or the link was used."""


def link_to(export: Export, kind: Format) -> str:
    """A new token. Only its hash is kept, so that a stolen database opens no download. Raises Gone."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now = timezone.now()
    ready = Export.objects.filter(pk=export.pk, state=State.READY, expires_at__gt=now)
    if not ready.update(token_hash=hash_of(token, kind), token_expires_at=now + TOKEN_LIFE):
        raise Gone
    return token


def hash_of(token: str, kind: Format) -> bytes:
    return hashlib.sha256(f"{kind.value}:{token}".encode()).digest()


def take(export_id: UUID, kind: Format, token: str, *, owner: UUID) -> SealedFile:
    """The file, to the first who asks: of many at once the database lets one through. Raises Gone."""
    now = timezone.now()
    mine = Export.objects.filter(
        pk=export_id,
        individual_id=owner,
        state=State.READY,
        expires_at__gt=now,
        token_hash=hash_of(token, kind),
        token_expires_at__gt=now,
    )
    if not mine.update(token_hash=None, token_expires_at=None, downloads=F("downloads") + 1):
        raise Gone
    return handed_over(export_id, kind, owner)


def take_again(export_id: UUID, kind: Format, *, owner: UUID, channel: str) -> SealedFile:
    """For who has just proven who they are, a program by its key: no link that could be passed on stands between.

    Whoever's connection broke fetches again; each time is counted and recorded. Raises Gone.
    """
    mine = Export.objects.filter(
        pk=export_id, individual_id=owner, state=State.READY, expires_at__gt=timezone.now()
    )
    if not mine.update(downloads=F("downloads") + 1):
        raise Gone
    return handed_over(export_id, kind, owner, channel)


def handed_over(export_id: UUID, kind: Format, owner: UUID, channel: str | None = None) -> SealedFile:
    file = file_of(Export.objects.get(pk=export_id), kind)
    payload = {"export": export_id, "format": kind.value, "channel": channel}
    ledger.append(Kind.EXPORT_DOWNLOADED, subject=owner, actor=owner, payload=payload)
    return file


def take_for_staff(export: Export, *, actor: UUID, purpose: Purpose, reason: str) -> SealedFile:
    """The document, for paper: what for is in the ledger, why beside it, sealed; the person reads both. Raises Gone."""
    if not export.is_ready:
        raise Gone
    file = file_of(export, Format.PDF)
    payload = {"export": export.pk, "format": Format.PDF.value, "purpose": purpose.value}
    ledger.append(
        Kind.EXPORT_OPENED,
        subject=export.individual_id,
        actor=actor,
        payload=payload,
        evidence={"reason": reason},
    )
    return file


def file_of(export: Export, kind: Format) -> SealedFile:
    """Raises Gone."""
    file = export.pdf if kind is Format.PDF else export.zip
    if not isinstance(file, SealedFile):
        raise Gone
    return file
