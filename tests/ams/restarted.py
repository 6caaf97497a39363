"""`python -m tests.ams.restarted ANSWER.json`: PostgreSQL is stopped under the running product, and started.

A beat that rings for each of them every two seconds lets each periodic task meet the dead connections of its worker.
"""

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import requests

from ams.celery import app
from ams.embedded import binaries, postgres
from ams.embedded.launch import PROGRAMS
from ams.embedded.processes import service_user, stop
from ams.sweeps import failing, scheduled
from tests.no_trace.waiting import wait_until
from tests.no_trace.world import ARCHIVING, World, world

# A task of the default queue that opens a transaction would mend the connection for those beside it.
WORKERS: Final = ("default", "erasure,webhooks,exports")
NEEDS_NO_DATABASE: Final = {"ams.tasks.try_again"}


def whole(own: World) -> dict[str, Any]:
    own.inside("found", "esc")
    own.start_product(*WORKERS)
    app.conf.broker_url = own.children.environment["CELERY_BROKER_URL"]
    app.conf.broker_read_url = app.conf.broker_write_url = app.conf.broker_url
    wait_until(lambda: ask(own, "/readyz")["status"] == 200)
    every = scheduled(app) - NEEDS_NO_DATABASE
    os.kill(postmaster(own), signal.SIGQUIT)  # an immediate stop: no goodbye to anybody
    wait_until(lambda: set(failing(app)) == every)
    answer: dict[str, Any] = {
        "every": sorted(every),
        "away": {path: ask(own, path) for path in ("/sign-in/", "/api/v1/me/", "/readyz")},
    }
    with database(own):
        wait_until(lambda: not failing(app))
        wait_until(lambda: ask(own, "/readyz")["status"] == 200)
        answer["back"] = ask(own, "/sign-in/")
        own.stop_product()
    return answer


def ask(own: World, path: str) -> dict[str, Any]:
    answer = requests.get(f"http://127.0.0.1:{own.port}{path}", timeout=60)
    return {
        "status": answer.status_code,
        "kind": answer.headers["Content-Type"],
        "back in": answer.headers.get("Retry-After"),
        "text": answer.text,
    }


def postmaster(own: World) -> int:
    return int((own.services / "postgresql" / "postmaster.pid").read_text().splitlines()[0])


@contextmanager
def database(own: World) -> Iterator[None]:
    """The same cluster on the same port."""
    user, folder = service_user(), own.services
    cluster = postgres.Cluster(
        data=folder / "postgresql",
        log=folder / "postgresql.log",
        programs=binaries.postgres(PROGRAMS, user),
        user=user,
        password=(folder / "postgresql.password").read_text(),
        throw_away=True,
    )
    port = int(own.database.rpartition(":")[2].partition("/")[0])
    process = postgres.start(cluster, port, more=ARCHIVING)
    if process is None:
        raise RuntimeError("PostgreSQL did not come back.")
    try:
        yield
    finally:
        stop(process)


def main(answer: str) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    os.environ["SWEEP_EVERY"] = "2"
    with world(plainly=False) as own:
        Path(answer).write_text(json.dumps(whole(own)))


if __name__ == "__main__":
    main(*sys.argv[1:])
