"""Replicas torn, rotten or lost, roots lost or wrong: nothing acknowledged is lost, nothing forgotten returns."""

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from privacy.vault import DestructionPending, KeyMissing, KeyringError
from privacy.vault.frames import HEADER, LENGTH, NONCE
from privacy.vault.keyring import Keyring
from tests.privacy.vault.keyrings import (
    copied,
    new_ring,
    opened,
    people,
    person,
    replica_files,
    ring_in,
    root_files,
)

PAGE = 4096
ANN, BEN, CLEO = person(1), person(2), person(3)
CHANCE = random.Random(20)

Tear = Callable[[bytes, int], bytes]

TEARS: dict[str, Tear] = {
    "cut": lambda data, at: data[:at],
    "zeroed": lambda data, at: data[:at] + bytes(len(data) - at),
    "random": lambda data, at: data[:at] + CHANCE.randbytes(len(data) - at),
    "one page": lambda data, at: data[:at] + bytes(len(data[at : at + PAGE])) + data[at + PAGE :],
}


class Append:
    """A keyring of 100 people, and the same file after 10 000 more were appended in one frame."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        ring = new_ring(folder)
        ring.make(people(0, 100))
        self.before = replica_files(folder)[0].read_bytes()
        self.old = dict(ring.keys)
        ring.make(people(1000, 10_000))
        self.after = replica_files(folder)[0].read_bytes()
        self.all = dict(ring.keys)

    def put(self, first: bytes, second: bytes) -> None:
        for path, data in zip(replica_files(self.folder), (first, second), strict=True):
            path.write_bytes(data)

    def points(self) -> list[int]:
        """Every 4 kB, and inside the frame's own header."""
        start = len(self.before)
        headers = [start, start + 1, start + LENGTH, start + LENGTH + 5, start + LENGTH + NONCE]
        return (
            headers + list(range(start - start % PAGE + PAGE, len(self.after), PAGE)) + [len(self.after) - 1]
        )

    def torn(self, tear: str) -> Iterator[tuple[int, bytes]]:
        for at in self.points():
            data = TEARS[tear](self.after, at)
            if data != self.after:
                yield at, data


@pytest.fixture(scope="module")
def append(tmp_path_factory: pytest.TempPathFactory) -> Append:
    return Append(tmp_path_factory.mktemp("append"))


@pytest.mark.parametrize("tear", TEARS)
def test_an_append_torn_on_one_replica_loses_nothing_acknowledged(append: Append, tear: str) -> None:
    """Killed while the first replica was written: the second does not know of it. Never half a frame."""
    for at, data in append.torn(tear):
        append.put(data, append.before)
        assert opened(append.folder).keys == append.old, at


@pytest.mark.parametrize("tear", TEARS)
def test_an_append_acknowledged_survives_a_rotten_replica(append: Append, tear: str) -> None:
    """Which of the two rots makes no difference."""
    for number, (at, data) in enumerate(append.torn(tear)):
        append.put(*((data, append.after) if number % 2 else (append.after, data)))
        ring = opened(append.folder)
        assert ring.keys == append.all, at
        if number % 16 == 0:
            assert_next_write_repairs(append, ring)


def assert_next_write_repairs(append: Append, ring: Keyring) -> None:
    ring.make([person(77_777)])
    first, second = (path.read_bytes() for path in replica_files(append.folder))
    assert first == second
    assert opened(append.folder).keys == append.all | {person(77_777): ring.keys[person(77_777)]}


@pytest.mark.soak
@pytest.mark.parametrize("rotten", [0, 1])
@pytest.mark.parametrize("tear", TEARS)
def test_the_next_write_repairs_every_torn_append(append: Append, tear: str, rotten: int) -> None:
    for at, data in append.torn(tear):
        for other, known in ((append.before, append.old), (append.after, append.all)):
            append.put(*((data, other) if rotten == 0 else (other, data)))
            ring = opened(append.folder)
            ring.make([CLEO, person(77_777)])
            assert opened(append.folder).keys == ring.keys, at
            assert ring.keys.items() >= known.items(), at


def test_a_process_that_saw_half_an_append_goes_on_rightly(append: Append) -> None:
    append.put(append.before, append.before)
    running = opened(append.folder)
    append.put(append.after, append.before)  # another process is half-way
    running.refresh()
    append.put(append.after, append.after)
    running.make([person(77_777)])
    assert opened(append.folder).keys == append.all | {person(77_777): running.keys[person(77_777)]}


