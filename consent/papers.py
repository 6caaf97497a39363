"""What was said on paper, on the phone or in an earlier list, entered by staff, with the evidence sealed beside it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent import lock
from consent.choices import in_language
from consent.decide import How, decline, give
from consent.models import Act, Channel, Decision, Kind, Paper, Standing, Version
from consent.stop import stop_path
from privacy.declarations import Text
from privacy.mail import write_to
from privacy.scans import seal_scan
from privacy.tenancy import require_association
from privacy.vault.files import SealedFile, delete_stored

SEALED: Final = ("decision__paper__note", "decision__paper__file", "decision__paper__file_name")
# Why something cannot be entered, for staff; and the answer that it belongs to, if to one.
REASONS: Final[dict[str, Text]] = {
    "own": _("Your own choices you make yourself, under Privacy."),
    "erased": _("This person's data is erased. There is nothing left to enter."),
    "paused": _(
        "Nothing is done with this person's data at the moment. You can enter it once the pause is over."
    ),
    "future": _("This day is still to come. Enter the day on which it was said."),
    "too_early": _(
        "These words were not in force yet on that day. Choose the words that the person had then."
    ),
    "agreement": _("A term of membership cannot be declined. It ends when the membership ends."),
    "language": _("These words do not exist in this language."),
    "older": _("The person has answered this after that day. What was said before does not change it."),
    "same": _("This is what the person has answered already. There is nothing to enter."),
}
FIELDS: Final = {
    "future": "said_on",
    "too_early": "said_on",
    "agreement": "answer",
    "language": "language",
    "older": "said_on",
}


class CannotEnter(RuntimeError):  # noqa: N818  it says what is the case
    """`code` is one of REASONS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code, self.field = code, FIELDS.get(code)

    @property
    def reason(self) -> Text:
        return REASONS[self.code]


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said elsewhere, and how we know. `by` is the member of staff."""

    yes: bool
    language: str
    source: str
    said_on: date
    by: UUID
    note: str = ""
    scan: bytes = b""
    scan_name: str = ""

    @property
    def channel(self) -> Channel:
        return Channel.IMPORT if self.source == Paper.Source.LIST else Channel.STAFF


def may_enter_for(individual: Any, by: UUID) -> None:
    """Raises CannotEnter."""
    if individual.pk == by:
        raise CannotEnter("own")
    if individual.erased_at:
        raise CannotEnter("erased")
    if individual.restricted_at:
        raise CannotEnter("paused")


def fits(version: Version, said: Said) -> None:
    """What can be told without asking who it was. Raises CannotEnter."""
    if said.said_on > timezone.localdate():
        raise CannotEnter("future")
    if said.said_on < timezone.localdate(version.effective_at):
        raise CannotEnter("too_early")
    if not said.yes and version.statement.kind == Kind.AGREEMENT:
        raise CannotEnter("agreement")
    if said.language not in {wording.language for wording in version.wordings.all()}:
        raise CannotEnter("language")


def latest_of(people: Iterable[UUID], version: Version) -> dict[UUID, Standing]:
    """Where they stand on the statement now. One query."""
    rows = Standing.objects.filter(individual__in=people, statement=version.statement_id)
    return {
        row.individual_id: row for row in rows.select_related("version", "decision__paper").defer(*SEALED)
    }


def is_news(latest: Standing | None, said_on: date) -> None:
    """What was said before the latest answer does not change it. Raises CannotEnter."""
    if latest is None:
        return
    paper = getattr(latest.decision, "paper", None)
    if said_on < (paper.said_on if paper else timezone.localdate(latest.since)):
        raise CannotEnter("older")


@transaction.atomic
def enter(individual: Any, version: Version, said: Said) -> Decision:
    """The decision with its evidence, and a letter to the person that says so. Raises CannotEnter and NoScan."""
    may_enter_for(individual, said.by)
    fits(version, said)
    lock.hold(
        individual.pk, version.statement_id
    )  # what she says at this moment herself comes later, or counts
    latest = latest_of([individual.pk], version).get(individual.pk)
    is_news(latest, said.said_on)
    paper = paper_of(individual, said)
    verb = give if said.yes else decline
    decision = verb(individual, version, **how(said, paper))
    if latest and decision.pk == latest.decision_id:  # saying a thing twice is saying it once
        if isinstance(paper.file, SealedFile):
            delete_stored(require_association(), paper.file.stored)
        raise CannotEnter("same")
    paper.decision = decision
    paper.save(force_insert=True)
    tell(individual, decision, said)
    return decision


def paper_of(individual: Any, said: Said) -> Paper:
    """The scan is sealed and on the disk before the ledger is locked."""
    paper = Paper(
        individual_id=individual.pk,
        source=said.source,
        said_on=said.said_on,
        note=said.note or None,
        file_name=said.scan_name[:200] or None,
        entered_by=said.by,
    )
    if said.scan:
        seal_scan(paper, said.scan, "evidence")
    return paper


def how(said: Said, paper: Paper) -> How:
    """The ledger commits to the evidence: a note or a scan that was changed afterwards would be noticed."""
    evidence = {
        "paper": str(paper.pk),
        "source": said.source,
        "said_on": said.said_on.isoformat(),
        "note_sha256": hashlib.sha256(said.note.encode()).hexdigest() if said.note else "",
        "scan_sha256": hashlib.sha256(said.scan).hexdigest() if said.scan else "",
    }
    return {"channel": said.channel, "actor": said.by, "language": said.language, "evidence": evidence}


def tell(individual: Any, decision: Decision, said: Said) -> None:
    """Whoever answered by paper or phone reads what was made of it, and how to take it back."""
    association, version = individual.association, decision.version
    words = in_language(version.wordings.all(), individual.language)
    is_consent = version.statement.kind == Kind.CONSENT
    stop = association.url(stop_path(individual.pk, decision.statement_id)) if said.yes and is_consent else ""
    write_to(
        individual,
        "consent/mail/entered",
        {
            "words": words,
            "yes": said.yes,
            "is_consent": is_consent,
            "waits": decision.act == Act.PENDING,
            "source": Paper.Source(said.source),
            "said_on": said.said_on,
            "take_back_link": stop,
            "choices_link": association.url(reverse("consent:choices")),
        },
    )
