"""Endpoints on loopback, the broker's bells caught, and time moved for the database's clock."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db.models.functions import Now

from tests.webhooks.receivers import Receiver, receiving
from webhooks import doorbell, endpoints, lane, publish
from webhooks.event_types import SUBSCRIBABLE
from webhooks.models import Delivery, Endpoint


@pytest.fixture(autouse=True)
def loopback_may_be_dialled(settings: Any) -> None:
    settings.WEBHOOK_ALLOW_LOOPBACK = True


@pytest.fixture(autouse=True)
def nobody_has_silenced_the_doorbell(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test before this one, in the same process, may have rung while its broker was away."""
    monkeypatch.setattr(doorbell, "_silent_until", 0.0)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def bells(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """The endpoints that were rung for. The broker is the edge of the world here."""
    rung: list[UUID] = []
    for module in (publish, lane, endpoints):
        monkeypatch.setattr(module, "ring_later", lambda _, endpoint_id: rung.append(endpoint_id))
    monkeypatch.setattr("webhooks.tasks.ring_later", lambda _, endpoint_id: rung.append(endpoint_id))
    assert doorbell.ring_later  # the real one is heard in test_outbox.py
    return rung


MakeEndpoint = Callable[..., Endpoint]


@pytest.fixture
def make_endpoint(bells: list[UUID]) -> MakeEndpoint:
    def make(url: str = "http://127.0.0.1:9/hooks", **fields: Any) -> Endpoint:
        return endpoints.create(
            **{
                "name": "Nordic Ledger",
                "organisation": "Nordic Ledger AB",
                "url": url,
                "event_types": [str(kind) for kind in SUBSCRIBABLE],
                **fields,
            }
        )

    return make


@pytest.fixture
def endpoint(association: Any, receiver: Receiver, make_endpoint: MakeEndpoint) -> Endpoint:
    return make_endpoint(receiver.url)


def drain(endpoint: Endpoint) -> int:
    return lane.Lane(endpoint.association_id, endpoint.pk).drain()


def make_due(delivery: Delivery | None = None) -> None:
    """The hour has come: the next try's, the end of a lease, the end of a rest."""
    rows = Delivery.objects.filter(pk=delivery.pk) if delivery else Delivery.objects.all()
    rows.filter(state="due").update(due_at=Now() - timedelta(seconds=1))
    rows.filter(lease_until__isnull=False).update(lease_until=Now() - timedelta(seconds=1))
    Endpoint.objects.update(resting_until=None)
    Endpoint.objects.filter(lane_until__isnull=False).update(lane_until=Now() - timedelta(seconds=1))
