"""How the making of a copy ends: ready, failed, stopped; and how a copy ends: deleted after its last day."""

import logging
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from portability import by_letter
from portability.ask import asked_by
from portability.models import LIFE, OPEN, Channel, Export, State
from portability.reach import Reach, reach_of
from privacy import ledger, mail
from privacy.ledger import Kind
from privacy.requests.models import AlreadyClosed, Request
from privacy.requests.models import State as RequestState
from privacy.tenancy import speaking_for
from privacy.vault.files import SealedFile

log = logging.getLogger(__name__)


def finish(export: Export, document: SealedFile, archive: SealedFile) -> bool:
    """False, and no file left, when it was stopped meanwhile or its person erased."""
    with speaking_for(export.association_uid):
        mine = Export.objects.select_for_update(of=("self",)).select_related(
            "individual__association", "request"
        )
        row = mine.filter(pk=export.pk, state=State.SEALING, leased_until=export.leased_until).first()
        if row is None:
            document.delete()
            archive.delete()
            return False
        row.pdf, row.zip = document, archive
        row.ready_at = timezone.now()
        row.expires_at = row.ready_at + LIFE
        row.state, row.percent, row.leased_until, row.failure = State.READY, 100, None, ""
        row.save()
        if row.tells:
            tell(row)
        for asked in asked_by(row.individual):
            close_request(asked, RequestState.DONE, row.requested_by)
        ledger.append(
            Kind.EXPORT_READY,
            subject=row.individual_id,
            actor=row.requested_by,
            payload={"export": row.pk, "things": row.things, "expires_at": row.expires_at},
        )
    return True


def tell(export: Export) -> Reach:
    """The letter carries a link and never data. Who has no login opens it with a second proof, or gets paper."""
    person: Any = export.individual
    reach = reach_of(person)
    if reach is Reach.PAPER:
        return reach
    by_link = reach is Reach.LETTER
    path = by_letter.link_to(export) if by_link else reverse("portability:copy", args=[export.pk])
    context = {
        "address": person.association.url(path),
        "until": export.expires_at,
        "by_staff": export.channel == Channel.STAFF,
        "by_link": by_link,
    }
    mail.write_to(person, "portability/mail/ready", context, keep=not by_link)
    return reach


def send_link(export: Export, *, actor: UUID) -> bool:
    """Once more, because staff want it. False for whom only paper reaches."""
    if tell(export) is Reach.PAPER:
        return False
    ledger.append(Kind.EXPORT_SENT, subject=export.individual_id, actor=actor, payload={"export": export.pk})
    return True


def close_request(asked: Request, state: RequestState, actor: UUID | None) -> None:
    """Somebody may have answered it meanwhile: then that answer stands."""
    with suppress(AlreadyClosed):
        asked.close(state, actor=actor)


def fail(export: Export, failure: str, *, is_final: bool) -> None:
    """By the error's name alone: its text may repeat a value. Until it is final the sweep tries again."""
    with speaking_for(export.association_uid):
        state = State.FAILED if is_final else State.QUEUED
        Export.objects.filter(pk=export.pk, state__in=OPEN).update(
            state=state, failure=failure[:60], leased_until=None, percent=0
        )
    log.warning(
        "A copy could not be made.",
        extra={
            "association_id": export.association_id,
            "export_id": export.pk,
            "reference": export.reference,
        },
    )


def cancel(export: Export, *, actor: UUID) -> bool:
    """In the caller's transaction. False when there was nothing left to stop."""
    stopped = Export.objects.filter(pk=export.pk, state__in=OPEN).update(
        state=State.CANCELLED, leased_until=None, percent=0
    )
    # What was asked before the copy was begun, by letter say, still waits for its answer.
    if stopped and export.request and export.request.received_at >= export.created_at:
        close_request(export.request, RequestState.CANCELLED, actor)
    return bool(stopped)


def expire(export: Export) -> None:
    """The files go; that there was a copy stays, since the person may ask."""
    for file in (export.pdf, export.zip):
        if isinstance(file, SealedFile):
            file.delete()
    export.pdf = export.zip = None
    export.token_hash = export.token_expires_at = export.letter_hash = None
    export.state = State.EXPIRED
    export.save(update_fields=["pdf", "zip", "token_hash", "token_expires_at", "letter_hash", "state"])
    ledger.append(
        Kind.EXPORT_DELETED, subject=export.individual_id, actor=None, payload={"export": export.pk}
    )
