"""A lane drains its endpoint's queue: outcomes, retries, rests, crashes (W15-W17, W20, F03, F10, F14)."""

import time
from datetime import timedelta
from email.utils import format_datetime
from threading import Event as Signal
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ams.models import Association, Individual
from privacy.tenancy import speaking_for
from tests.webhooks.conftest import MakeEndpoint, drain, make_due
from tests.webhooks.receivers import Receiver, Request, hear_out, listening, receiving
from webhooks import dial, endpoints, lane, note, sign
from webhooks.claims import take
from webhooks.deliver import Result
from webhooks.models import Attempt, Delivery, Endpoint
from webhooks.publish import publish
from webhooks.schedule import PAUSES


def only() -> Delivery:
    return Delivery.objects.get()


def outcomes(delivery: Delivery | None = None) -> list[str]:
    tries = (delivery or only()).tries.order_by("number")
    return [f"{attempt.outcome} {attempt.status or ''}".strip() for attempt in tries]


def wait_of(delivery: Delivery) -> timedelta:
    """Until the next try, by the database's clock."""
    found = Delivery.objects.filter(pk=delivery.pk).annotate(now=Now()).values_list("due_at", "now").get()
    return found[0] - found[1]


def answering(*statuses: int, **headers: str) -> Any:
    left = list(statuses)
    return lambda _: (left.pop(0) if len(left) > 1 else left[0], dict(headers))


def test_a_notice_arrives_signed_and_its_try_is_written_down(
    ann: Individual, endpoint: Endpoint, receiver: Receiver
) -> None:
    publish("individual.updated", subject=ann.pk)
    assert drain(endpoint) == 1
    request = receiver.requests[0]
    shared = endpoint.keys.get(scheme="v1").secret
    public = endpoint.keys.get(scheme="v1a").public
    for key in (shared, public):
        assert sign.verify(request.headers, request.body, [key], now=time.time()) == only().webhook_id
    assert request.headers["content-type"] == "application/json"
    assert only().state == "delivered"
    assert only().ended_at is not None
    assert outcomes() == ["delivered 204"]
    endpoint.refresh_from_db()
    assert endpoint.last_success_at is not None
    assert (endpoint.lane_until, endpoint.failing_since) == (None, None)


def test_a_queue_is_drained_in_order_over_one_line(
    ann: Individual, endpoint: Endpoint, receiver: Receiver
) -> None:
    ids = []
    for _ in range(5):
        event = publish("individual.updated", subject=ann.pk)
        ids.append(event.deliveries.get().webhook_id)
    assert drain(endpoint) == 5
    assert receiver.ids == ids
    assert receiver.connections == 1


def test_a_delivery_costs_the_same_statements_whatever_waits_behind_it(
    ann: Individual, endpoint: Endpoint
) -> None:
    def cost(number: int) -> int:
        for _ in range(number):
            publish("individual.updated", subject=ann.pk)
        with CaptureQueriesContext(connection) as queries:
            assert drain(endpoint) == number
        return len(queries)

    cost(1)
    one, two, ten = cost(1), cost(2), cost(10)
    assert two - one <= 8  # two of them are the savepoint that stands for the commit
    assert ten - two == 8 * (two - one)


