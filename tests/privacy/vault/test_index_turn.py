"""Turning the blind indexes with live writers, real connections and crashes between the steps."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from ams.models import Association, Individual
from privacy.tenancy import speaking_for
from privacy.vault import blind, current, index
from privacy.vault.ids import core_id, index_id
from privacy.vault.index import turn_indexes
from tests.privacy.vault.toys import raw

EMAIL = "ams.individual.email"


def fronts(association: Association) -> dict[Any, bytes]:
    with speaking_for(association.pk):
        return {person.pk: (raw(person, "email") or b"")[:16] for person in Individual.objects.only("pk")}


@pytest.fixture
def house(transactional_db: None, association: Association) -> Association:
    with speaking_for(association.pk):
        Individual.objects.bulk_create(
            [
                Individual(given_name=f"D{n}", email=f"d{n}@example.org", member_number=f"{n}")
                for n in range(50)
            ]
            + [Individual(given_name="without")]
        )
    return association


class Pool:
    """Each thread has a database connection of its own, which it closes."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self.threads = threads

    def submit(self, act: Callable[..., Any], *args: Any) -> "Future[Any]":
        def run() -> Any:
            try:
                return act(*args)
            finally:
                connection.close()

        return self.threads.submit(run)


@pytest.fixture
def pool() -> Iterator[Pool]:
    with ThreadPoolExecutor(8) as threads:
        yield Pool(threads)


def test_after_a_turn_everybody_is_found_and_the_old_key_is_gone(house: Association) -> None:
    ring, before = current.keyring_of(house.pk), fronts(house)
    old = blind.index_keys(ring, EMAIL)[-1]
    turn_indexes(house.pk)
    after = fronts(house)
    assert all(before[pk] != after[pk] for pk in before if before[pk])
    assert len(blind.index_keys(ring, EMAIL)) == 1
    assert old not in ring.keys.values()
    with speaking_for(house.pk):
        for number in (0, 17, 49):
            assert Individual.objects.get(email=f"d{number}@example.org").given_name == f"D{number}"
            assert Individual.objects.get(member_number=str(number)).given_name == f"D{number}"


def test_an_old_back_up_cannot_be_asked_for_a_member(house: Association) -> None:
    """A dictionary of addresses, tried with every key still held, matches nothing; before the turn it does."""
    backup = {front for front in fronts(house).values() if front}
    assert matches(house, backup) == 50
    turn_indexes(house.pk)
    assert matches(house, backup) == 0


def matches(house: Association, backup: set[bytes]) -> int:
    words = [f"d{number}@example.org" for number in range(200)]
    keys = [key for key in current.keyring_of(house.pk).keys.values() if any(key)]
    return sum(blind.digest(key, word) in backup for key in keys for word in words)


def test_a_turn_that_somebody_else_has_begun_is_followed_by_one_of_our_own(house: Association) -> None:
    """Theirs may have rewritten our rows before they went, and a dump may have been made then; or theirs crashed."""
    half_a_turn(house)
    backup = {front for front in fronts(house).values() if front}
    assert matches(house, backup) == 50
    turn_indexes(house.pk)
    assert matches(house, backup) == 0
    with speaking_for(house.pk):
        assert Individual.objects.get(email="d5@example.org").given_name == "D5"


def test_whoever_ends_late_leaves_the_next_turn_alone(house: Association) -> None:
    ring = current.keyring_of(house.pk)
    theirs = half_a_turn(house)
    index.end(ring, theirs)
    ours = half_a_turn(house)
    index.end(ring, theirs)  # slow, and told twice
    assert blind.index_keys(ring, EMAIL) == [theirs[EMAIL], ours[EMAIL]]
    turn_indexes(house.pk)
    assert not {theirs[EMAIL], ours[EMAIL]} & set(ring.keys.values())


def half_a_turn(house: Association) -> dict[str, bytes]:
    """Begun and rewritten. Gives the keys under which everybody is found now."""
    ring, columns = current.keyring_of(house.pk), index.findable_columns()
    index.begin(ring, [column.label for column in columns])
    newest = {column.label: blind.index_keys(ring, column.label)[-1] for column in columns}
    with speaking_for(house.pk):
        for column in columns:
            index.rewrite(column, newest[column.label])
    return newest


def test_the_association_row_knows_the_new_epoch(house: Association) -> None:
    turn_indexes(house.pk)
    house.refresh_from_db()
    assert house.keyring_epoch == current.keyring_of(house.pk).epoch > 1


def test_turning_twice_and_turning_nothing_are_harmless(house: Association, sister: Association) -> None:
    for _ in range(2):
        turn_indexes(house.pk)
        turn_indexes(sister.pk)
    with speaking_for(sister.pk):
        Individual.objects.create(given_name="Eve", email="eve@example.org")
        assert Individual.objects.filter(email="EVE@example.org").exists()


def test_erased_values_are_found_by_nothing_after_a_turn(house: Association) -> None:
    with speaking_for(house.pk):
        gone = Individual.objects.get(email="d3@example.org")
        current.forget([core_id(gone.pk)])
    turn_indexes(house.pk)
    with speaking_for(house.pk):
        assert not Individual.objects.filter(email="d3@example.org").exists()
        Individual.objects.create(given_name="again", email="d3@example.org")  # she may join again
    turn_indexes(house.pk)


def test_another_associations_rows_stay_as_they_are(house: Association, sister: Association) -> None:
    with speaking_for(sister.pk):
        Individual.objects.create(given_name="Eve", email="eve@example.org")
    before = fronts(sister)
    turn_indexes(house.pk)
    assert fronts(sister) == before


