"""The steps that people take: ask, stop, approve. Carrying it out is erase.py's."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from erasure.links import cancel_url
from erasure.models import AT_WORK, OPEN, Channel, Erasure, State
from erasure.plan import Plan, plan
from erasure.second_person import had_a_hand, hands_on_login
from erasure.tasks import ring
from privacy import ledger
from privacy.ledger.kinds import Kind
from privacy.mail import write_to
from privacy.requests import close_request, open_request
from webhooks.publish import publish


class Refused(Exception):  # noqa: N818 a refusal is an answer, not an error
    """A step that cannot be taken; the text is for the person who tried."""


class StalePlan(Refused):
    """What stays or who is told has changed since the plan was read."""


class AlreadyAsked(Refused):
    """One erasure of this person is open already."""


class SamePerson(Refused):
    """Whoever asks does not approve."""


class HadAHand(SamePerson):
    """Whoever lately changed, invited or reset the person's login does not approve either."""


class NotAtOnce(Refused):
    """The login was changed lately: the person keeps the time to stop it."""


@transaction.atomic
def ask(
    individual: Any,
    *,
    actor: UUID | None,
    channel: Channel,
    fingerprint: str,
    reason: str | None = None,
) -> Erasure:
    """From now on nothing is done with the person's data. Raises StalePlan and AlreadyAsked."""
    individual = lock(individual)
    if individual.erased_at:
        raise AlreadyAsked(_("This person is erased already."))
    if Erasure.objects.filter(individual=individual, state__in=OPEN).exists():
        raise AlreadyAsked(_("Your request to be erased is here already."))
    check_obstacle(individual)
    current = plan(individual)
    if current.fingerprint != fingerprint:
        raise StalePlan(_("The plan has changed since you read it. Read it again, then decide."))
    erasure = Erasure.objects.create(
        individual=individual,
        channel=channel,
        reason=reason,
        requested_by=actor,
        cools_off_until=timezone.now() + timedelta(days=individual.association.cooling_off_days),
        **record_of(current),
    )
    if individual.restricted_at is None:  # a pause that the member began stands, even if this is stopped
        restrict(individual, since=erasure.requested_at)
    open_request(individual, "erasure", actor=actor, channel=channel)
    publish("individual.restricted", subject=individual.pk)
    write_to(
        individual,
        "erasure/mail/asked",
        {
            "number": erasure.reference,
            "until": erasure.cools_off and erasure.cools_off_until,
            "link": cancel_url(erasure),
        },
    )
    ledger.append(
        Kind.ERASURE_REQUESTED, subject=individual.pk, actor=actor, payload={"erasure": str(erasure.pk)}
    )
    return erasure


def record_of(current: Plan) -> dict[str, Any]:
    """What is written down of a plan: labels, numbers and dates, and no row's content."""
    return {
        "fingerprint": current.fingerprint,
        "stays": [
            {"label": str(s.label), "count": s.count, "because": str(s.because), "until": s.until.isoformat()}
            for s in current.stays
        ],
        "told": [{"endpoint": t.endpoint_id, "organisation": t.organisation} for t in current.told],
        "counts": {"goes": current.going, "stays": current.staying},
    }


def lock(individual: Any) -> Any:
    """First of all, so that nothing new is written about the person while the plan is made."""
    return (
        type(individual)
        ._base_manager.select_for_update(of=("self",))
        .select_related("association")
        .get(pk=individual.pk)
    )


def restrict(individual: Any, *, since: Any) -> None:
    """Art. 18 GDPR: kept, and not used. Mailing, directory and sharing ask this through the consent gate."""
    individual.restricted_at = since
    type(individual)._base_manager.filter(pk=individual.pk).update(restricted_at=since)


