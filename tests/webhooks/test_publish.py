"""What a notice is and who gets it: told if and only if done, thin, and under another id at every recipient (W19)."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from ams.models import Association, Individual
from privacy.tenancy import speaking_for
from tests.webhooks.conftest import MakeEndpoint
from webhooks import endpoints, pairwise
from webhooks.event_types import NotThin
from webhooks.models import Delivery, Endpoint, Event, Pairwise
from webhooks.publish import publish

OnCommit = Callable[..., Any]


def payloads() -> list[dict[str, Any]]:
    return [delivery.payload for delivery in Delivery.objects.order_by("endpoint__name")]


def test_everybody_who_asked_is_told_and_nobody_else(ann: Individual, make_endpoint: MakeEndpoint) -> None:
    wanted = make_endpoint(name="Printer", event_types=["individual.erased"])
    make_endpoint(name="Shop", event_types=["consent.given"])
    event = publish("individual.erased", subject=ann.pk, data={"due_by": date(2026, 12, 24)})
    delivery = Delivery.objects.get()
    assert (delivery.endpoint, delivery.event, delivery.state, delivery.attempts) == (wanted, event, "due", 0)
    assert delivery.payload == {
        "type": "individual.erased",
        "timestamp": delivery.payload["timestamp"],
        "data": {
            "due_by": "2026-12-24",
            "notice_id": str(delivery.pk),
            "recipient_subject_id": delivery.payload["data"]["recipient_subject_id"],
        },
    }
    assert delivery.payload["timestamp"].endswith("Z")


def test_a_rollback_takes_the_notices_with_it(
    ann: Individual, endpoint: Endpoint, bells: list[UUID], django_capture_on_commit_callbacks: OnCommit
) -> None:
    def half_done() -> None:
        with transaction.atomic():
            publish("individual.updated", subject=ann.pk)
            assert Delivery.objects.count() == 1
            raise ZeroDivisionError

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError):
        half_done()
    assert (Event.objects.count(), Delivery.objects.count(), Pairwise.objects.count()) == (0, 0, 0)
    assert bells == []


def test_each_endpoint_is_rung_for_after_the_commit_and_not_before(
    ann: Individual,
    make_endpoint: MakeEndpoint,
    bells: list[UUID],
    django_capture_on_commit_callbacks: OnCommit,
) -> None:
    both = {make_endpoint(name="A").pk, make_endpoint(name="B").pk}
    with django_capture_on_commit_callbacks(execute=True):
        publish("individual.updated", subject=ann.pk)
        assert bells == []
    assert set(bells) == both


@pytest.mark.parametrize("event_type", ["individual.updated", "individual.erased", "consent.given"])
def test_publishing_takes_the_same_statements_for_one_endpoint_and_for_fifty(
    ann: Individual, ben: Individual, make_endpoint: MakeEndpoint, event_type: str
) -> None:
    make_endpoint(name="0")
    with CaptureQueriesContext(
        connection,
    ) as one:
        publish(event_type, subject=ann.pk)
    for number in range(1, 50):
        make_endpoint(name=str(number))
    with CaptureQueriesContext(connection) as fifty:
        publish(event_type, subject=ben.pk)
    assert Delivery.objects.count() == 51
    assert len(fifty) == len(one) <= 6


def test_two_recipients_know_ann_under_two_ids_and_each_under_one(
    ann: Individual, make_endpoint: MakeEndpoint
) -> None:
    make_endpoint(name="A")
    make_endpoint(name="B")
    publish("individual.updated", subject=ann.pk)
    publish("consent.given", subject=ann.pk)
    a1, a2, b1, b2 = (payload["data"]["recipient_subject_id"] for payload in payloads())
    assert a1 == a2 != b1 == b2
    assert str(ann.pk) not in json.dumps(payloads())
    assert Pairwise.objects.filter(individual=ann).count() == 2


def test_two_recipients_cannot_join_their_lists_by_any_number(
    ann: Individual, make_endpoint: MakeEndpoint
) -> None:
    """Laid side by side, their notices of one event have nothing in common but what happened and when."""
    make_endpoint(name="A")
    make_endpoint(name="B")
    publish("individual.erased", subject=ann.pk, data={"due_by": date(2026, 12, 24)})
    a, b = Delivery.objects.all()
    assert a.webhook_id != b.webhook_id
    shared = set(a.payload["data"].items()) & set(b.payload["data"].items())
    assert shared == {("due_by", "2026-12-24")}
    assert len(a.payload["timestamp"]) == len("2026-11-24T12:00:00Z")  # milliseconds would join them


def test_one_recipient_knows_ann_and_ben_under_unlike_ids(
    ann: Individual, ben: Individual, endpoint: Endpoint
) -> None:
    assert pairwise.id_for(endpoint, ann.pk) == pairwise.id_for(endpoint, ann.pk)
    assert pairwise.id_for(endpoint, ann.pk) != pairwise.id_for(endpoint, ben.pk)
    assert UUID(str(pairwise.id_for(endpoint, ann.pk))).version == 4  # random, not derived


def test_the_notice_of_an_erasure_carries_the_id_that_the_recipient_knows(
    ann: Individual, endpoint: Endpoint
) -> None:
    known = pairwise.id_for(endpoint, ann.pk)
    publish("individual.erased", subject=ann.pk)
    assert payloads()[0]["data"]["recipient_subject_id"] == str(known)


def test_the_notice_of_an_erasure_leaves_nothing_new_about_ann(ann: Individual, endpoint: Endpoint) -> None:
    """A row made now would outlive the erasure, whose plan was drawn up before."""
    publish("individual.erased", subject=ann.pk)
    assert UUID(payloads()[0]["data"]["recipient_subject_id"]) != ann.pk
    assert str(ann.pk) not in str(payloads())
    assert not Pairwise.objects.filter(individual=ann).exists()
    publish("individual.updated", subject=ann.pk)
    assert Pairwise.objects.filter(individual=ann).exists()


def test_nothing_of_ann_is_in_any_notice(ann: Individual, make_endpoint: MakeEndpoint) -> None:
    """Every value that the row of Ann holds, in clear, is looked for in what leaves the house."""
    make_endpoint(name="A")
    make_endpoint(name="B")
    data = {
        "statement": "newsletter",
        "version": 3,
        "fields": ["email", "given_name"],
        "due_by": date(2026, 12, 24),
    }
    for kind in (
        "individual.updated",
        "individual.restricted",
        "consent.given",
        "consent.withdrawn",
        "individual.erased",
    ):
        publish(kind, subject=ann.pk, data=data)
    sent = json.dumps(payloads()).casefold()
    held = [
        str(getattr(ann, f.attname)).casefold()
        for f in Individual._meta.concrete_fields
        if getattr(ann, f.attname)
    ]
    needles = [value for value in held if len(value) > 2 and value not in {"true", str(ann.association_id)}]
    assert "ann@example.org" in needles  # what is searched for is what she has
    assert str(ann.pk) in needles
    assert json.dumps({"planted": ann.email}).casefold().count("ann@example.org") == 1  # and it can be found
    assert "newsletter" in sent
    assert [value for value in needles if value in sent] == []


@pytest.mark.parametrize(
    "data",
    [
        {"email": "x"}, {"erasure_id": uuid4()},
        {"name": "Ann"}, {"note": 1}, {"statement": "Ann Archer"}, {"statement": "ann@example.org"},
        {"fields": ["Ann Archer"]}, {"scope": {"name": "Ann"}}, {"scope": b"x"}, {"scope": 1.5}, {"scope": "ä"},
        {"scope": "a" * 201}, {"scope": ""}, {"fields": [["a"]]}, {"scope": "a\nb"}, {"scope": "<b>"},
    ],
)  # fmt: skip
def test_what_is_no_id_time_or_token_cannot_be_published(
    association: Association, data: dict[str, Any]
) -> None:
    with pytest.raises(NotThin) as caught:
        publish("individual.updated", subject=uuid4(), data=data)
    assert "Ann" not in str(caught.value)
    assert "example" not in str(caught.value)
    assert Event.objects.count() == 0


def test_ids_times_and_tokens_are_written_as_text(association: Association, endpoint: Endpoint) -> None:
    number = uuid4()
    at = datetime(2026, 11, 24, 12, 0, 0, 5000, tzinfo=UTC)
    publish(
        "individual.updated",
        data={
            "checkpoint": number,
            "occurred_at": at,
            "due_by": date(2026, 12, 1),
            "version": 3,
            "fields": ("a", "b"),
        },
    )
    data = payloads()[0]["data"]
    assert data["checkpoint"] == str(number)
    assert (data["occurred_at"], data["due_by"]) == ("2026-11-24T12:00:00Z", "2026-12-01")
    assert (data["version"], data["fields"]) == (3, ["a", "b"])
    assert "recipient_subject_id" not in data
    assert json.dumps(payloads()[0], cls=DjangoJSONEncoder)


def test_an_unknown_event_is_refused(association: Association) -> None:
    with pytest.raises(ValueError, match="is not a valid EventType"):
        publish("individual.greeted")


def test_a_duty_waits_for_an_endpoint_that_is_switched_off_and_news_does_not(
    ann: Individual, endpoint: Endpoint, bells: list[UUID], django_capture_on_commit_callbacks: OnCommit
) -> None:
    endpoints.disable(endpoint)
    with django_capture_on_commit_callbacks(execute=True):
        publish("individual.erased", subject=ann.pk)
        publish("consent.given", subject=ann.pk)
    assert [payload["type"] for payload in payloads()] == ["individual.erased"]
    assert bells == []
    with django_capture_on_commit_callbacks(execute=True):
        endpoints.enable(endpoint)
    assert bells == [endpoint.pk]


def test_a_webhook_id_with_a_full_stop_cannot_be_written(ann: Individual, endpoint: Endpoint) -> None:
    publish("individual.updated", subject=ann.pk)
    delivery = Delivery.objects.get()
    assert delivery.webhook_id.startswith("msg_")
    for strange in ("msg_a.1", "a.1", "msg_", "msg_a b"):
        with pytest.raises(IntegrityError, match="webhook_id_without_full_stop"), transaction.atomic():
            Delivery.objects.filter(pk=delivery.pk).update(webhook_id=strange)


def test_the_sister_association_hears_nothing(
    ann: Individual, sister: Association, make_endpoint: MakeEndpoint
) -> None:
    with speaking_for(sister.pk):
        make_endpoint(name="Theirs")
    publish("individual.updated", subject=ann.pk)
    assert Delivery.objects.count() == 0
    make_endpoint(name="Ours")
    publish("individual.updated", subject=ann.pk)
    assert Delivery.objects.count() == 1
    with speaking_for(sister.pk):
        assert Delivery.objects.count() == 0