def test_half_an_append_that_never_ends_is_made_whole_by_the_next_writer(append: Append) -> None:
    """The process below took it over from the first replica, and must not go on where the second has nothing."""
    append.put(append.before, append.before)
    running = opened(append.folder)
    append.put(append.after, append.before)  # and the other process dies
    running.refresh()
    running.make([person(77_777)])
    first, second = (path.read_bytes() for path in replica_files(append.folder))
    assert first == second
    assert opened(append.folder).keys == append.all | {person(77_777): running.keys[person(77_777)]}


@pytest.mark.parametrize(
    "use", [lambda ring: ring.key_for(person(1000)), lambda ring: ring.make([person(1000)])]
)
def test_a_key_on_one_replica_is_put_on_both_before_it_is_used(
    append: Append, use: Callable[[Keyring], object]
) -> None:
    """Its maker died. A row sealed with it would be lost together with that one replica."""
    append.put(append.after, append.before)
    ring = opened(append.folder)
    use(ring)
    replica_files(append.folder)[0].unlink()
    assert opened(append.folder).keys[person(1000)] == ring.keys[person(1000)]


def test_saving_goes_on_under_known_keys_when_a_replica_place_is_lost(tmp_path: Path) -> None:
    new_ring(tmp_path).make([ANN])
    (tmp_path / "keyring-1").rename(tmp_path / "away")
    assert opened(tmp_path).key_for(ANN)


def test_what_both_replicas_have_torn_alike_is_dropped(append: Append) -> None:
    append.put(append.after[:-30], append.after[:-30])
    ring = opened(append.folder)
    assert ring.keys == append.old
    ring.make([person(77_777)])
    assert all(path.stat().st_size < len(append.before) + 200 for path in replica_files(append.folder))
    assert opened(append.folder).keys == ring.keys


@pytest.mark.parametrize("flips", [40, pytest.param(400, marks=pytest.mark.soak)])
def test_one_flipped_bit_after_the_other_is_mended(tmp_path: Path, flips: int) -> None:
    ring = new_ring(tmp_path)
    ring.make(people(0, 50))
    chance = random.Random(7)
    for number in range(flips):
        path = replica_files(tmp_path)[number % 2]
        data = bytearray(path.read_bytes())
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
        ring.make([person(1000 + number)])
        assert opened(tmp_path).keys == ring.keys
    assert len(ring.keys) == 50 + flips


def test_a_lost_replica_is_written_anew(tmp_path: Path) -> None:
    ring = new_ring(tmp_path)
    ring.make([ANN])
    for path, new in zip(replica_files(tmp_path), (BEN, CLEO), strict=True):
        path.unlink()
        assert opened(tmp_path).keys[ANN] == ring.keys[ANN]
        opened(tmp_path).make([new])
        assert path.exists()


def test_when_a_replica_place_is_lost_reading_goes_on_and_writing_is_refused(tmp_path: Path) -> None:
    ring = new_ring(tmp_path)
    ring.make([ANN])
    away = (tmp_path / "keyring-1").rename(tmp_path / "away")
    for seen in (ring, opened(tmp_path)):
        assert seen.cipher(ANN)
        with pytest.raises(KeyringError):
            seen.make([BEN])
        with pytest.raises(DestructionPending):
            seen.forget([ANN])
    away.rename(tmp_path / "keyring-1")
    ring.make([BEN])
    ring.forget([ANN])


def test_an_empty_folder_is_no_place(tmp_path: Path) -> None:
    """A volume that is not mounted leaves its mount point behind."""
    ring = new_ring(tmp_path)
    (tmp_path / "keyring-1").rename(tmp_path / "away")
    (tmp_path / "keyring-1").mkdir()
    with pytest.raises(KeyringError):
        ring.make([ANN])


def test_when_a_root_place_is_lost_only_forgetting_waits(tmp_path: Path) -> None:
    ring = new_ring(tmp_path)
    ring.make([ANN])
    away = (tmp_path / "root-2").rename(tmp_path / "away")
    for seen in (ring, opened(tmp_path)):
        assert seen.cipher(ANN)
        seen.make([BEN])
        with pytest.raises(DestructionPending):
            seen.forget([ANN])
        seen.refresh()
        assert seen.cipher(ANN)
    away.rename(tmp_path / "root-2")
    opened(tmp_path).forget([ANN])
    assert [len(files) for files in root_files(tmp_path)] == [1, 1]


def test_an_old_root_that_cannot_be_destroyed_keeps_the_forgetting_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = new_ring(tmp_path)
    ring.make([ANN])
    place = ring.roots.places[1]

    def refuse(_name: str) -> None:
        raise PermissionError

    with monkeypatch.context() as broken:
        broken.setattr(place, "destroy", refuse)
        for _ in range(2):
            with pytest.raises(DestructionPending):
                ring.forget([ANN])
    assert [len(files) for files in root_files(tmp_path)] == [1, 2]
    ring.forget([ANN])
    assert [len(files) for files in root_files(tmp_path)] == [1, 1]


