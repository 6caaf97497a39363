"""Third parties hear of a yes that ends without a word of its person, once, and when it counts again."""

import json
from datetime import timedelta
from threading import Event as Signal
from threading import Thread
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ams.models import Association, Individual
from consent import gate, resting
from consent.console.ending import end, take_up
from consent.decide import give, withdraw
from consent.expiry import end_what_is_over
from consent.models import Act, Rest, Standing, Version
from consent.publish import draft, publish
from consent.tasks import tell_of_rests
from privacy.ledger.models import LedgerEntry
from privacy.tenancy import speaking_for
from tests.consent import asked
from tests.consent.test_decide import how
from tests.factories import make_individual
from webhooks import endpoints
from webhooks.models import Delivery, Endpoint, Pairwise

pytestmark = pytest.mark.django_db
GIVEN, WITHDRAWN = "consent.given", "consent.withdrawn"


@pytest.fixture(autouse=True)
def no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webhooks.publish.ring_later", lambda *_: None)


@pytest.fixture
def letter(association: Association) -> Version:
    return asked.letter()


@pytest.fixture
def printer(association: Association) -> Endpoint:
    return listener()


def listener() -> Endpoint:
    return endpoints.create(
        name="Printer",
        organisation="Druckhaus Lindner",
        url="https://printer.example/hooks",
        event_types=[GIVEN, WITHDRAWN],
    )


def heard(endpoint: Endpoint, person: Individual) -> list[str]:
    """In the order in which it was written to the outbox."""
    known = Pairwise.objects.filter(endpoint=endpoint, individual=person).values_list("uid", flat=True)
    rows = Delivery.objects.filter(endpoint=endpoint, payload__data__recipient_subject_id=str(known.first()))
    return list(rows.order_by("created_at", "event__at").values_list("event__type", flat=True))


def make_child() -> Individual:
    """Twelve years old, in Ireland: sixteen is the age there."""
    return make_individual(country="IE", born_on=timezone.localdate() - timedelta(days=12 * 366))


def tell(association: Association) -> int:
    return resting.tell_all(association.pk)


def test_newer_words_that_rest_an_old_yes_are_heard_once_and_by_nobody_who_said_no(
    association: Association, ann: Individual, ben: Individual, printer: Endpoint, letter: Version
) -> None:
    for person in (ann, ben):
        give(person, letter, **how(person))
    withdraw(ben, letter, **how(ben))
    newer = asked.newer(letter, ask_again=True)
    assert not gate.allows(ann.pk, "letter")

    assert [tell(association), tell(association)] == [1, 0]

    assert heard(printer, ann) == [GIVEN, WITHDRAWN]
    assert heard(printer, ben) == [GIVEN, WITHDRAWN]
    give(ann, newer, **how(ann))
    assert tell(association) == 0
    assert heard(printer, ann) == [GIVEN, WITHDRAWN, GIVEN]


def test_the_notice_names_the_use_and_a_number_of_the_recipient_s_own(
    association: Association, ann: Individual, printer: Endpoint, letter: Version
) -> None:
    give(ann, letter, **how(ann))
    asked.newer(letter, ask_again=True)
    tell(association)
    payload = Delivery.objects.get(event__type=WITHDRAWN).payload
    assert set(payload["data"]) == {"statement", "version", "notice_id", "recipient_subject_id"}
    assert (payload["data"]["statement"], payload["data"]["version"]) == ("letter", 1)
    assert payload["data"]["recipient_subject_id"] == str(Pairwise.objects.get(individual=ann).uid)
    assert str(ann.pk) not in json.dumps(payload)


@pytest.mark.parametrize("fields", [{}, {"ask_again": True, "old_counts": True}])
def test_newer_words_that_let_the_old_yes_count_are_no_news(
    association: Association, ann: Individual, printer: Endpoint, letter: Version, fields: dict[str, bool]
) -> None:
    give(ann, letter, **how(ann))
    asked.newer(letter, **fields)
    assert tell(association) == 0
    assert heard(printer, ann) == [GIVEN]
    asked.newer(letter, ask_again=True)
    assert tell(association) == 1


