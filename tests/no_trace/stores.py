"""The places in which a trace could be, as (name, bytes): copies taken earlier, and what lies there now."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import redis

from tests.no_trace.views import View, entries, postgres_program
from tests.no_trace.waiting import wait_until
from tests.no_trace.world import World

KEY_FOLDERS: Final = ("keyring-1", "keyring-2", "root-1", "root-2")
# Searched as stores of their own, or none of the product's: letters that have left are at their recipients'.
OTHER_FOLDERS: Final = {"logs", "files", "mail", *KEY_FOLDERS}


def back_up(world: World, target: Path) -> None:
    """What an operator would have in a safe: dumps, a base backup, files, the broker's files."""
    target.mkdir()
    dump(world, target)
    subprocess.run(
        [postgres_program("pg_basebackup"), "-d", world.database, "-D", target / "base", "-Ft", "-X", "fetch",
         "--checkpoint=fast"],
        check=True,
    )  # fmt: skip
    shutil.copytree(world.var / "files", target / "files")
    persist(world)
    shutil.copytree(world.services / "valkey", target / "broker")


def dump(world: World, target: Path) -> None:
    target.mkdir(exist_ok=True)
    for kind, name in (("plain", "plain.sql"), ("custom", "custom.dump")):
        subprocess.run(
            [postgres_program("pg_dump"), "-d", world.database, "-F", kind, "-f", target / name], check=True
        )


def copy_keys(world: World, target: Path) -> None:
    """The roots as well: a copy of them is what an attacker must not have. Here it shows that the copies were good."""
    for name in KEY_FOLDERS:
        shutil.copytree(world.var / name, target / name)


def persist(world: World) -> None:
    """Everything that the broker knows, on the disk in both of its forms."""
    broker: Any = redis.Redis.from_url(world.children.environment["CELERY_BROKER_URL"])
    broker.bgrewriteaof()
    wait_until(
        lambda: not any(broker.info("persistence")[f"aof_rewrite_{s}"] for s in ("in_progress", "scheduled"))
    )
    broker.save()
    broker.close()


def secrets_of_the_day(world: World) -> dict[str, int]:
    """What failed sign-ins are counted with, in hex, as the broker's memory has it now; and how many seconds longer."""
    broker: Any = redis.Redis.from_url(world.children.environment["CELERY_BROKER_URL"])
    found = {broker.get(name).hex(): broker.ttl(name) for name in broker.keys("ams.tries.*")}
    broker.close()
    return found


def before(kept: Path) -> dict[str, Iterator[View]]:
    return {
        "dump before, plain": file(kept / "plain.sql"),
        "dump before, custom": file(kept / "custom.dump"),
        "base backup before": backup(kept / "base" / "base.tar"),
        "files before": folder(kept / "files"),
        "broker before": folder(kept / "broker"),
    }


def keyrings(kept: Path) -> dict[str, Iterator[View]]:
    return {
        "keyring copies": (view for name in KEY_FOLDERS[:2] for view in folders(kept.glob(f"keys-*/{name}")))
    }


def now(world: World, live: Path) -> dict[str, Iterator[View]]:
    flush(world)
    dump(world, live)
    data = world.services / "postgresql"
    return {
        "live dump, plain": file(live / "plain.sql"),
        "live dump, custom": file(live / "custom.dump"),
        "data directory": directory(data),
        "pg_wal": folder(data / "pg_wal"),
        "WAL archive": folder(data / "archive"),
        "broker, not rewritten": folder(world.services / "valkey"),
        "files": folder(world.var / "files"),
        "application log": logs(world, "web", "manage", "inside"),
        "worker log": logs(world, "worker", "beat"),
        "PostgreSQL log": file(world.services / "postgresql.log"),
        "temporary and other files": others(world.var),
    }


def later(world: World) -> dict[str, Iterator[View]]:
    """After the cleaning that the database and the broker do in their own time."""
    world.sql("VACUUM ANALYZE")
    flush(world)
    persist(world)
    data = world.services / "postgresql"
    return {
        "data directory, vacuumed": directory(data),
        "pg_wal, later": folder(data / "pg_wal"),
        "broker": folder(world.services / "valkey"),
    }


def flush(world: World) -> None:
    """All of it on the disk, and every segment of the WAL in the archive."""
    world.sql("CHECKPOINT", "SELECT pg_switch_wal()")
    ready = world.services / "postgresql" / "pg_wal" / "archive_status"
    wait_until(lambda: not list(ready.glob("*.ready")))


def backup(path: Path) -> Iterator[View]:
    """File by file: most are those of the data folder."""
    yield from entries(path.read_bytes())


def directory(data: Path) -> Iterator[View]:
    """Without the two parts that are stores of their own."""
    return folders(path for path in data.iterdir() if path.name not in {"pg_wal", "archive"})


def others(var: Path) -> Iterator[View]:
    return folders(path for path in var.iterdir() if path.name not in OTHER_FOLDERS)


def logs(world: World, *names: str) -> Iterator[View]:
    return (view for name in names for view in file(world.var / "logs" / f"{name}.log"))


def folders(paths: Any) -> Iterator[View]:
    return (view for path in paths for view in (folder(path) if path.is_dir() else file(path)))


def folder(path: Path) -> Iterator[View]:
    return (view for each in sorted(path.rglob("*")) if each.is_file() for view in file(each))


def file(path: Path) -> Iterator[View]:
    """With its name, where a value could stand as well."""
    yield f"{path.name} (name)", path.name.encode()
    yield path.name, path.read_bytes()
