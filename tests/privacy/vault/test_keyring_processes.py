"""Several real processes share one keyring, and some of them are killed."""

import random
import secrets
import subprocess
import sys
import time
from pathlib import Path

import pytest

from privacy.vault.frames import FORGOTTEN
from privacy.vault.keyring import Keyring
from privacy.vault.places import Folder, Place
from tests.privacy.vault.keyrings import ESC, new_ring, opened, replica_files, root_files

ROOT = Path(__file__).parents[3]
WRITER = Path(__file__).with_name("keyring_writer.py")


def start(house: Path, notes: Path, number: int, *operations: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, WRITER, house, notes / str(number), str(number), *operations],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
    )


def assert_what_was_noted(house: Path, notes: Path) -> tuple[int, int]:
    """Every acknowledged key is there, every acknowledged forgetting is one."""
    found = opened(house).keys
    made, begun, gone = {}, set(), set()
    for line in "".join(path.read_text() for path in notes.iterdir()).splitlines():
        what, key_id, key = line.split(" ")
        if what == "made":
            made[bytes.fromhex(key_id)] = bytes.fromhex(key)
        (begun if what == "begins" else gone if what == "gone" else set()).add(bytes.fromhex(key_id))
    assert all(found[key_id] == FORGOTTEN for key_id in gone)
    assert all(found[key_id] == key for key_id, key in made.items() if key_id not in begun)
    assert all(found[key_id] in {FORGOTTEN, made[key_id]} for key_id in begun)
    return len(made), len(gone)


def assert_healed(house: Path) -> None:
    opened(house).finish()
    first, second = (path.read_bytes() for path in replica_files(house))
    assert first == second
    opened(house).forget([bytes(20)])  # the next turn destroys the root of one that never came
    assert [len(files) for files in root_files(house)] == [1, 1]


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    (tmp_path / "notes").mkdir()
    return tmp_path / "notes"


def test_two_web_workers_and_a_task_worker_write_at_once(tmp_path: Path, notes: Path) -> None:
    new_ring(tmp_path / "house")
    writers = [start(tmp_path / "house", notes, number, "60") for number in range(3)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    made, gone = assert_what_was_noted(tmp_path / "house", notes)
    assert made + gone == 180
    assert gone > 0


def test_a_process_may_start_while_others_turn_the_root(tmp_path: Path, notes: Path) -> None:
    """The root is destroyed between its look at the file and its look at the root: it looks again."""
    house = tmp_path / "house"
    new_ring(house).make([bytes([number]) * 20 for number in range(50)])
    turning = [start(house, notes, number, "40") for number in range(2)]
    starts = 0
    while any(writer.poll() is None for writer in turning):
        assert len(opened(house).keys) >= 50
        starts += 1
    assert [writer.wait() for writer in turning] == [0, 0]
    assert starts > 10


class TurnsMeanwhile(Folder):
    """A replica after whose first reading somebody else forgets: its root is gone before it is looked for."""

    def __init__(self, house: Path, path: Path) -> None:
        super().__init__(path)
        self.house: Path | None = house

    def read(self, name: str, at: int = 0, size: int = -1) -> bytes | None:
        data, house, self.house = super().read(name, at, size), self.house, None
        if house:
            opened(house).forget([secrets.token_bytes(20)])
        return data


def test_a_turn_between_reading_a_file_and_its_root_makes_it_read_again(tmp_path: Path) -> None:
    new_ring(tmp_path).make([bytes(20)])
    replicas: list[Place] = [TurnsMeanwhile(tmp_path, tmp_path / name) for name in ("keyring-1", "keyring-2")]
    ring = Keyring(ESC, replicas, [Folder(tmp_path / "root-1"), Folder(tmp_path / "root-2")])
    ring.load()
    assert ring.keys == opened(tmp_path).keys
    assert ring.epoch == 3


@pytest.mark.parametrize("seconds", [3, *[pytest.param(25, marks=pytest.mark.soak)] * 5])
def test_writers_killed_at_any_moment_lose_nothing_acknowledged(
    tmp_path: Path, notes: Path, seconds: int
) -> None:
    house = tmp_path / "house"
    new_ring(house)
    writers = {number: start(house, notes, number) for number in range(4)}
    kills, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(random.uniform(0.02, 0.25))
        number = random.randrange(4)
        writers[number].kill()
        writers[number].wait()
        kills += 1
        writers[number] = start(house, notes, number)
    for writer in writers.values():
        writer.kill()
        writer.wait()
    assert_what_was_noted(house, notes)
    assert_healed(house)
    made, gone = assert_what_was_noted(house, notes)
    assert min(kills, made, gone) > 0
