"""Deciding: an answer is recorded once, with the words it was given to; the standing follows with it."""

from collections.abc import Iterable
from typing import Any, NotRequired, TypedDict, Unpack
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consent.models import Act, Channel, Decision, Kind, Shown, Standing, Version
from privacy import ledger
from webhooks.publish import publish

IN_LEDGER: dict[str, str] = {
    Channel.WIZARD: "join",
    Channel.TAB: "privacy",
}  # its words for where something happened
LOCK = 12  # the second half of the advisory lock's key: who else locks on a person and a statement?


class CannotWithdraw(RuntimeError):  # noqa: N818  it says what is the case
    """An agreement is part of membership: Art. 7(3) speaks of consent alone. `reason` is for the member."""

    reason: str | Promise = _("This is part of your membership. It ends when your membership ends.")


class NothingToDecide(ValueError):  # noqa: N818  it says what is the case
    """A notice is shown, not asked; a draft is not shown at all."""


class How(TypedDict):
    """How an answer reached us. `evidence` (address, browser, a scan) is sealed with the person's key."""

    channel: Channel
    actor: UUID | None
    language: str
    shown: NotRequired[Shown | None]
    evidence: NotRequired[dict[str, Any] | None]


def give(individual: Model, version: Version, **how: Unpack[How]) -> Decision:
    """Yes, to these words. Saying it twice is saying it once."""
    return _record(individual, version, Act.GIVEN, how)


def decline(individual: Model, version: Version, **how: Unpack[How]) -> Decision:
    """No. Where there was a yes this withdraws it. Raises CannotWithdraw for an agreement."""
    return _record(individual, version, Act.DECLINED, how)


def withdraw(individual: Model, version: Version, **how: Unpack[How]) -> Decision:
    """A yes is taken back, as easily as it was given (Art. 7(3)). Raises CannotWithdraw for an agreement."""
    return decline(individual, version, **how)


def beside(individual: Model, versions: Iterable[Version], *, language: str) -> Shown:
    """What stands on the page together. It is kept with the first decision that comes of it, and not before."""
    return Shown(
        individual_id=individual.pk, language=language, versions=[version.hash for version in versions]
    )


@transaction.atomic
def _record(individual: Model, version: Version, wanted: Act, how: How) -> Decision:
    _refuse_what_cannot_be(version, wanted)
    standing = _locked_standing(individual, version)
    act = _act(standing, version, wanted)
    if standing and act is None:
        return standing.decision
    if (shown := how.get("shown")) and shown.pk is None:
        shown.save()
    decision = Decision.objects.create(
        individual_id=individual.pk,
        statement_id=version.statement_id,
        version=version,
        act=act or wanted,
        at=timezone.now(),
        language=how["language"],
        channel=how["channel"],
        actor=how["actor"],
        shown=shown,
    )
    _stand(decision, standing)
    _tell(decision)
    _prove(decision, how.get("evidence"))
    return decision


def _refuse_what_cannot_be(version: Version, wanted: Act) -> None:
    if version.statement.kind == Kind.NOTICE or not version.is_published():
        raise NothingToDecide
    if version.statement.kind == Kind.AGREEMENT and wanted != Act.GIVEN:
        raise CannotWithdraw


def _locked_standing(individual: Model, version: Version) -> Standing | None:
    """Before the first answer there is no row to lock: without this a double click stores two."""
    key = f"{individual.pk} {version.statement_id}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [key, LOCK])
    return (
        Standing.objects.select_related("decision", "version")
        .filter(individual_id=individual.pk, statement_id=version.statement_id)
        .first()
    )


def _act(standing: Standing | None, version: Version, wanted: Act) -> Act | None:
    """What this answer is called, seen from where the person stands; None: they stand there already."""
    if standing is None:
        return wanted
    if wanted == Act.GIVEN:
        if not standing.is_yes():
            return Act.GIVEN
        return Act.RENEWED if standing.version.number < version.number else None
    if standing.is_yes():
        return Act.WITHDRAWN
    return Act.DECLINED if standing.version.number < version.number else None


def _stand(decision: Decision, standing: Standing | None) -> None:
    standing = standing or Standing(individual_id=decision.individual_id, statement_id=decision.statement_id)
    standing.decision, standing.version = decision, decision.version
    standing.act, standing.since = decision.act, decision.at
    standing.save()


def _tell(decision: Decision) -> None:
    """Third parties that subscribed learn of it at once; an agreement is no consent and nobody's business."""
    if decision.version.statement.kind != Kind.CONSENT or decision.act == Act.DECLINED:
        return
    publish(
        "consent.given" if decision.is_yes() else "consent.withdrawn",
        subject=decision.individual_id,
        data={"statement": decision.version.statement.slug, "version": decision.version.number},
    )


def _prove(decision: Decision, evidence: dict[str, Any] | None) -> None:
    """Last in the transaction: the ledger is locked until the end of it."""
    is_consent = decision.version.statement.kind == Kind.CONSENT
    ledger.append(
        ledger.Kind(f"consent.{decision.act}") if is_consent else ledger.Kind.AGREEMENT_GIVEN,
        subject=decision.individual_id,
        actor=decision.actor,
        payload={
            "decision": decision.pk,
            "statement": decision.statement_id,
            "version": decision.version.number,
            "version_hash": decision.version.hash,
            "language": decision.language,
            "channel": IN_LEDGER.get(decision.channel, decision.channel),
        },
        evidence=evidence,
    )