def test_an_error_is_tried_again_with_the_same_id_and_body(
    ann: Individual, endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.answer = answering(500, 404, 200)
    publish("individual.updated", subject=ann.pk)
    for _ in range(3):
        make_due()
        assert drain(endpoint) == 1
    assert outcomes() == ["answered 500", "answered 404", "delivered 200"]
    assert len(set(receiver.ids)) == 1
    assert len({request.body for request in receiver.requests}) == 1
    assert only().state == "delivered"


def test_what_is_not_due_is_left_alone(ann: Individual, endpoint: Endpoint, receiver: Receiver) -> None:
    receiver.answer = answering(500)
    publish("individual.updated", subject=ann.pk)
    assert drain(endpoint) == 1
    assert drain(endpoint) == 0
    assert len(receiver.requests) == 1


def test_all_ten_tries_keep_to_the_schedule_and_then_staff_see_it(
    ann: Individual, endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.answer = answering(500)
    publish("individual.erased", subject=ann.pk)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for pause in PAUSES[1:]:
            make_due()
            assert drain(endpoint) == 1
            assert pause * 0.9 - timedelta(seconds=2) <= wait_of(only()) <= pause * 1.1
            assert only().state == "due"
            clock.shift(pause)  # the worker's clock moves on; the database's decides what is due
        make_due()
        assert drain(endpoint) == 1
    assert only().state == "dead"
    assert outcomes() == ["answered 500"] * 10
    make_due()
    assert drain(endpoint) == 0
    stamps = [int(request.headers["webhook-timestamp"]) for request in receiver.requests]
    assert stamps == sorted(set(stamps))  # each try is signed for its own moment
    assert stamps[-1] - stamps[0] >= sum(PAUSES, timedelta(0)).total_seconds() - 10


def test_a_worker_whose_clock_is_wrong_by_a_day_still_keeps_the_leases_right(
    ann: Individual, endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.answer = answering(500)
    publish("individual.updated", subject=ann.pk)
    for shift in (timedelta(days=1), timedelta(days=-1)):
        with time_machine.travel(timezone.now() + shift):
            make_due()
            assert drain(endpoint) == 1
            assert drain(endpoint) == 0
        assert timedelta(seconds=1) < wait_of(only()) < timedelta(minutes=6)


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_heeded_up_to_a_day(
    ann: Individual, endpoint: Endpoint, receiver: Receiver, status: int
) -> None:
    publish("individual.updated", subject=ann.pk)
    for asked, least, most in (
        ("3600", 3590, 3600),
        (format_datetime(timezone.now() + timedelta(hours=2)), 7150, 7201),
        ("999999999", 86390, 86400),
        ("-5", 6470, 7921),  # nonsense: the schedule's own two and five hours
        ("soon", 16190, 19801),
    ):
        receiver.answer = answering(status, **{"Retry-After": asked})
        make_due()
        assert drain(endpoint) == 1
        assert timedelta(seconds=least) <= wait_of(only()) <= timedelta(seconds=most), asked


def test_gone_switches_the_endpoint_off_and_keeps_what_was_owed(
    ann: Individual, endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.answer = answering(410)
    publish("individual.updated", subject=ann.pk)
    publish("individual.erased", subject=ann.pk)
    assert drain(endpoint) == 1
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.disabled_because) == ("disabled", "gone")
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["due", "failed"]
    make_due()
    assert drain(endpoint) == 0
    receiver.answer = answering(200)
    endpoints.enable(endpoint)
    assert drain(endpoint) == 1


def test_five_days_without_a_success_switch_the_endpoint_off(
    ann: Individual, endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.answer = answering(500)
    publish("individual.updated", subject=ann.pk)
    drain(endpoint)
    Endpoint.objects.update(failing_since=Now() - timedelta(hours=119))
    make_due()
    drain(endpoint)
    endpoint.refresh_from_db()
    assert endpoint.is_active
    Endpoint.objects.update(failing_since=Now() - timedelta(hours=121))
    make_due()
    drain(endpoint)
    endpoint.refresh_from_db()
    assert endpoint.disabled_because == "silent"


def test_one_success_between_failures_keeps_the_endpoint_on(
    ann: Individual, endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.answer = answering(500, 200, 500)
    for _ in range(3):
        publish("individual.updated", subject=ann.pk)
    Endpoint.objects.update(failing_since=Now() - timedelta(hours=119))
    assert drain(endpoint) == 3
    endpoint.refresh_from_db()
    assert endpoint.is_active
    assert endpoint.failing_since is not None
    assert endpoint.last_success_at is not None
    assert endpoint.failing_since >= endpoint.last_success_at


def test_a_silent_endpoint_rests_and_its_lane_ends_at_the_first_silence(
    ann: Individual, make_endpoint: MakeEndpoint, bells: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dial, "TOTAL_SECONDS", 0.2)
    with listening(lambda client: (hear_out(client), client.recv(1))) as port:  # type: ignore[arg-type, func-returns-value] # one line of script
        endpoint = make_endpoint(f"http://127.0.0.1:{port}/")
        for _ in range(5):
            publish("individual.updated", subject=ann.pk)
        for rest in (0, 5, 60):
            assert drain(endpoint) == 1
            endpoint.refresh_from_db()
            assert endpoint.resting_until is not None
            waits = endpoint.resting_until - timezone.now()
            assert timedelta(seconds=rest - 2) <= waits <= timedelta(seconds=rest)
            assert bells == ([endpoint.pk] if rest == 0 else [])
            bells.clear()
            Endpoint.objects.update(resting_until=Now() - timedelta(seconds=1))
    assert Attempt.objects.filter(outcome="timed_out").count() == 3
    assert endpoint.failures == 3


def test_a_resting_lane_is_not_entered(ann: Individual, endpoint: Endpoint, receiver: Receiver) -> None:
    publish("individual.updated", subject=ann.pk)
    Endpoint.objects.update(resting_until=Now() + timedelta(seconds=60))
    assert drain(endpoint) == 0
    Endpoint.objects.update(resting_until=Now() - timedelta(seconds=1))
    assert drain(endpoint) == 1


def test_a_second_worker_finds_the_lane_taken(
    ann: Individual, endpoint: Endpoint, receiver: Receiver
) -> None:
    publish("individual.updated", subject=ann.pk)
    seen: list[int] = []
    receiver.answer = lambda _: (seen.append(1), (204, {}))[1]  # type: ignore[func-returns-value] # notes and answers
    first = lane.Lane(endpoint.association_id, endpoint.pk)
    lease = first._enter()
    assert lease is not None
    assert drain(endpoint) == 0
    assert seen == []
    first._leave(lease)
    assert drain(endpoint) == 1


def test_who_comes_while_the_lane_is_being_left_is_not_forgotten(
    ann: Individual, endpoint: Endpoint, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish("individual.updated", subject=ann.pk)
    leave = lane.Lane._leave

    def late(self: lane.Lane, lease: Any) -> None:
        if len(receiver.requests) == 1:
            publish("individual.updated", subject=ann.pk)
            assert drain(endpoint) == 0  # its bell rings at a taken lane
        leave(self, lease)

    monkeypatch.setattr(lane.Lane, "_leave", late)
    assert drain(endpoint) == 2


def test_a_long_queue_makes_room_for_others(
    ann: Individual, endpoint: Endpoint, bells: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane, "SHIFT", 0.0)
    for _ in range(3):
        publish("individual.updated", subject=ann.pk)
    assert [drain(endpoint), bells] == [1, [endpoint.pk]]
    assert [drain(endpoint), drain(endpoint), bells] == [1, 1, [endpoint.pk] * 2]


class Killed(BaseException):
    """kill -9, as far as one process can play it."""


@pytest.fixture
def killed_before_writing(monkeypatch: pytest.MonkeyPatch) -> Any:
    def dies(*args: Any, **kwargs: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(lane, "write_attempt", dies)
        patch.setattr(lane.Lane, "_leave", lambda _self, _lease: None)  # the dead do not tidy up
        yield patch


def test_a_crash_between_the_answer_and_its_row_repeats_the_notice_under_its_id(
    ann: Individual, endpoint: Endpoint, receiver: Receiver, killed_before_writing: Any
) -> None:
    publish("individual.erased", subject=ann.pk)
    with pytest.raises(Killed):
        drain(endpoint)
    assert (only().state, only().attempts, outcomes()) == ("due", 1, [])
    killed_before_writing.undo()
    assert drain(endpoint) == 0  # the lane and the try are leased: nobody doubles it meanwhile
    make_due()
    assert drain(endpoint) == 1
    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == 1
    assert outcomes() == ["lost", "delivered 204"]
    assert (only().state, only().attempts) == ("delivered", 2)


def test_a_delivery_that_kills_its_workers_is_set_aside_and_the_others_go_on(
    ann: Individual, endpoint: Endpoint, receiver: Receiver, killed_before_writing: Any
) -> None:
    publish("individual.updated", subject=ann.pk)
    poison = only()
    for _ in range(lane.MOST_LOST):
        make_due()
        with pytest.raises(Killed):
            drain(endpoint)
    killed_before_writing.undo()
    publish("individual.updated", subject=ann.pk)
    make_due(poison)
    make_due()
    assert drain(endpoint) == 1
    poison.refresh_from_db()
    assert poison.state == "dead"
    assert outcomes(poison) == ["lost"] * 5
    assert Delivery.objects.exclude(pk=poison.pk).get().state == "delivered"


def test_a_worker_that_comes_back_after_its_lease_changes_nothing(
    ann: Individual, endpoint: Endpoint, receiver: Receiver
) -> None:
    publish("individual.updated", subject=ann.pk)
    slow = take(endpoint.pk, endpoint.version)
    assert slow is not None
    make_due()
    quick = take(endpoint.pk, endpoint.version)
    assert quick is not None
    assert (quick.id, quick.took_over, quick.number) == (slow.id, True, 2)
    lane.Lane(endpoint.association_id, endpoint.pk)._note(slow, Result(Attempt.Outcome.ANSWERED, 1, 500))
    assert only().lease_until == quick.lease
    # That it arrived stays true, whoever says so.
    lane.Lane(endpoint.association_id, endpoint.pk)._note(slow, Result(Attempt.Outcome.DELIVERED, 1, 200))
    assert only().state == "delivered"
    note.end(quick, lane.judge(Result(Attempt.Outcome.ANSWERED, 1, 500), 10, jitter=0))
    assert only().state == "delivered"


def test_a_changed_address_is_vetted_and_the_old_one_hears_no_more(
    ann: Individual, endpoint: Endpoint, receiver: Receiver, settings: Any
) -> None:
    receiver.answer = answering(500)
    publish("individual.updated", subject=ann.pk)
    drain(endpoint)
    with receiving() as moved:
        Endpoint.objects.update(url=moved.url)
        make_due()
        drain(endpoint)
        assert (len(receiver.requests), len(moved.requests)) == (1, 1)
    publish("individual.updated", subject=ann.pk)
    settings.WEBHOOK_ALLOW_LOOPBACK = False
    drain(endpoint)
    assert Attempt.objects.filter(outcome="refused").count() == 1
    assert len(receiver.requests) == 1


def test_an_endpoint_that_is_changed_while_its_lane_runs_is_read_anew(
    ann: Individual, endpoint: Endpoint, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the lane had in hand is finished; the next notice goes to the new address."""
    send = lane.Sender.send
    with receiving() as moved:

        def sends_and_moves(self: Any, *args: Any, **kwargs: Any) -> Any:
            result = send(self, *args, **kwargs)
            if not moved.requests:
                names = ("name", "organisation", "event_types", "signatures")
                endpoints.change(endpoint, url=moved.url, **{name: getattr(endpoint, name) for name in names})
            return result

        monkeypatch.setattr(lane.Sender, "send", sends_and_moves)
        for _ in range(2):
            publish("individual.updated", subject=ann.pk)
        assert drain(endpoint) == 2
        assert (len(receiver.requests), len(moved.requests)) == (1, 1)


def test_no_notice_goes_to_an_endpoint_that_was_switched_off_while_it_waited(
    ann: Individual, endpoint: Endpoint, receiver: Receiver
) -> None:
    publish("individual.erased", subject=ann.pk)
    endpoints.disable(endpoint)
    assert drain(endpoint) == 0
    assert receiver.requests == []
    endpoints.enable(endpoint)
    assert drain(endpoint) == 1


def test_what_a_receiver_says_is_neither_kept_nor_shown(
    ann: Individual, endpoint: Endpoint, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.answer = answering(500, **{"X-Note": "canary-Zr8q", "Retry-After": "canary-Zr8q"})
    publish("individual.updated", subject=ann.pk)
    caplog.set_level("DEBUG")
    drain(endpoint)
    assert outcomes() == ["answered 500"]
    rows = [list(Delivery.objects.values()), list(Attempt.objects.values()), list(Endpoint.objects.values())]
    assert "canary-Zr8q" not in str(rows)
    assert "canary-Zr8q" not in caplog.text


def test_the_sister_association_cannot_drain_our_lane(
    ann: Individual, sister: Association, endpoint: Endpoint, receiver: Receiver
) -> None:
    publish("individual.updated", subject=ann.pk)
    assert lane.Lane(sister.pk, endpoint.pk).drain() == 0
    assert receiver.requests == []
    assert drain(endpoint) == 1


@pytest.mark.django_db(transaction=True)
def test_a_hanging_endpoint_holds_up_its_own_lane_only(
    transactional_db: None, association: Association, make_endpoint: MakeEndpoint, bells: list[UUID]
) -> None:
    """Two workers, one of them caught: the nine others get everything while the tenth still hangs."""
    release = Signal()

    def hang(request: Request) -> tuple[int, dict[str, str]]:
        release.wait(10)
        return 204, {}

    with receiving(hang) as hanging, receiving() as healthy:
        with speaking_for(association.pk):
            stuck = make_endpoint(hanging.url, name="Stuck")
            well = [make_endpoint(f"{healthy.url}{number}", name=str(number)) for number in range(9)]
            for _ in range(4):
                publish("individual.updated")
        caught = Thread(target=in_thread, args=(stuck,))
        caught.start()
        while not hanging.requests:
            time.sleep(0.001)
        workers = [Thread(target=in_thread, args=(stuck, *well)) for _ in range(2)]
        started = time.monotonic()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert len(hanging.requests) == 1  # the second and third worker did not get caught too
        assert len(healthy.ids) == len(set(healthy.ids)) == 36
        assert time.monotonic() - started < 9
        release.set()
        caught.join()
        assert len(hanging.ids) == len(set(hanging.ids)) == 4


@pytest.mark.django_db(transaction=True)
def test_eight_bells_at_once_deliver_each_notice_once(
    transactional_db: None, association: Association, receiver: Receiver, make_endpoint: MakeEndpoint
) -> None:
    with speaking_for(association.pk):
        endpoint = make_endpoint(receiver.url)
        for _ in range(40):
            publish("individual.updated")
    workers = [Thread(target=in_thread, args=(endpoint,)) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(receiver.ids) == len(set(receiver.ids)) == 40
    with speaking_for(association.pk):
        assert Attempt.objects.count() == 40


def in_thread(*wanted: Endpoint) -> None:
    try:
        for endpoint in wanted:
            drain(endpoint)
    finally:
        connection.close()
