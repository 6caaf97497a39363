"""The keyring alone: files, no database."""

import tempfile
from itertools import count
from pathlib import Path
from uuid import UUID

from bench.vault_figures import milliseconds, say
from privacy.vault.keyring import Keyring
from privacy.vault.places import Folder

ESC = UUID("0e5c0000-0000-4000-8000-000000000001")
DESTROY = 100


def measure(people: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ids = [number.to_bytes(16, "big") + bytes(4) for number in range(people + 20_000)]
        ring_in(Path(folder)).create()
        ring_in(Path(folder)).make(ids[:people])
        ring = ring_in(Path(folder))
        ring.load()
        size = (Path(folder) / "keyring-1" / ring.name).stat().st_size / 1e6
        print(f"keyring of {people} people: {size:.1f} MB, two replicas, two root places")
        say("load it in a new process", milliseconds(lambda: ring_in(Path(folder)).load(), 10), 1000)
        making(ring, ids[people:])
        destroying(ring, ids)
        looks = milliseconds(lambda: [ring.refresh() for _ in range(1000)], 30)
        say("look whether another process wrote (each request)", looks, 50, unit="µs")


def ring_in(folder: Path) -> Keyring:
    replicas = [Folder(folder / "keyring-1"), Folder(folder / "keyring-2")]
    return Keyring(ESC, replicas, [Folder(folder / "root-1"), Folder(folder / "root-2")])


def making(ring: Keyring, ids: list[bytes]) -> None:
    one_by_one = iter(ids)
    say("make one key", milliseconds(lambda: ring.make([next(one_by_one)]), 100), 20)
    say("make 10 000 keys at once", milliseconds(lambda: ring.make(ids[200:10_200]), 1), 1000)


def destroying(ring: Keyring, ids: list[bytes]) -> None:
    one_by_one, starts = iter(ids), count(1000, 200)
    one = milliseconds(lambda: ring.forget([next(one_by_one)]), 60)
    say("destroy one person's key, with the turn", one, DESTROY)
    many = milliseconds(lambda: ring.forget(ids[(start := next(starts)) : start + 200]), 30)
    say("destroy 200 people's keys, with the turn", many, DESTROY)
