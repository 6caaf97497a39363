"""Deciding: an answer is recorded once, with the words it was given to; the standing follows with it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NotRequired, TypedDict, Unpack
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consent import advertising, confirm, gate, lock, removal
from consent.audience import facts_of
from consent.due import is_asked_anew
from consent.models import Act, Channel, Confirmation, Decision, Kind, Shown, Standing, Version
from privacy import ledger
from webhooks.publish import publish

IN_LEDGER: dict[str, str] = {
    Channel.WIZARD: "join",
    Channel.TAB: "privacy",
}  # its words for where something happened
OBJECTING = {Act.OBJECTED, Act.LIFTED}
# What others learn: an objection ends a use as a withdrawal does; a yes that nobody has confirmed is none.
TOLD = {
    Act.GIVEN: "consent.given",
    Act.RENEWED: "consent.given",
    Act.LIFTED: "consent.given",
    Act.WITHDRAWN: "consent.withdrawn",
    Act.EXPIRED: "consent.withdrawn",
    Act.OBJECTED: "consent.withdrawn",
}
# What can be ended by time, and what by lifting it: nothing else is there to end.
ENDS: dict[Act, set[Act | None]] = {
    Act.EXPIRED: {Act.GIVEN, Act.RENEWED, Act.PENDING},
    Act.LIFTED: {Act.OBJECTED},
}


class CannotWithdraw(RuntimeError):  # noqa: N818  it says what is the case
    """An agreement is part of membership: Art. 7(3) speaks of consent alone. `reason` is for the member."""

    reason: str | Promise = _("This is part of your membership. It ends when your membership ends.")


class NothingToDecide(ValueError):  # noqa: N818  it says what is the case
    """A notice is shown, not asked; a draft is not shown at all; what has ended is asked of nobody."""


class OnlyThemselves(RuntimeError):  # noqa: N818  it says what is the case
    """An objection to advertising is absolute (Art. 21(3)): only the person can take it back."""


class How(TypedDict):
    """How an answer reached us. `evidence` (address, browser, a scan) is sealed with the person's key.

    `confirmed`: this is the click itself that a pending yes waited for.
    """

    channel: Channel
    actor: UUID | None
    language: str
    shown: NotRequired[Shown | None]
    evidence: NotRequired[dict[str, Any] | None]
    confirmed: NotRequired[bool]


def give(individual: Model, version: Version, **how: Unpack[How]) -> Decision:
    """Yes, to these words. Saying it twice is saying it once. Pending where somebody has to confirm it first."""
    return _recorded(individual, version, Act.GIVEN, how)


def decline(individual: Model, version: Version, **how: Unpack[How]) -> Decision:
    """No. Where there was a yes this withdraws it. Raises CannotWithdraw for an agreement."""
    return _recorded(individual, version, Act.DECLINED, how)


def withdraw(individual: Model, version: Version, **how: Unpack[How]) -> Decision:
    """A yes is taken back, as easily as it was given (Art. 7(3)). Raises CannotWithdraw for an agreement."""
    return decline(individual, version, **how)


def expire(individual: Model, version: Version, **how: Unpack[How]) -> Decision | None:
    """A yes whose time is over, or a pending one that nobody confirmed. None: it was neither, by now."""
    return _record(individual, version, Act.EXPIRED, how)


def object_to(individual: Model, version: Version, **how: Unpack[How]) -> Decision:
    """Art. 21: no to a use that rests on our own interest. It ends at once. Raises NothingToDecide elsewhere."""
    return _recorded(individual, version, Act.OBJECTED, how)


def lift(individual: Model, version: Version, **how: Unpack[How]) -> Decision | None:
    """An objection is taken back, or was refused with reasons. None: there was none. Raises OnlyThemselves."""
    if how["actor"] != individual.pk and advertising.is_absolute(version):
        raise OnlyThemselves
    return _record(individual, version, Act.LIFTED, how)


def beside(individual: Model, versions: Iterable[Version], *, language: str) -> Shown:
    """What stands on the page together. It is kept with the first decision that comes of it, and not before."""
    return Shown(
        individual_id=individual.pk, language=language, versions=[version.hash for version in versions]
    )


def _recorded(individual: Model, version: Version, wanted: Act, how: How) -> Decision:
    decision = _record(individual, version, wanted, how)
    if decision is None:  # only time and the end of an objection can find nothing to do
        raise NothingToDecide
    return decision


@transaction.atomic
def _record(individual: Model, version: Version, wanted: Act, how: How) -> Decision | None:
    _refuse_what_cannot_be(version, wanted)
    standing = _locked_standing(individual, version)
    whom = _who_must_confirm(individual, version, standing, wanted, how)
    act = _act(individual, standing, version, Act.PENDING if whom else wanted)
    if act is None:
        return standing.decision if standing and wanted not in ENDS else None
    if (shown := how.get("shown")) and shown.pk is None:
        shown.save()
    decision = Decision.objects.create(
        individual_id=individual.pk,
        statement_id=version.statement_id,
        version=version,
        act=act,
        at=_now_after(standing),
        zone=timezone.get_current_timezone_name(),
        language=how["language"],
        text_hash=text_hash(version, how["language"]),
        channel=how["channel"],
        actor=how["actor"],
        shown=shown,
    )
    was_yes = standing is not None and standing.is_yes()
    _stand(decision, standing)
    _follow_up(decision, whom)
    _tell(decision, was_yes=was_yes)
    _prove(decision, how.get("evidence"))
    return decision


def _now_after(standing: Standing | None) -> datetime:
    """Several hosts have several clocks; of one person's answers to one statement the later one is later."""
    now = timezone.now()
    return max(now, standing.since + timedelta.resolution) if standing else now


