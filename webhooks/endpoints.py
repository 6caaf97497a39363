"""What staff do with an endpoint: add it, change it, change its keys, switch it off and on, test it, send anew."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from privacy.ledger import append
from privacy.ledger.kinds import Kind
from privacy.tenancy import require_association
from webhooks import sign
from webhooks.doorbell import ring_later
from webhooks.event_types import SUBSCRIBABLE, EventType
from webhooks.guard import place_of
from webhooks.models import Delivery, Endpoint, Event, Key, Scheme
from webhooks.publish import tell

OVERLAP: Final = timedelta(days=1)
LONGEST_OVERLAP: Final = timedelta(days=7)


class WrongState(Exception):  # noqa: N818 the name says what is the case
    """What was asked cannot be done with an endpoint, or a delivery, in this state."""


def _refuse_strange(event_types: Iterable[str], signatures: Iterable[str]) -> None:
    if (
        set(event_types) - {str(kind) for kind in SUBSCRIBABLE}
        or not set(signatures)
        or set(signatures) - set(Scheme.values)
    ):
        raise ValueError("Unknown events or signatures.")


@transaction.atomic
def create(
    *,
    name: str,
    organisation: str,
    url: str,
    event_types: Iterable[str],
    signatures: Iterable[str] = (Scheme.V1A, Scheme.V1),
    actor: UUID | None = None,
) -> Endpoint:
    """Raises AddressRefused."""
    place_of(url)
    event_types, signatures = sorted(set(event_types)), sorted(set(signatures))
    _refuse_strange(event_types, signatures)
    endpoint = Endpoint.objects.create(
        name=name, organisation=organisation, url=url, event_types=event_types, signatures=signatures
    )
    for scheme in signatures:
        new_key(endpoint, Scheme(scheme))
    record(endpoint, actor)
    return endpoint


@transaction.atomic
def change(
    endpoint: Endpoint,
    *,
    name: str,
    organisation: str,
    url: str,
    event_types: Iterable[str],
    signatures: Iterable[str],
    actor: UUID | None = None,
) -> None:
    """A signature that is added gets a key at once; one that is dropped goes on for a day. Raises AddressRefused."""
    place_of(url)
    event_types, signatures = sorted(set(event_types)), sorted(set(signatures))
    _refuse_strange(event_types, signatures)
    before = _locked(endpoint)
    update(
        before, name=name, organisation=organisation, url=url, event_types=event_types, signatures=signatures
    )
    for scheme in set(before.signatures) - set(signatures):
        retire(before, Scheme(scheme), OVERLAP)
    for scheme in set(signatures) - set(before.signatures):
        new_key(before, Scheme(scheme))
    record(endpoint, actor)
    endpoint.refresh_from_db()


@transaction.atomic
def rotate(endpoint: Endpoint, *, overlap: timedelta = OVERLAP, actor: UUID | None = None) -> list[Key]:
    """New keys for every signature. The old ones sign beside them until the overlap is over."""
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise ValueError("The overlap is 0 to 7 days.")
    _locked(endpoint)
    keys = []
    for scheme in endpoint.signatures:
        retire(endpoint, Scheme(scheme), overlap)
        keys.append(new_key(endpoint, Scheme(scheme)))
    update(endpoint)
    record(endpoint, actor)
    return keys


def new_key(endpoint: Endpoint, scheme: Scheme) -> Key:
    secret = sign.new_private() if scheme == Scheme.V1A else sign.new_shared()
    public = sign.public_of(secret) if scheme == Scheme.V1A else ""
    return Key.objects.create(endpoint=endpoint, scheme=scheme, secret=secret, public=public)


def retire(endpoint: Endpoint, scheme: Scheme, overlap: timedelta) -> None:
    Key.objects.filter(endpoint=endpoint, scheme=scheme, ends_at=None).update(ends_at=Now() + overlap)


@transaction.atomic
def disable(endpoint: Endpoint, *, actor: UUID | None = None) -> None:
    if shut(endpoint.pk, Endpoint.Why.STAFF):
        record(endpoint, actor)
    endpoint.refresh_from_db()


def shut(endpoint_id: UUID, why: Endpoint.Why) -> bool:
    """True when it was on. What is due waits in its queue; a legal duty does not end with a switch."""
    return bool(
        Endpoint.objects.filter(pk=endpoint_id, state=Endpoint.State.ACTIVE).update(
            state=Endpoint.State.DISABLED, disabled_because=why, disabled_at=Now(), version=F("version") + 1
        )
    )


@transaction.atomic
def enable(endpoint: Endpoint, *, actor: UUID | None = None) -> None:
    """What waited is tried at once, with a clean slate."""
    if _locked(endpoint).state == Endpoint.State.DISABLED:
        update(
            endpoint,
            state=Endpoint.State.ACTIVE,
            disabled_because="",
            disabled_at=None,
            failing_since=None,
            failures=0,
            resting_until=None,
        )
        Delivery.objects.filter(endpoint=endpoint, state=Delivery.State.DUE).update(due_at=Now())
        record(endpoint, actor)
        ring_after_commit(endpoint)
    endpoint.refresh_from_db()


@transaction.atomic
def send_test(endpoint: Endpoint) -> Event:
    """Raises WrongState when it is switched off: the test would wait."""
    if not endpoint.is_active:
        raise WrongState
    return tell([endpoint], EventType.ENDPOINT_TEST)


@transaction.atomic
def try_now(delivery: Delivery) -> None:
    """Does not wait for the next try's hour, nor for the end of the lane's rest. Raises WrongState."""
    due = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.DUE, lease_until=None)
    if not due.update(due_at=Now()):
        raise WrongState
    Endpoint.objects.filter(pk=delivery.endpoint_id).update(resting_until=None)
    ring_after_commit(delivery.endpoint)
    delivery.refresh_from_db()


@transaction.atomic
def replay(delivery: Delivery, *, actor: UUID | None = None) -> None:
    """A whole new round of tries, under the same webhook-id: whoever has it already does nothing twice.

    Raises WrongState while the first round is under way.
    """
    ended = Delivery.objects.filter(pk=delivery.pk).exclude(state=Delivery.State.DUE)
    fresh = {"state": Delivery.State.DUE, "ended_at": None, "lease_until": None, "lost": 0}
    if not ended.update(**fresh, due_at=Now(), attempts_before=F("attempts")):
        raise WrongState
    record(delivery.endpoint, actor)
    ring_after_commit(delivery.endpoint)
    delivery.refresh_from_db()


def bury_old_keys() -> int:
    """Secrets whose time is over are emptied; when they were used remains."""
    return Key.objects.filter(Q(ends_at__lt=Now()), secret__isnull=False).update(secret=None)


def update(endpoint: Endpoint, **values: object) -> None:
    """A running lane sees the new version and begins anew with what it then finds."""
    Endpoint.objects.filter(pk=endpoint.pk).update(**values, version=F("version") + 1)


def _locked(endpoint: Endpoint) -> Endpoint:
    return Endpoint.objects.select_for_update().get(pk=endpoint.pk)


def ring_after_commit(endpoint: Endpoint) -> None:
    association_id = require_association()
    transaction.on_commit(lambda: ring_later(association_id, endpoint.pk))


def record(endpoint: Endpoint, actor: UUID | None, kind: Kind = Kind.ENDPOINT_CHANGED) -> None:
    append(kind, subject=None, actor=actor, payload={"endpoint": endpoint.pk})
