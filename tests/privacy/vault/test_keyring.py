"""The keyring does what it says when nothing goes wrong."""

import os
from pathlib import Path

import pytest

from privacy.vault import Forgotten, KeyMissing, KeyringError, disk, places
from privacy.vault import keyring as keyring_module
from privacy.vault.frames import FORGOTTEN
from privacy.vault.places import Folder
from tests.privacy.vault.keyrings import (
    ESC,
    SISTER,
    copied,
    in_a_child,
    new_ring,
    opened,
    people,
    person,
    replica_files,
    ring_in,
    root_files,
)

ANN, BEN = person(1), person(2)


def test_a_key_is_there_after_a_restart(tmp_path: Path) -> None:
    ring = new_ring(tmp_path)
    ring.make([ANN])
    assert opened(tmp_path).keys[ANN] == ring.keys[ANN] != FORGOTTEN


def test_both_replicas_hold_the_same_bytes_and_no_key_in_plain(tmp_path: Path) -> None:
    ring = new_ring(tmp_path)
    ring.make([ANN, BEN])
    first, second = (path.read_bytes() for path in replica_files(tmp_path))
    assert first == second
    assert ring.keys[ANN] in b"needle " + ring.keys[ANN]
    assert ring.keys[ANN] not in first
    assert ANN[:16] not in first


def test_of_somebody_whose_core_key_is_gone_no_key_is_made(tmp_path: Path) -> None:
    """Whatever a late writer's process knew. What a law keeps has a day of its own, and may still come."""
    consent, dated = ANN[:16] + b"\0\7\0\0", ANN[:16] + b"\0\0\0\1"
    ring, late = new_ring(tmp_path), opened(tmp_path)
    ring.make([ANN, BEN])
    late.refresh()
    ring.forget([ANN])
    with pytest.raises(Forgotten):
        late.make([BEN[:16] + b"\0\7\0\0", consent])
    assert consent not in opened(tmp_path).keys
    late.make([dated])
    assert opened(tmp_path).keys[dated] != FORGOTTEN


def test_what_a_place_is_made_of_is_durable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    for module in (disk, places):
        monkeypatch.setattr(module, "sync_folder", lambda path: synced.append(str(path)))
    Folder(tmp_path / "volume" / "root-1").prepare()
    assert synced == [str(tmp_path), str(tmp_path / "volume"), str(tmp_path / "volume" / "root-1")]
    assert (tmp_path / "volume").stat().st_mode & 0o077 == 0


def test_a_keyring_is_not_made_by_asking_for_it(tmp_path: Path) -> None:
    new_ring(tmp_path)
    for ask in (ring_in(tmp_path, SISTER).load, lambda: ring_in(tmp_path, SISTER).make([ANN])):
        with pytest.raises(KeyringError):
            ask()


def test_a_keyring_is_not_started_anew_where_one_has_been(tmp_path: Path) -> None:
    new_ring(tmp_path)
    for path in replica_files(tmp_path):
        path.unlink()
    with pytest.raises(KeyringError):
        ring_in(tmp_path).create()


def test_ann_is_forgotten_and_ben_is_not(tmp_path: Path) -> None:
    ring = new_ring(tmp_path)
    ring.make([ANN, BEN])
    bens = ring.keys[BEN]
    ring.forget([ANN])
    for seen in (ring, opened(tmp_path)):
        assert seen.keys[BEN] == bens
        with pytest.raises(Forgotten):
            seen.cipher(ANN)


def test_a_forgotten_key_cannot_be_made_again(tmp_path: Path) -> None:
    ring = new_ring(tmp_path)
    ring.forget([ANN])  # she never had one: a late writer must not make it now
    for attempt in (ring.key_for, opened(tmp_path).key_for):
        with pytest.raises(Forgotten):
            attempt(ANN)


def test_an_unknown_key_is_an_alarm_and_not_an_erasure(tmp_path: Path) -> None:
    ring = new_ring(tmp_path)
    with pytest.raises(KeyMissing):
        ring.cipher(ANN)


def test_no_copy_made_before_a_forgetting_opens_afterwards(tmp_path: Path) -> None:
    ring = new_ring(tmp_path / "house")
    ring.make([ANN, BEN])
    kept = copied(tmp_path / "house", "back-up")
    assert opened(kept).keys[ANN] == ring.keys[ANN]  # with its roots it would
    ring.forget([ANN])
    for replica, path in zip(replica_files(kept), replica_files(tmp_path / "house"), strict=True):
        path.write_bytes(replica.read_bytes())
    with pytest.raises(KeyringError, match="No keyring opens"):
        opened(tmp_path / "house")