def text_hash(version: Version, language: str) -> str:
    """Of the words in the language in which they were read."""
    return {wording.language: wording.hash for wording in version.wordings.all()}[language]


def _refuse_what_cannot_be(version: Version, wanted: Act) -> None:
    statement = version.statement
    if not version.is_published() or (statement.ended_at and wanted == Act.GIVEN):
        raise NothingToDecide
    if (wanted in OBJECTING) != (statement.kind == Kind.NOTICE) or (
        statement.kind == Kind.NOTICE and not version.can_be_objected_to()
    ):
        raise NothingToDecide
    if statement.kind == Kind.AGREEMENT and wanted != Act.GIVEN:
        raise CannotWithdraw


def _locked_standing(individual: Model, version: Version) -> Standing | None:
    lock.hold(individual.pk, version.statement_id)
    return (
        Standing.objects.select_related("decision", "version")
        .filter(individual_id=individual.pk, statement_id=version.statement_id)
        .first()
    )


def _who_must_confirm(
    individual: Model, version: Version, standing: Standing | None, wanted: Act, how: How
) -> list[Confirmation.By]:
    """Nobody where it is the click itself, or where a yes stands that was confirmed before.

    To newer words a guardian has not agreed yet; the address that a click was for is the same.
    """
    if wanted != Act.GIVEN or version.statement.kind != Kind.CONSENT or how.get("confirmed"):
        return []
    whom = confirm.who_must_confirm(individual, version)
    if standing is None or not standing.is_yes():
        return whom
    newer = standing.version.number < version.number
    return [by for by in whom if newer and by == Confirmation.By.GUARDIAN]


def _act(individual: Model, standing: Standing | None, version: Version, wanted: Act) -> Act | None:
    """What this answer is called, seen from where the person stands; None: they stand there already."""
    stands = Act(standing.act) if standing else None
    newer = standing is not None and standing.version.number < version.number
    match wanted:
        case Act.GIVEN if standing and standing.is_yes():
            anew = newer or is_asked_anew(standing, facts_of(individual), version.statement.kind)
            return Act.RENEWED if anew else None
        case Act.DECLINED if standing and standing.is_yes():
            return Act.WITHDRAWN
        case Act.DECLINED if stands in {Act.DECLINED, Act.WITHDRAWN}:
            return Act.DECLINED if newer else None
        case Act.PENDING | Act.OBJECTED if stands == wanted:
            return wanted if newer else None
        case _ if stands not in ENDS.get(wanted, {stands}):
            return None
    return wanted


def _stand(decision: Decision, standing: Standing | None) -> None:
    standing = standing or Standing(individual_id=decision.individual_id, statement_id=decision.statement_id)
    standing.decision, standing.version = decision, decision.version
    standing.act, standing.since = decision.act, decision.at
    standing.until = until(decision)
    standing.save()


def until(decision: Decision) -> datetime | None:
    """When this yes is over unless it is given again."""
    months = decision.version.again_after_months
    return decision.at + relativedelta(months=months) if months and decision.is_yes() else None


def _follow_up(decision: Decision, whom: list[Confirmation.By]) -> None:
    if whom:
        confirm.ask(decision, whom)
    if decision.is_yes():
        removal.cancel(decision)
    elif decision.act in {Act.WITHDRAWN, Act.EXPIRED}:
        removal.schedule(decision)


def _tell(decision: Decision, *, was_yes: bool) -> None:
    """Third parties that subscribed learn of it at once; an agreement is no consent and nobody's business."""
    statement, event = decision.version.statement, _event_of(Act(decision.act), was_yes=was_yes)
    if statement.kind == Kind.AGREEMENT or event is None:
        return
    if decision.act == Act.LIFTED and gate.is_objected(decision.individual_id, statement.slug):
        return  # another objection to advertising keeps it closed
    uses = [decision.version, *advertising.others(decision)]
    if decision.act == Act.LIFTED and statement.ended_at:
        del uses[0]  # what has ended does not begin again
    if uses:
        announce(event, decision, uses=uses)


def _event_of(act: Act, *, was_yes: bool) -> str | None:
    """A yes that waits for a click is none: where one stood before, that has ended."""
    return TOLD[Act.WITHDRAWN] if act == Act.PENDING and was_yes else TOLD.get(act)


def announce(event: str, decision: Decision, *, uses: Sequence[Version] = ()) -> None:
    """`uses`: all that end, or begin, with this decision, where it is not the one that was decided alone."""
    first, *more = uses or [decision.version]
    data: dict[str, Any] = {"statement": first.statement.slug, "version": first.number}
    also = {"also": [each.statement.slug for each in more]} if more else {}
    publish(event, subject=decision.individual_id, data=data | also)


def _prove(decision: Decision, evidence: dict[str, Any] | None) -> None:
    """Last in the transaction: the ledger is locked until the end of it."""
    ledger.append(
        kind_in_ledger(decision),
        subject=decision.individual_id,
        actor=decision.actor,
        payload={
            "decision": decision.pk,
            "statement": decision.statement_id,
            "version": decision.version.number,
            "version_hash": decision.version.hash,
            "wording_hash": decision.text_hash,
            "language": decision.language,
            "channel": IN_LEDGER.get(decision.channel, decision.channel),
        },
        evidence=evidence,
    )


def kind_in_ledger(decision: Decision) -> ledger.Kind:
    if decision.version.statement.kind == Kind.AGREEMENT:
        return ledger.Kind.AGREEMENT_GIVEN
    return ledger.Kind(f"consent.{decision.act}")