def test_words_of_a_later_day_are_told_on_that_day(
    association: Association, ann: Individual, printer: Endpoint, letter: Version
) -> None:
    give(ann, letter, **how(ann))
    later = timezone.now() + timedelta(days=3)
    publish(draft(letter.statement, asked.words("Later"), ask_again=True), effective_at=later)
    assert tell(association) == 0
    with time_machine.travel(later + timedelta(seconds=1)):
        assert tell(association) == 1
    assert heard(printer, ann) == [GIVEN, WITHDRAWN]


def test_a_statement_that_ended_is_told_and_so_is_that_it_was_taken_up(
    association: Association, ann: Individual, ben: Individual, printer: Endpoint, letter: Version
) -> None:
    give(ann, letter, **how(ann))
    give(ben, letter, **how(ben))
    for _round in range(2):
        end(letter.statement, by=None)
        assert [tell(association), tell(association)] == [2, 0]
        take_up(letter.statement, by=None)
        assert [tell(association), tell(association)] == [2, 0]
    assert heard(printer, ann) == [GIVEN, *[WITHDRAWN, GIVEN] * 2]


def test_taken_up_with_words_that_rest_the_old_yes_it_stays_withdrawn(
    association: Association, ann: Individual, printer: Endpoint, letter: Version
) -> None:
    give(ann, letter, **how(ann))
    end(letter.statement, by=None)
    tell(association)
    asked.newer(letter, ask_again=True)
    take_up(letter.statement, by=None)
    assert tell(association) == 0
    assert heard(printer, ann) == [GIVEN, WITHDRAWN]


def test_an_agreement_is_nobody_s_business(
    association: Association, ann: Individual, printer: Endpoint
) -> None:
    statutes = asked.statutes()
    give(ann, statutes, **how(ann))
    asked.newer(statutes, ask_again=True)
    assert tell(association) == 0


def test_the_end_of_a_yes_by_time_is_told_once(
    association: Association, ann: Individual, printer: Endpoint, letter: Version
) -> None:
    give(ann, asked.newer(letter, again_after_months=1), **how(ann))
    end(letter.statement, by=None)
    with time_machine.travel(timezone.now() + timedelta(days=40)):
        assert tell(association) == 0
        assert end_what_is_over(association.pk) == 1
        assert tell(association) == 0
    assert heard(printer, ann) == [GIVEN, WITHDRAWN]


def test_a_child_s_yes_that_waits_for_a_guardian_again_is_told(
    association: Association, printer: Endpoint, letter: Version
) -> None:
    mia = make_child()
    decision = give(mia, letter, confirmed=True, **how(mia))
    assert decision.act == Act.GIVEN
    newer = asked.newer(letter)
    assert give(mia, newer, **how(mia)).act == Act.PENDING
    assert not gate.allows(mia.pk, "letter")
    assert heard(printer, mia) == [GIVEN, WITHDRAWN]
    give(mia, newer, confirmed=True, **how(mia))
    assert heard(printer, mia) == [GIVEN, WITHDRAWN, GIVEN]


def test_a_first_yes_that_waits_is_no_news(
    association: Association, printer: Endpoint, letter: Version
) -> None:
    mia = make_child()
    assert give(mia, letter, **how(mia)).act == Act.PENDING
    assert Delivery.objects.count() == 0