def test_a_copy_made_since_the_last_turn_is_a_good_back_up(tmp_path: Path) -> None:
    ring = new_ring(tmp_path / "house")
    ring.forget([ANN])
    ring.make([BEN])
    kept = [path.read_bytes() for path in replica_files(tmp_path / "house")]
    ring.make([person(3)])
    for path, data in zip(replica_files(tmp_path / "house"), kept, strict=True):
        path.write_bytes(data)
    assert opened(tmp_path / "house").keys[BEN] == ring.keys[BEN]


def test_forgetting_leaves_one_root_in_each_place(tmp_path: Path) -> None:
    ring = new_ring(tmp_path)
    for number in range(3):
        ring.forget([person(number)])
    assert [len(files) for files in root_files(tmp_path)] == [1, 1]
    assert ring.epoch == 4


def test_forgetting_what_is_forgotten_turns_nothing(tmp_path: Path) -> None:
    ring = new_ring(tmp_path)
    ring.forget([ANN])
    epoch = ring.epoch
    ring.forget([ANN])
    assert ring.epoch == epoch


def test_many_are_forgotten_in_one_turn(tmp_path: Path) -> None:
    ring = new_ring(tmp_path)
    ring.make(people(0, 500))
    ring.forget(people(0, 200))
    assert ring.epoch == 2
    assert sum(key == FORGOTTEN for key in opened(tmp_path).keys.values()) == 200


def test_another_process_sees_a_new_key_without_being_told(tmp_path: Path) -> None:
    ring, other = new_ring(tmp_path), opened(tmp_path)
    ring.make([ANN])
    assert other.cipher(ANN)
    assert other.keys[ANN] == ring.keys[ANN]


def test_another_process_sees_a_forgetting_at_its_next_request(tmp_path: Path) -> None:
    ring = new_ring(tmp_path)
    ring.make([ANN])
    other = opened(tmp_path)
    sealed = other.cipher(ANN).encrypt(bytes(12), b"Ann", None)
    ring.forget([ANN])
    assert other.cipher(ANN).decrypt(bytes(12), sealed, None) == b"Ann"  # the limit: until it looks
    other.refresh()
    with pytest.raises(Forgotten):
        other.cipher(ANN)


def test_two_turns_within_one_tick_of_the_clock_are_seen(tmp_path: Path) -> None:
    ring = new_ring(tmp_path)
    other = opened(tmp_path)
    for number in range(20):
        ring.forget([person(number)])
        other.refresh()
        assert other.epoch == ring.epoch


def test_two_files_written_within_one_tick_look_different(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # a disk that is much faster
    place = Folder(tmp_path)
    place.prepare()
    stamps = set()
    for number in range(100):
        place.replace("keyring", b"%03d" % number)
        stamps.add((place.stamp("keyring") or ())[1:])  # inode numbers come back
    assert len(stamps) == 100


def test_a_child_forked_after_loading_forgets_with_its_parent(tmp_path: Path) -> None:
    ring = new_ring(tmp_path)
    ring.make([ANN])
    ring.cipher(ANN)

    def child() -> None:
        parent = opened(tmp_path)  # stands for the parent, which goes on and forgets
        parent.forget([ANN])
        assert ring.cipher(ANN)
        ring.refresh()
        with pytest.raises(Forgotten):
            ring.cipher(ANN)
        with pytest.raises(Forgotten):
            ring.key_for(ANN)

    assert in_a_child(child) == 0


def test_the_keyring_of_another_association_does_not_open(tmp_path: Path) -> None:
    new_ring(tmp_path)
    sister = new_ring(tmp_path, SISTER)
    sister.make([ANN])
    for ours, hers in zip(replica_files(tmp_path, ESC), replica_files(tmp_path, SISTER), strict=True):
        ours.write_bytes(hers.read_bytes())
    for root in (*(tmp_path / "root-1").glob("*.root"), *(tmp_path / "root-2").glob("*.root")):
        hers = root.with_name(root.name.replace(ESC.hex, SISTER.hex))
        root.write_bytes(hers.read_bytes())  # even under the right root
    with pytest.raises(KeyringError, match="No keyring opens"):
        opened(tmp_path)
    assert opened(tmp_path, SISTER).keys[ANN] == sister.keys[ANN]


def test_ciphers_held_in_memory_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring_module, "CIPHERS", 50)
    ring = new_ring(tmp_path)
    ring.make(people(0, 200))
    for key_id in people(0, 200):
        ring.cipher(key_id)
    assert len(ring.ciphers) <= 50