@pytest.mark.parametrize("wrong", [b"", b"short", bytes(32)], ids=["empty", "short", "another"])
def test_a_wrong_root_in_one_place_is_mended_by_finish(tmp_path: Path, wrong: bytes) -> None:
    new_ring(tmp_path).make([ANN])
    root = root_files(tmp_path)[0][0]
    root.write_bytes(wrong)
    ring = opened(tmp_path)
    assert ring.cipher(ANN)
    replica_files(tmp_path)[0].unlink()  # and a replica at the same time
    ring.finish()
    assert root.read_bytes() == root_files(tmp_path)[1][0].read_bytes()


def test_a_root_place_with_its_marker_but_without_its_root_is_away(tmp_path: Path) -> None:
    """Somebody put another disk there. The one that was unplugged still opens every older copy."""
    house = tmp_path / "house"
    ring = new_ring(house)
    ring.make([ANN])
    copy = copied(house, "back-up")
    (house / "root-2").rename(tmp_path / "unplugged")
    shutil.copytree(tmp_path / "unplugged", house / "root-2", ignore=shutil.ignore_patterns("*.root"))
    for seen in (ring, opened(house)):
        with pytest.raises(DestructionPending):
            seen.forget([ANN])
        with pytest.raises(KeyringError, match="elsewhere"):
            seen.finish()
    assert root_files(house)[1] == []
    assert opened(copy).cipher(ANN)  # what is at stake

    shutil.rmtree(house / "root-2")
    (tmp_path / "unplugged").rename(house / "root-2")
    ring.forget([ANN])
    assert [len(files) for files in root_files(house)] == [1, 1]


def test_a_new_root_place_is_filled_once_a_person_admits_it(tmp_path: Path) -> None:
    ring = new_ring(tmp_path)
    ring.make([ANN])
    root_files(tmp_path)[1][0].unlink()
    ring.finish(admit=True)
    assert root_files(tmp_path)[1][0].read_bytes() == root_files(tmp_path)[0][0].read_bytes()
    ring.forget([ANN])


def test_without_any_root_nothing_opens_and_nothing_is_started_anew(tmp_path: Path) -> None:
    ring = new_ring(tmp_path)
    ring.make([ANN])
    for files in root_files(tmp_path):
        files[0].write_bytes(bytes(32))
    before = [path.read_bytes() for path in replica_files(tmp_path)]
    fresh = ring_in(tmp_path)
    for attempt in (
        fresh.load,
        fresh.create,
        fresh.finish,
        lambda: fresh.make([BEN]),
        lambda: fresh.forget([ANN]),
    ):
        with pytest.raises(KeyringError):
            attempt()
    assert [path.read_bytes() for path in replica_files(tmp_path)] == before


def test_an_older_copy_of_the_same_epoch_is_an_alarm(tmp_path: Path) -> None:
    ring = new_ring(tmp_path)
    ring.make([ANN])
    old = [path.read_bytes() for path in replica_files(tmp_path)]
    ring.make([BEN])
    for path, data in zip(replica_files(tmp_path), old, strict=True):
        path.write_bytes(data)
    restored = opened(tmp_path)
    assert restored.cipher(ANN)
    with pytest.raises(KeyMissing):
        restored.cipher(BEN)


def test_an_older_epoch_with_its_roots_is_refused_by_a_running_process(tmp_path: Path) -> None:
    ring = new_ring(tmp_path / "house")
    kept = copied(tmp_path / "house", "back-up")
    ring.forget([ANN])
    shutil.rmtree(tmp_path / "house")
    kept.rename(tmp_path / "house")
    for _ in range(2):  # and not only once
        with pytest.raises(KeyringError, match="older"):
            ring.make([BEN])


def test_a_frame_cannot_be_moved_repeated_or_left_out(tmp_path: Path) -> None:
    ring = new_ring(tmp_path)
    start = len(replica_files(tmp_path)[0].read_bytes())
    for key_id in (ANN, BEN, CLEO):
        ring.make([key_id])
    data = replica_files(tmp_path)[0].read_bytes()
    size = (len(data) - start) // 3
    head, frames = data[:start], [data[start + i * size : start + (i + 1) * size] for i in range(3)]
    for order, expected in (
        ((0, 0, 1), {ANN}),
        ((1, 0, 2), set()),
        ((0, 2), {ANN}),
        ((0, 1, 2), {ANN, BEN, CLEO}),
    ):
        for path in replica_files(tmp_path):
            path.write_bytes(head + b"".join(frames[i] for i in order))
        assert set(opened(tmp_path).keys) == expected
    assert head[:HEADER] == data[:HEADER]
