"""Two processes, crashes, torn replicas and lost roots in any order, against a model of a few lines."""

import random
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from unittest import mock

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
)

from privacy.vault import DestructionPending, Forgotten, KeyMissing, KeyringError, places
from privacy.vault.frames import FORGOTTEN
from privacy.vault.keyring import Keyring
from tests.privacy.vault.keyrings import (
    DiskFull,
    at_step,
    disk_full,
    new_ring,
    opened,
    person,
    replica_files,
    root_files,
)

PEOPLE = st.integers(0, 30).map(person)
MANY = st.lists(PEOPLE, min_size=1, max_size=8)
PROCESS = st.integers(0, 1)


class KeyringMachine(RuleBasedStateMachine):
    """`known`: what was acknowledged. A key once given out stays the same until it is forgotten, and then for good.

    `unsure`: what an operation that failed may have left behind, until somebody uses the key or finish() settles it.
    """

    copies = Bundle("copies")

    @initialize()
    def found_the_association(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="keyring-"))
        new_ring(self.folder)
        self.processes = [opened(self.folder), opened(self.folder)]
        self.known: dict[bytes, bytes] = {}
        self.unsure: dict[bytes, set[bytes | None]] = {}
        self.forgotten_at = 0  # the epoch of the last forgetting that was acknowledged
        self.replica_is_hurt = False
        self.root_is_hurt = False

    def teardown(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    # What members do

    @rule(process=PROCESS, key_ids=MANY)
    def make(self, process: int, key_ids: list[bytes]) -> None:
        ring = self.processes[process]
        ring.make(key_ids)
        self.learn(ring, key_ids)

    @rule(process=PROCESS, key_id=PEOPLE)
    def write_about(self, process: int, key_id: bytes) -> None:
        ring = self.processes[process]
        ring.refresh()
        try:
            ring.key_for(key_id)
        except Forgotten:
            assert FORGOTTEN in self.may_be(key_id)
        else:
            self.learn(ring, [key_id])

    @rule(process=PROCESS, key_id=PEOPLE)
    def read_about(self, process: int, key_id: bytes) -> None:
        ring = self.processes[process]
        ring.refresh()
        try:
            ring.cipher(key_id)
        except Forgotten:
            assert FORGOTTEN in self.may_be(key_id)
        except KeyMissing:
            assert None in self.may_be(key_id)
        else:
            assert ring.keys[key_id] in self.may_be(key_id)

    @rule(process=PROCESS, key_ids=MANY)
    def forget(self, process: int, key_ids: list[bytes]) -> None:
        before = opened(self.folder).epoch
        self.processes[process].forget(key_ids)
        for key_id in key_ids:
            self.unsure.pop(key_id, None)
            self.known[key_id] = FORGOTTEN
        self.forgotten_at = opened(self.folder).epoch
        if self.forgotten_at > before:  # nothing turns when there was nothing to forget
            assert [len(files) for files in root_files(self.folder)] == [1, 1]
            self.root_is_hurt = False

    @rule(process=PROCESS)
    def finish(self, process: int) -> None:
        ring = self.processes[process]
        ring.finish()
        self.all_is_settled(ring)

    def all_is_settled(self, ring: Keyring) -> None:
        first, second = (path.read_bytes() for path in replica_files(self.folder))
        assert first == second
        self.root_is_hurt = self.replica_is_hurt = False
        for key_id, may_be in self.unsure.items():
            assert ring.keys.get(key_id) in may_be
            if key_id in ring.keys:
                self.known[key_id] = ring.keys[key_id]
        self.unsure = {}

    @rule(process=PROCESS)
    def restart(self, process: int) -> None:
        self.processes[process] = opened(self.folder)

    # What happens to disks

    @precondition(lambda self: not self.replica_is_hurt)
    @rule(which=st.integers(0, 1), seed=st.integers(0, 999), kind=st.sampled_from(["lost", "cut", "rot"]))
    def hurt_a_replica(self, which: int, seed: int, kind: str) -> None:
        path = replica_files(self.folder)[which]
        data, chance = path.read_bytes(), random.Random(seed)
        at = chance.randrange(len(data))
        path.unlink()
        if kind != "lost":
            path.write_bytes(data[:at] + (bytes([data[at] ^ 1]) + data[at + 1 :] if kind == "rot" else b""))
        self.replica_is_hurt = True

    @precondition(lambda self: not self.root_is_hurt)
    @rule(which=st.integers(0, 1), data=st.sampled_from([b"", b"x" * 32]))
    def hurt_a_root(self, which: int, data: bytes) -> None:
        self.todays_root(which).write_bytes(data)
        self.root_is_hurt = True

    @precondition(lambda self: not self.root_is_hurt)
    @rule(which=st.integers(0, 1), process=PROCESS)
    def put_another_disk_in_a_root_place(self, which: int, process: int) -> None:
        self.todays_root(which).unlink()
        ring = self.processes[process]
        with pytest.raises(DestructionPending):
            ring.forget([person(0)])
        with pytest.raises(KeyringError):
            ring.finish()
        ring.finish(admit=True)
        self.all_is_settled(ring)

    def todays_root(self, which: int) -> Path:
        epoch = opened(self.folder).epoch
        return next(path for path in root_files(self.folder)[which] if f".{epoch:08d}." in path.name)

    @rule(process=PROCESS, key_ids=MANY, number=st.integers(0, 25), forgetting=st.booleans())
    def fail(self, process: int, key_ids: list[bytes], number: int, forgetting: bool) -> None:
        """The disk is full at some step, or was just large enough."""
        ring = self.processes[process]
        full = mock.patch.object(places, "step", at_step(number, disk_full))
        with full, suppress(DiskFull, DestructionPending):
            (ring.forget if forgetting else ring.make)(key_ids)
        # A replica lost before anybody has written after half a turn is a second fault: the running processes, which
        # have seen the new epoch, then refuse the old one. That alarm is wanted and not part of this game.
        self.replica_is_hurt |= forgetting
        found = opened(self.folder).keys
        for key_id in key_ids:
            self.doubt(key_id, found.get(key_id), forgetting)

    def doubt(self, key_id: bytes, now: bytes | None, forgetting: bool) -> None:
        """Nothing was acknowledged: the key is as it was, or as it would have become."""
        before = self.may_be(key_id)
        assert now in before or (now == FORGOTTEN if forgetting else None in before)
        self.known.pop(key_id, None)
        self.unsure[key_id] = before | {now}

    # Copies, as a back-up makes them

    @rule(target=copies)
    def back_up(self) -> tuple[int, list[bytes]]:
        data = [path.read_bytes() if path.exists() else b"" for path in replica_files(self.folder)]
        return opened(self.folder).epoch, data

    @rule(copy=consumes(copies))
    def old_copies_never_open(self, copy: tuple[int, list[bytes]]) -> None:
        epoch, data = copy
        if epoch >= self.forgotten_at:
            return
        aside = Path(tempfile.mkdtemp(prefix="restored-"))
        try:
            shutil.copytree(self.folder, aside, dirs_exist_ok=True)
            for path, old in zip(replica_files(aside), data, strict=True):
                path.write_bytes(old)
            with pytest.raises(KeyringError):
                opened(aside)
        finally:
            shutil.rmtree(aside)

    # What always holds

    def may_be(self, key_id: bytes) -> set[bytes | None]:
        return {self.known[key_id]} if key_id in self.known else self.unsure.get(key_id, {None})

    def learn(self, ring: Keyring, key_ids: list[bytes]) -> None:
        """Something may be sealed with these keys from now on."""
        for key_id in key_ids:
            key, may_be = ring.keys[key_id], self.may_be(key_id)
            assert key in may_be or None in may_be
            self.unsure.pop(key_id, None)
            self.known[key_id] = key

    @invariant()
    def a_new_process_knows_all_that_was_acknowledged(self) -> None:
        if hasattr(self, "folder"):
            found = opened(self.folder).keys
            assert {key_id: found[key_id] for key_id in self.known} == self.known
            assert all(found.get(key_id) in may_be for key_id, may_be in self.unsure.items())

    @invariant()
    def running_processes_agree_once_they_look(self) -> None:
        for ring in getattr(self, "processes", []):
            ring.refresh()
            assert ring.keys == opened(self.folder).keys


BRIEF = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck), max_examples=15)


class TestKeyring(KeyringMachine.TestCase):  # type: ignore[misc, name-defined]  # made at run time
    settings = settings(BRIEF, stateful_step_count=20)


@pytest.mark.soak
class TestKeyringForLong(KeyringMachine.TestCase):  # type: ignore[misc, name-defined]  # as above
    settings = settings(BRIEF, max_examples=2000, stateful_step_count=60)
