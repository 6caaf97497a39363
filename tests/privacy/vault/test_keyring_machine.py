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
    """`model`: what was acknowledged. A key once seen stays the same until it is forgotten, and then for good."""

    copies = Bundle("copies")

    @initialize()
    def found_the_association(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="keyring-"))
        new_ring(self.folder)
        self.processes = [opened(self.folder), opened(self.folder)]
        self.model: dict[bytes, bytes] = {}
        self.turns = 0
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
            assert self.model[key_id] == FORGOTTEN
        else:
            self.learn(ring, [key_id])

    @rule(process=PROCESS, key_id=PEOPLE)
    def read_about(self, process: int, key_id: bytes) -> None:
        ring = self.processes[process]
        ring.refresh()
        try:
            ring.cipher(key_id)
        except Forgotten:
            assert self.model[key_id] == FORGOTTEN
        except KeyMissing:
            assert key_id not in self.model
        else:
            assert ring.keys[key_id] == self.model[key_id]

    @rule(process=PROCESS, key_ids=MANY)
    def forget(self, process: int, key_ids: list[bytes]) -> None:
        self.processes[process].forget(key_ids)
        if all(self.model.get(key_id) == FORGOTTEN for key_id in key_ids):
            return  # nothing to do, and so no turn
        self.model |= dict.fromkeys(key_ids, FORGOTTEN)
        self.turns += 1
        assert [len(files) for files in root_files(self.folder)] == [1, 1]
        self.root_is_hurt = False

    @rule(process=PROCESS)
    def finish(self, process: int) -> None:
        self.processes[process].finish()
        first, second = (path.read_bytes() for path in replica_files(self.folder))
        assert first == second
        self.root_is_hurt = self.replica_is_hurt = False

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
    @rule(which=st.integers(0, 1), data=st.sampled_from([None, b"", b"x" * 32]))
    def hurt_a_root(self, which: int, data: bytes | None) -> None:
        path = root_files(self.folder)[which][-1]
        path.unlink()
        if data is not None:
            path.write_bytes(data)
        self.root_is_hurt = True

    @rule(process=PROCESS, key_ids=MANY, number=st.integers(0, 25), forgetting=st.booleans())
    def crash(self, process: int, key_ids: list[bytes], number: int, forgetting: bool) -> None:
        """The disk is full at some step, or was just large enough."""
        ring = self.processes[process]
        full = mock.patch.object(places, "step", at_step(number, disk_full))
        with full, suppress(DiskFull, DestructionPending):
            (ring.forget if forgetting else ring.make)(key_ids)
        self.accept_either(key_ids, forgetting)

    def accept_either(self, key_ids: list[bytes], forgetting: bool) -> None:
        """Nothing was acknowledged: each of these keys is as it was, or as it would have become."""
        found = opened(self.folder).keys
        for key_id in key_ids:
            before, now = self.model.get(key_id), found.get(key_id)
            may_be = {before, FORGOTTEN} if forgetting else {before, now} if before is None else {before}
            assert now in may_be
            if now is not None:
                self.model[key_id] = now

    # Copies, as a back-up makes them

    @rule(target=copies)
    def back_up(self) -> tuple[int, list[bytes]]:
        return self.turns, [
            path.read_bytes() if path.exists() else b"" for path in replica_files(self.folder)
        ]

    @rule(copy=consumes(copies))
    def old_copies_never_open(self, copy: tuple[int, list[bytes]]) -> None:
        turns, data = copy
        if turns == self.turns:
            return
        aside = Path(tempfile.mkdtemp(prefix="restored-"))
        try:
            shutil.copytree(self.folder, aside, dirs_exist_ok=True)
            for path, old in zip(replica_files(aside), data, strict=True):
                path.write_bytes(old)
            try:
                opened(aside)
            except KeyringError:
                return
            raise AssertionError("A keyring from before a forgetting opened.")
        finally:
            shutil.rmtree(aside)

    # What always holds

    def learn(self, ring: Keyring, key_ids: list[bytes]) -> None:
        for key_id in key_ids:
            key = ring.keys[key_id]
            assert self.model.setdefault(key_id, key) == key

    @invariant()
    def a_new_process_knows_all_that_was_acknowledged(self) -> None:
        if hasattr(self, "folder"):
            found = opened(self.folder).keys
            assert {key_id: found[key_id] for key_id in self.model} == self.model

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
    settings = settings(BRIEF, max_examples=1000, stateful_step_count=60)