def test_a_death_between_two_handfuls_tells_nobody_twice(
    association: Association, printer: Endpoint, letter: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [make_individual() for _number in range(7)]
    for person in people:
        give(person, letter, **how(person))
    end(letter.statement, by=None)
    monkeypatch.setattr(resting, "AT_ONCE", 3)
    told: list[Standing] = []
    real = resting.notice

    def dies_at_the_fifth(event: str, standing: Standing) -> None:
        told.append(standing)
        if len(told) == 5:
            raise KeyboardInterrupt
        real(event, standing)

    monkeypatch.setattr(resting, "notice", dies_at_the_fifth)
    with pytest.raises(KeyboardInterrupt):
        tell(association)
    assert Delivery.objects.filter(event__type=WITHDRAWN).count() == Rest.objects.count() == 3
    monkeypatch.setattr(resting, "notice", real)
    assert tell(association) == 4
    assert [heard(printer, person) for person in people] == [[GIVEN, WITHDRAWN]] * 7


def test_a_statement_of_250_yeses_ends_in_a_few_statements_and_is_told_in_handfuls(
    association: Association, ann: Individual, printer: Endpoint, letter: Version
) -> None:
    with CaptureQueriesContext(connection) as few:
        end(letter.statement, by=None)
    take_up(letter.statement, by=None)
    for _number in range(250):
        person = make_individual()
        give(person, letter, **how(person))
    with CaptureQueriesContext(connection) as many:
        end(letter.statement, by=None)
    assert len(many) == len(few)
    entries = LedgerEntry.objects.count()
    assert resting.tell_some(association.pk, resting.resting, resting.stop) == resting.AT_ONCE
    assert tell(association) == 250 - resting.AT_ONCE
    assert LedgerEntry.objects.count() == entries  # the chain is not locked meanwhile
    assert Delivery.objects.filter(event__type=WITHDRAWN).count() == 250


def test_publishing_and_ending_ring_at_once(
    association: Association,
    letter: Version,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    rung: list[str] = []
    monkeypatch.setattr(tell_of_rests, "delay", rung.append)
    for act in (
        lambda: asked.newer(letter, ask_again=True),
        lambda: end(letter.statement, by=None),
        lambda: take_up(letter.statement, by=None),
    ):
        with django_capture_on_commit_callbacks(execute=True):
            act()
        assert rung == [str(association.pk)]
        rung.clear()
    with django_capture_on_commit_callbacks(execute=True):
        asked.newer(letter)
    assert rung == []


def test_a_long_turn_is_ended_and_the_task_rings_for_the_next_until_nobody_is_left(
    association: Association, printer: Endpoint, letter: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _number in range(3):
        person = make_individual()
        give(person, letter, **how(person))
    end(letter.statement, by=None)
    rung: list[str] = []
    monkeypatch.setattr(tell_of_rests, "delay", rung.append)
    monkeypatch.setattr(resting, "AT_ONCE", 2)
    clock = iter(range(0, 10_000, 40))  # each look at it is forty seconds later
    monkeypatch.setattr(resting, "monotonic", lambda: next(clock))
    for turn in range(1, 4):
        tell_of_rests(str(association.pk))
        assert Rest.objects.count() == min(2 * turn, 3)
        assert len(rung) == min(turn, 2)


def test_the_sister_s_people_are_hers(
    association: Association, sister: Association, ann: Individual, printer: Endpoint, letter: Version
) -> None:
    give(ann, letter, **how(ann))
    end(letter.statement, by=None)
    assert tell(sister) == 0
    assert heard(printer, ann) == [GIVEN]
    assert tell(association) == 1


@pytest.mark.django_db(transaction=True)
def test_who_is_deciding_at_this_moment_is_left_to_the_next_sweep(
    transactional_db: None, association: Association, ann: Individual, ben: Individual
) -> None:
    with speaking_for(association.pk):
        printer, letter = listener(), asked.letter()
        for person in (ann, ben):
            give(person, letter, **how(person))
        newer = publish(draft(letter.statement, asked.words("Newer"), ask_again=True))
    said, go_on = Signal(), Signal()

    def say_yes() -> None:
        with speaking_for(association.pk):
            give(ann, newer, **how(ann))
            said.set()
            go_on.wait(20)
        connection.close()

    thread = Thread(target=say_yes)
    thread.start()
    assert said.wait(20)
    assert tell(association) == 1
    go_on.set()
    thread.join(20)
    assert tell(association) == 0
    with speaking_for(association.pk):
        assert (heard(printer, ann), heard(printer, ben)) == ([GIVEN, GIVEN], [GIVEN, WITHDRAWN])
