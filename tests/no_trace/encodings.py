"""For the control: one canary in each encoding that there is, laid as such bytes into every store.

A store in which one of them is not found again is one in which the search is blind for that encoding.
"""

from datetime import date
from typing import Any, Final

import redis

from tests.no_trace.needles import MARK, Canary, forms_of
from tests.no_trace.world import World

NAME: Final = "encodings"
VALUES: Final[dict[str, Canary]] = {
    "text": MARK + "0encodings0é",
    "number": 4_711_081_547_110,
    "day": date(1911, 10, 9),
}
IN_LOGS: Final = ("web.log", "worker.log")


def wanted(world: World) -> dict[str, dict[str, Canary]]:
    """Searched for in the control only: nobody has planted it elsewhere."""
    return {NAME: VALUES} if world.plainly else {}


def every_form() -> dict[str, bytes]:
    return {name: raw for value in VALUES.values() for name, raw in forms_of(value).items()}


def plant(world: World) -> None:
    in_database(world)
    heap = b" | \n".join(every_form().values())
    for folder in ("files", "tmp", "keyring-1"):
        (world.var / folder / "encodings").write_bytes(heap)
    in_broker(world, heap)
    for path in [*(world.var / "logs" / name for name in IN_LOGS), world.services / "postgresql.log"]:
        with path.open("ab") as log:
            log.write(heap + b"\n")


def in_database(world: World) -> None:
    """A row for each, so that none is cut into pieces."""
    rows = ", ".join(f"('\\x{raw.hex()}')" for raw in every_form().values())
    world.sql(
        "CREATE TABLE no_trace_encodings (form bytea)",
        "ALTER TABLE no_trace_encodings ALTER form SET STORAGE EXTERNAL",
        f"INSERT INTO no_trace_encodings VALUES {rows}",  # noqa: S608 our own bytes in hex
    )


def in_broker(world: World, heap: bytes) -> None:
    broker: Any = redis.Redis.from_url(world.children.environment["CELERY_BROKER_URL"])
    broker.set("encodings", heap)
    broker.close()
