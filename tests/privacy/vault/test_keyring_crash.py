"""A crash between any two effects on the disk: by a killed process, and by an error that the same process survives."""

import itertools
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from privacy.vault import DestructionPending, KeyringError
from privacy.vault.frames import FORGOTTEN
from privacy.vault.keyring import Keyring
from tests.privacy.vault.keyrings import (
    DiskFull,
    at_step,
    copied,
    die,
    disk_full,
    fail_with,
    in_a_child,
    new_ring,
    opened,
    people,
    person,
    replica_files,
    root_files,
    steps_of,
)

ANN, BEN = person(1), person(2)
OTHERS = people(100, 20)


def make_one(ring: Keyring) -> None:
    ring.make([person(50)])


def make_many(ring: Keyring) -> None:
    ring.make(people(200, 300))


def forget(ring: Keyring) -> None:
    ring.forget([ANN, *OTHERS[:10]])


def repair(ring: Keyring) -> None:
    path = replica_files(Path(ring.replicas[0].path).parent)[0]  # type: ignore[attr-defined]
    path.write_bytes(path.read_bytes()[:-30])
    ring.make([person(51)])


ACTS = [make_one, make_many, forget, repair]
GONE: dict[Callable[[Keyring], None], set[bytes]] = {forget: {ANN, *OTHERS[:10]}}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    new_ring(tmp_path / "house").make([ANN, BEN, *OTHERS])
    return tmp_path / "house"


def number_of_steps(house: Path, act: Callable[[Keyring], None], monkeypatch: pytest.MonkeyPatch) -> int:
    rehearsal = copied(house, "rehearsal")
    return len(steps_of(lambda: act(opened(rehearsal)), monkeypatch))


def assert_nothing_lost(house: Path, known: dict[bytes, bytes], may_be_gone: set[bytes]) -> None:
    """Every acknowledged key is the same, or, if its forgetting had begun, a tombstone."""
    found = opened(house).keys
    for key_id, key in known.items():
        allowed = {key, FORGOTTEN} if key_id in may_be_gone else {key}
        assert found.get(key_id) in allowed


def assert_healed(house: Path) -> None:
    opened(house).finish()
    first, second = (path.read_bytes() for path in replica_files(house))
    assert first == second
    current = opened(house)
    roots = {
        path.read_bytes()
        for files in root_files(house)
        for path in files
        if f".{current.epoch:08d}." in path.name
    }
    assert len(roots) == 1
    # A root of a turn that never came is destroyed by the next one: only older roots ever are.
    current.forget([person(4242)])
    assert [len(files) for files in root_files(house)] == [1, 1]


@pytest.mark.parametrize("act", ACTS)
def test_a_process_killed_between_any_two_steps_loses_nothing(
    house: Path, act: Callable[[Keyring], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = dict(opened(house).keys)
    steps = number_of_steps(house, act, monkeypatch)
    for number in range(steps):
        one = copied(house, f"killed-{number}")

        def child(one: Path = one, number: int = number) -> None:
            ring = opened(one)
            fail_with(monkeypatch, at_step(number, die))
            act(ring)

        assert in_a_child(child) == 9
        assert_nothing_lost(one, known, GONE.get(act, set()))
        assert_healed(copied(one, f"healed-{number}"))
        assert_nothing_lost(one, known, GONE.get(act, set()))
        act(opened(one))  # and it can be done after all
        assert_old_copies_are_dead(one, house, act)
    assert steps >= 4


def assert_old_copies_are_dead(one: Path, before: Path, act: Callable[[Keyring], None]) -> None:
    if act not in GONE:
        return
    assert all(opened(one).keys[key_id] == FORGOTTEN for key_id in GONE[act])
    for path, old in zip(replica_files(one), replica_files(before), strict=True):
        path.write_bytes(old.read_bytes())
    with pytest.raises(KeyringError, match="No keyring opens"):
        opened(one)


@pytest.mark.parametrize("act", ACTS)
def test_the_same_process_goes_on_after_a_full_disk_at_any_step(
    house: Path, act: Callable[[Keyring], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = dict(opened(house).keys)
    for number in range(number_of_steps(house, act, monkeypatch)):
        one = copied(house, f"full-{number}")
        ring, second = opened(one), opened(one)
        fail_with(monkeypatch, at_step(number, disk_full))
        with pytest.raises((DiskFull, DestructionPending)):
            act(ring)
        fail_with(monkeypatch, lambda _: None)
        for writer, key_id in zip(itertools.cycle((second, ring)), people(900, 4), strict=False):
            writer.make([key_id])
        ring.refresh()
        second.refresh()
        assert ring.keys == second.keys == opened(one).keys
        assert_nothing_lost(one, known, GONE.get(act, set()))
        ring.forget([BEN])
        assert [len(files) for files in root_files(one)] == [1, 1]


def test_a_turn_after_a_crashed_turn_destroys_the_orphan_root(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = number_of_steps(house, forget, monkeypatch)
    for number in range(steps):
        one = copied(house, f"orphan-{number}")

        def child(one: Path = one, number: int = number) -> None:
            ring = opened(one)
            fail_with(monkeypatch, at_step(number, die))
            ring.forget([ANN])

        in_a_child(child)
        ring = opened(one)
        ring.forget([BEN])
        assert [len(files) for files in root_files(one)] == [1, 1]
        assert opened(one).keys == ring.keys


def test_a_root_that_was_being_mended_when_the_process_died_is_destroyed_too(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half-written it lies under another name, and would open every copy that was made until then."""
    copy = copied(house, "back-up")
    root_files(house)[1][0].write_bytes(b"rotten")

    def child() -> None:
        ring = opened(house)
        fail_with(monkeypatch, lambda name: die() if name == "rename" else None)
        ring.finish()

    assert in_a_child(child) == 9
    left = [path for path in (house / "root-2").glob(".*.new") if len(path.read_bytes()) == 32]
    assert left
    opened(house).forget([ANN])
    assert not list((house / "root-2").glob(".*.new"))
    name = root_files(copy)[0][0].name
    shutil.rmtree(copy / "root-1")
    for held in [path for folder in ("root-1", "root-2") for path in (house / folder).iterdir()]:
        root_files(copy)[1][0].with_name(name).write_bytes(held.read_bytes())
        with pytest.raises(KeyringError):
            opened(copy)


def test_an_interrupted_creation_never_looks_like_a_keyring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = steps_of(lambda: new_ring(tmp_path / "rehearsal"), monkeypatch)
    for number in range(len(names)):
        one = tmp_path / f"begun-{number}"

        def child(one: Path = one, number: int = number) -> None:
            fail_with(monkeypatch, at_step(number, die))
            new_ring(one)

        in_a_child(child)
        try:
            ring = opened(one)
        except KeyringError:
            continue
        ring.make([ANN])  # what opens is a whole one
        ring.finish()
        assert opened(one).keys.keys() == {ANN}


def test_a_forgetting_that_found_a_full_disk_is_pending_and_can_be_repeated(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = opened(house)
    fail_with(monkeypatch, at_step(0, disk_full))
    with pytest.raises(DestructionPending):
        ring.forget([ANN])
    fail_with(monkeypatch, lambda _: None)
    assert opened(house).cipher(ANN)
    ring.forget([ANN])
    assert opened(house).keys[ANN] == FORGOTTEN
