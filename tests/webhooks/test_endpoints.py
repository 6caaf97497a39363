"""What staff do with endpoints: keys and their change (W08), switches, tests, replays."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.models import F
from standardwebhooks.webhooks import Webhook

from ams.models import Association, Individual
from privacy.ledger.models import LedgerEntry
from tests.webhooks.conftest import MakeEndpoint, drain, make_due
from tests.webhooks.receivers import Receiver
from webhooks import endpoints, sign
from webhooks.endpoints import WrongState
from webhooks.guard import AddressRefused
from webhooks.models import Attempt, Delivery, Endpoint, Key
from webhooks.publish import publish
from webhooks.tasks import tidy

OnCommit = Callable[..., Any]


def test_a_new_endpoint_has_a_key_of_each_kind_and_no_secret_in_clear(endpoint: Endpoint) -> None:
    keys = {key.scheme: key for key in endpoint.keys.all()}
    assert set(keys) == {"v1", "v1a"}
    assert keys["v1"].secret.startswith("whsec_")
    assert keys["v1a"].public == sign.public_of(keys["v1a"].secret)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM webhooks_key")
        stored = b"".join(bytes(row[0]) for row in cursor.fetchall())
    assert len(stored) > 64
    for key in keys.values():
        assert key.secret.encode() not in stored
        assert key.secret.partition("_")[2].encode() not in stored


def test_every_endpoint_has_keys_of_its_own(make_endpoint: MakeEndpoint, association: Association) -> None:
    made = [make_endpoint(name=name) for name in "ABC"]
    assert len({key.secret for endpoint in made for key in endpoint.keys.all()}) == 6


def test_an_endpoint_may_ask_for_one_kind_of_signature_only(
    ann: Individual, receiver: Receiver, make_endpoint: MakeEndpoint
) -> None:
    endpoint = make_endpoint(receiver.url, signatures=["v1a"])
    publish("individual.updated", subject=ann.pk)
    drain(endpoint)
    assert receiver.requests[0].headers["webhook-signature"].startswith("v1a,")
    assert " " not in receiver.requests[0].headers["webhook-signature"]


@pytest.mark.parametrize(
    "fields",
    [{"event_types": ["x"]}, {"event_types": ["endpoint.test"]}, {"signatures": []}, {"signatures": ["v2"]}],
)
def test_an_endpoint_without_sense_is_refused(
    association: Association, make_endpoint: MakeEndpoint, fields: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match="Unknown"):
        make_endpoint(**fields)


def test_an_address_that_is_never_dialled_is_refused_at_once(
    association: Association, make_endpoint: MakeEndpoint, settings: Any
) -> None:
    settings.WEBHOOK_ALLOW_LOOPBACK = False
    for url in (
        "http://hooks.example/",
        "https://127.0.0.1/",
        "javascript:alert(1)",
        "https://hooks.example:22/",
    ):
        with pytest.raises(AddressRefused):
            make_endpoint(url)
    assert Endpoint.objects.count() == 0
    assert make_endpoint("https://hooks.example/").is_active


def test_while_the_keys_are_changed_nobody_fails_to_verify(
    ann: Individual, endpoint: Endpoint, receiver: Receiver
) -> None:
    """The recipient changes its key at any moment of the overlap; before, during and after, all messages verify."""
    old = {key.scheme: key for key in endpoint.keys.all()}

    def arrived() -> Any:
        publish("individual.updated", subject=ann.pk)
        drain(endpoint)
        return receiver.requests[-1]

    before = arrived()
    new = {key.scheme: key for key in endpoints.rotate(endpoint, overlap=timedelta(days=1))}
    during = arrived()
    for request, keys in ((before, [old]), (during, [old, new])):
        for pair in keys:
            for key in (pair["v1"].secret, pair["v1a"].public):
                assert sign.verify(request.headers, request.body, [key], now=time.time())
            assert Webhook(pair["v1"].secret).verify(request.body, request.headers)
    signatures = during.headers["webhook-signature"].split(" ")
    assert [signature.partition(",")[0] for signature in signatures] == ["v1a", "v1", "v1a", "v1"]
    assert new["v1"].secret != old["v1"].secret

    Key.objects.filter(ends_at__isnull=False).update(ends_at=F("ends_at") - timedelta(days=1, seconds=1))
    after = arrived()
    assert sign.verify(after.headers, after.body, [new["v1a"].public], now=time.time())
    with pytest.raises(sign.SignatureRefused):
        sign.verify(after.headers, after.body, [old["v1a"].public, old["v1"].secret], now=time.time())


def test_a_key_that_is_over_is_emptied_and_a_live_one_is_not(
    association: Association, endpoint: Endpoint
) -> None:
    endpoints.rotate(endpoint, overlap=timedelta(0))
    tidy()
    assert Key.objects.filter(secret=None, ends_at__isnull=False).count() == 2
    assert Key.objects.filter(secret__isnull=False, ends_at=None).count() == 2


@pytest.mark.parametrize("overlap", [timedelta(seconds=-1), timedelta(days=7, seconds=1)])
def test_an_overlap_beyond_a_week_is_refused(endpoint: Endpoint, overlap: timedelta) -> None:
    with pytest.raises(ValueError, match="overlap"):
        endpoints.rotate(endpoint, overlap=overlap)


def test_a_signature_that_is_added_gets_a_key_and_a_dropped_one_runs_out(
    association: Association, make_endpoint: MakeEndpoint
) -> None:
    endpoint = make_endpoint(signatures=["v1a"])
    fields = {name: getattr(endpoint, name) for name in ("name", "organisation", "url", "event_types")}
    endpoints.change(endpoint, **fields, signatures=["v1"])
    assert list(endpoint.keys.filter(ends_at=None).values_list("scheme", flat=True)) == ["v1"]
    assert list(endpoint.keys.filter(ends_at__isnull=False).values_list("scheme", flat=True)) == ["v1a"]
    endpoints.change(endpoint, **fields, signatures=["v1a", "v1"])
    assert endpoint.keys.filter(ends_at=None).count() == 2


def test_a_change_is_in_the_ledger_with_who_did_it_and_which_endpoint(
    association: Association, endpoint: Endpoint
) -> None:
    actor = uuid4()
    endpoints.disable(endpoint, actor=actor)
    entry = LedgerEntry.objects.order_by("-seq")[0]
    assert (entry.kind, entry.actor_uid, entry.payload) == (
        "endpoint.changed",
        actor,
        {"endpoint": str(endpoint.pk)},
    )


def test_a_test_reaches_an_endpoint_that_is_subscribed_to_nothing_like_it(
    association: Association, receiver: Receiver, make_endpoint: MakeEndpoint
) -> None:
    endpoint = make_endpoint(receiver.url, event_types=["consent.given"])
    other = make_endpoint(name="Other")
    event = endpoints.send_test(endpoint)
    assert drain(endpoint) == 1
    assert b'"type":"endpoint.test"' in receiver.requests[0].body
    assert str(event.deliveries.get().pk).encode() in receiver.requests[0].body
    assert not other.deliveries.exists()
    endpoints.disable(endpoint)
    with pytest.raises(WrongState):
        endpoints.send_test(endpoint)


def test_a_dead_delivery_is_sent_anew_under_its_id_with_a_whole_new_round(
    ann: Individual,
    endpoint: Endpoint,
    receiver: Receiver,
    bells: list[UUID],
    django_capture_on_commit_callbacks: OnCommit,
) -> None:
    receiver.answer = lambda _: (500, {})
    publish("individual.erased", subject=ann.pk)
    for _ in range(10):
        make_due()
        drain(endpoint)
    delivery = Delivery.objects.get()
    assert delivery.state == "dead"
    with django_capture_on_commit_callbacks(execute=True):
        endpoints.replay(delivery)
    assert bells == [endpoint.pk]
    assert (delivery.state, delivery.ended_at) == ("due", None)
    drain(endpoint)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("due", 11)  # the eleventh try is the first of its round
    receiver.answer = lambda _: (200, {})
    make_due()
    drain(endpoint)
    assert len(set(receiver.ids)) == 1
    assert list(delivery.tries.order_by("number").values_list("number", flat=True)) == list(range(1, 13))


def test_a_delivery_under_way_is_not_sent_anew(ann: Individual, endpoint: Endpoint) -> None:
    publish("individual.updated", subject=ann.pk)
    with pytest.raises(WrongState):
        endpoints.replay(Delivery.objects.get())


def test_the_next_try_can_be_made_now(
    ann: Individual,
    endpoint: Endpoint,
    receiver: Receiver,
    bells: list[UUID],
    django_capture_on_commit_callbacks: OnCommit,
) -> None:
    receiver.answer = lambda _: (503, {"Retry-After": "3600"})
    publish("individual.updated", subject=ann.pk)
    drain(endpoint)
    delivery = Delivery.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        endpoints.try_now(delivery)
    assert bells == [endpoint.pk]
    receiver.answer = lambda _: (200, {})
    assert drain(endpoint) == 1
    with pytest.raises(WrongState):
        endpoints.try_now(delivery)


def test_tries_can_be_added_and_never_changed(ann: Individual, endpoint: Endpoint) -> None:
    publish("individual.updated", subject=ann.pk)
    drain(endpoint)
    assert Attempt.objects.count() == 1
    with pytest.raises(ProgrammingError), transaction.atomic():
        Attempt.objects.update(outcome="gone")
    with pytest.raises(ProgrammingError), transaction.atomic():
        Attempt.objects.all().delete()


def test_an_endpoint_that_is_off_says_why_and_an_endpoint_is_always_signed_for(endpoint: Endpoint) -> None:
    with pytest.raises(IntegrityError, match="endpoint_disabled_says_why"), transaction.atomic():
        Endpoint.objects.update(state="disabled")
    with pytest.raises(IntegrityError, match="endpoint_is_signed_for"), transaction.atomic():
        Endpoint.objects.update(signatures=[])