@pytest.mark.parametrize("steps", [1, 2])
def test_after_a_crash_between_the_steps_both_keys_find(house: Association, steps: int) -> None:
    ring = current.keyring_of(house.pk)
    names = [column.label for column in index.findable_columns()]
    assert {EMAIL, "ams.individual.member_number"} <= set(names)
    index.begin(ring, names)
    if steps == 2:
        with speaking_for(house.pk):
            for column in index.findable_columns():
                index.rewrite(column, blind.index_keys(ring, column.label)[-1])
    current.forget_rings()  # killed, started again
    assert len(blind.index_keys(current.keyring_of(house.pk), EMAIL)) == 2
    with speaking_for(house.pk):
        assert Individual.objects.get(email="d5@example.org").given_name == "D5"
        Individual.objects.create(given_name="new", email="new@example.org")
        assert Individual.objects.get(email="new@example.org").given_name == "new"
    turn_indexes(house.pk)
    with speaking_for(house.pk):
        assert Individual.objects.filter(email__in=["d5@example.org", "new@example.org"]).count() == 2
    assert len(blind.index_keys(current.keyring_of(house.pk), EMAIL)) == 1


def test_inside_a_transaction_the_old_key_lives_until_it_is_sure(house: Association) -> None:
    ring = current.keyring_of(house.pk)

    class Undone(Exception):  # noqa: N818  local to this test
        pass

    def undone() -> None:
        with speaking_for(house.pk):
            turn_indexes(house.pk)
            assert len(blind.index_keys(ring, EMAIL)) == 2
            raise Undone

    with pytest.raises(Undone):
        undone()
    with speaking_for(house.pk):
        assert Individual.objects.get(email="d5@example.org").given_name == "D5"


def test_a_writer_that_looked_before_the_turn_makes_no_twin(house: Association) -> None:
    """The guard: another process knows the keyring from before; it looks again once it holds the lock."""
    names = [column.label for column in index.findable_columns()]
    with late_writer(house) as writer:
        ring = current.keyring_of(house.pk)
        index.begin(ring, names)
        with speaking_for(house.pk):
            blind.lock(house.pk, "pg_advisory_xact_lock")
            for column in index.findable_columns():
                index.rewrite(column, blind.index_keys(ring, column.label)[-1])
        assert writer.communicate("go on\n", timeout=60)[0] == "refused\n"
        index.end(ring, {name: blind.index_keys(ring, name)[-1] for name in names})


@contextmanager
def late_writer(house: Association) -> Iterator["subprocess.Popen[str]"]:
    """Waits in the middle of its transaction until it is told to go on."""
    url = os.environ["DATABASE_URL"].rpartition("/")[0] + "/" + connection.settings_dict["NAME"]
    places = {
        name: ",".join(map(str, getattr(settings, name))) for name in ("KEYRING_REPLICAS", "KEYRING_ROOTS")
    }
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [
            sys.executable,
            Path(__file__).with_name("late_writer.py"),
            str(house.pk),
            "d8@example.org",
            "d7@example.org",
        ],
        env=os.environ | places | {"DATABASE_URL": url, "PYTHONPATH": str(root)},
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "looked\n"
        yield writer


def test_a_turn_waits_for_a_writer_in_the_middle(house: Association, pool: Pool) -> None:
    written, go_on = threading.Event(), threading.Event()

    def slow_writer() -> None:
        with speaking_for(house.pk):
            Individual.objects.create(given_name="slow", email="slow@example.org")
            written.set()
            go_on.wait(20)

    writing = pool.submit(slow_writer)
    written.wait(20)
    turning = pool.submit(turn_indexes, house.pk)
    while not waits_for_lock():
        assert not turning.done()
    go_on.set()
    writing.result(20)
    turning.result(20)
    with speaking_for(house.pk):
        assert Individual.objects.get(email="slow@example.org").given_name == "slow"


def waits_for_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return bool(cursor.fetchone()[0])


def test_live_readers_and_writers_miss_nothing_through_several_turns(house: Association, pool: Pool) -> None:
    stop = threading.Event()

    def read() -> int:
        looks = 0
        while not stop.is_set():
            with speaking_for(house.pk):
                assert Individual.objects.filter(email=f"d{looks % 50}@example.org").exists()
            looks += 1
        return looks

    def write(writer: int) -> int:
        number = 0
        while not stop.is_set():
            with speaking_for(house.pk):
                Individual.objects.create(given_name="w", email=f"w{writer}-{number}@example.org")
            with speaking_for(house.pk):
                assert Individual.objects.filter(email=f"W{writer}-{number}@example.org").count() == 1
            number += 1
        return number

    running: list[Future[int]] = [
        pool.submit(read),
        pool.submit(read),
        pool.submit(write, 1),
        pool.submit(write, 2),
    ]
    try:
        for _ in range(4):
            turn_indexes(house.pk)
    finally:
        stop.set()
    reads, _, first, second = [one.result(20) for one in running]
    assert min(reads, first, second) > 0
    turn_indexes(house.pk)
    with speaking_for(house.pk):
        assert all(Individual.objects.filter(email=f"w1-{n}@example.org").exists() for n in range(first))


def test_both_slots_have_ids_that_no_person_can_have() -> None:
    assert index_id(EMAIL, 0) != index_id(EMAIL, 1)
    assert index_id(EMAIL, 0)[16:] == b"\xff\xff\xff\xff"