@transaction.atomic
def cancel(erasure: Erasure, *, actor: UUID | None) -> None:
    """Until the cooling-off ends. Raises Refused afterwards: what began cannot be undone."""
    erasure = reread(erasure.pk)
    if not erasure.can_stop:
        raise Refused(_("It is too late to stop: the erasure has begun."))
    erasure.state, erasure.cancelled_at, erasure.cancelled_by = State.CANCELLED, timezone.now(), actor
    erasure.save(update_fields=["state", "cancelled_at", "cancelled_by"])
    close_request(erasure.individual, "erasure", state="cancelled", actor=actor)
    if not was_paused_before(erasure):
        restrict(erasure.individual, since=None)
        publish("individual.unrestricted", subject=erasure.individual_id)
    write_to(erasure.individual, "erasure/mail/cancelled", {"number": erasure.reference})
    ledger.append(
        Kind.ERASURE_CANCELLED,
        subject=erasure.individual_id,
        actor=actor,
        payload={"erasure": str(erasure.pk)},
    )


@transaction.atomic
def approve(erasure: Erasure, *, actor: UUID | None, fingerprint: str, at_once: bool = False) -> None:
    """The second person. `at_once`: the member does not want to wait. Raises Refused and its kin."""
    erasure = reread(erasure.pk)
    if erasure.state != State.REQUESTED:
        raise Refused(_("This erasure does not wait for approval."))
    if actor is not None and actor == erasure.requested_by:
        raise SamePerson(_("Somebody else has to approve: whoever asks does not approve."))
    if actor is not None:  # whoever runs commands on the machine holds every key already
        check_hands(erasure.individual_id, actor, at_once=at_once)
    check_obstacle(erasure.individual)
    current = plan(erasure.individual)
    if current.fingerprint != fingerprint:
        raise StalePlan(_("The plan has changed since you read it. Read it again, then decide."))
    for name, value in record_of(current).items():
        setattr(erasure, name, value)
    erasure.state, erasure.approved_by, erasure.approved_at = State.APPROVED, actor, timezone.now()
    if at_once:
        erasure.cools_off_until = timezone.now()
    erasure.save()
    ledger.append(
        Kind.ERASURE_APPROVED,
        subject=erasure.individual_id,
        actor=actor,
        payload={"erasure": str(erasure.pk), "at_once": at_once},
    )
    if erasure.cools_off_until <= timezone.now():
        association_id, pk = str(erasure.association_id), str(erasure.pk)
        # Approved is approved: without a broker the sweep finds it.
        transaction.on_commit(lambda: ring.delay(association_id, pk), robust=True)


def check_obstacle(individual: Any) -> None:
    """Raises Refused, where the association first needs something of the person (ERASURE_OBSTACLE)."""
    reason: Any = import_string(settings.ERASURE_OBSTACLE)
    if why := reason(individual):
        raise Refused(why)


def check_hands(individual_id: UUID, actor: UUID, *, at_once: bool) -> None:
    """Raises HadAHand, NotAtOnce."""
    if had_a_hand(individual_id, actor):
        raise HadAHand(_("Somebody else has to approve: you had a hand in this person's login lately."))
    if at_once and hands_on_login(individual_id):
        raise NotAtOnce(
            _(
                "Not at once: the login of this person was changed within thirty days. They keep the time to stop it."
            )
        )


def was_paused_before(erasure: Erasure) -> bool:
    person: Any = erasure.individual
    return bool(person.restricted_at and person.restricted_at < erasure.requested_at)


def reread(pk: UUID) -> Erasure:
    """As it is now, and locked until the transaction ends."""
    return (
        Erasure.objects.select_for_update(of=("self",)).select_related("individual", "association").get(pk=pk)
    )


def open_erasure(individual_id: UUID) -> Erasure | None:
    return Erasure.objects.filter(individual_id=individual_id, state__in=OPEN).first()


def open_among(erasures: Iterable[Erasure]) -> Erasure | None:
    """The same from what was read already of a person."""
    waiting = (each for each in erasures if each.state in OPEN)
    return max(waiting, key=lambda each: each.requested_at, default=None)


def has_begun(individual_id: UUID) -> bool:
    """From here on nobody signs in as this person, and nothing is made for them."""
    return Erasure.objects.filter(individual_id=individual_id, state__in=AT_WORK).exists()
