"""`make demo`: services, migrations, demo data, then web, workers, beat, third party and mail page, until Ctrl-C."""

import json
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, NoReturn

import psycopg2

from ams.demo.children import Children, DemoError
from ams.demo.reset import SEEDING, forget
from ams.embedded.launch import free_port, home, kept_secret, lasting_folder, running_environment, services
from ams.embedded.processes import CannotStartError

BIN: Final = Path(sys.executable).parent
MANAGE: Final = [sys.executable, str(Path(__file__).resolve().parents[2] / "manage.py")]
READY_SECONDS: Final = 60
LAST_PORT: Final = 65_533
QUIET: Final = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"]


def main() -> int:
    for kind in (
        signal.SIGTERM,
        signal.SIGINT,
    ):  # a start in the background of a shell is born deaf to SIGINT
        signal.signal(kind, leave)
    try:
        port = wanted_port()
        refuse_second()
        refuse_taken(port)
        forget_half_made()
        demo(port)
    except (DemoError, CannotStartError) as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.")
    return 0


def leave(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def wanted_port() -> int:
    given = os.environ.get("PORT") or "8000"
    if not given.isdecimal() or not 0 < int(given) <= LAST_PORT:
        raise DemoError(f"PORT must be a number from 1 to {LAST_PORT}.")
    return int(given)


def refuse_second() -> None:
    if running_environment() is not None:
        raise DemoError("The demo is running already. Stop it first, or use the one that runs.")


def refuse_taken(port: int) -> None:
    if free_port(port) != port:
        raise DemoError(f"Port {port} is taken. Choose another one: make demo PORT={port + 10}")


def forget_half_made() -> None:
    """An earlier start was stopped while it invented the data: nobody has worked with it yet."""
    if not (home() / SEEDING).exists():
        return
    if os.environ.get("DATABASE_URL"):
        raise DemoError("The demo data in this database is only half made. Empty it, then start again.")
    forget()


def demo(port: int) -> None:
    started = time.monotonic()
    print("Starting PostgreSQL and Valkey …", flush=True)
    own = settings_of_the_demo(port)
    with services(lasting_folder(), also_noted=own) as found:
        environment = os.environ | found | own
        with children(environment) as group:
            prepare(group)
            start_pages(group, port)
            wait_for_first_page(group, port)
            finish_seeding(group)
            start_work(group)
            tell(group, port, time.monotonic() - started)
            while True:
                time.sleep(0.5)
                group.refuse_dead()


def settings_of_the_demo(port: int) -> dict[str, str]:
    home().mkdir(mode=0o700, parents=True, exist_ok=True)
    return {
        "AMS_VAR": str(home()),
        "DJANGO_SETTINGS_MODULE": "ams.settings",
        "SECRET_KEY": kept_secret(home() / "secret.key"),
        "PUBLIC_ORIGIN": f"http://{{host}}:{port}",
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "WEBHOOK_ALLOW_LOOPBACK": "yes",
        "PORT_OF_THIRD_PARTY": str(free_port(port + 1)),
        "PORT_OF_MAIL_PAGE": str(free_port(port + 2)),
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    }


@contextmanager
def children(environment: dict[str, str]) -> Iterator[Children]:
    logs = home() / "logs"
    logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    group = Children(logs, environment)
    try:
        yield group
    finally:
        # A second Ctrl-C must not leave half of them running.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        group.stop()


def prepare(group: Children) -> None:
    print("Preparing the database …", flush=True)
    group.run("migrate", [*MANAGE, "migrate", "--no-input", "--verbosity", "0"])
    if is_empty(group.environment["DATABASE_URL"]):
        start_seeding(group)


def is_empty(database: str) -> bool:
    with closing(psycopg2.connect(database)) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT NOT EXISTS (SELECT FROM ams_association)")
        return cursor.fetchone() == (True,)


def start_seeding(group: Children) -> None:
    """Until there is a first association: the pages start beside the rest of it.

    A note stands while it lasts, so that half of the data is never taken for the whole.
    """
    print("Inventing two associations and their members …", flush=True)
    (home() / SEEDING).touch()
    group.start("seed", [*MANAGE, "seed_demo"])
    while group.running["seed"].poll() is None and is_empty(group.environment["DATABASE_URL"]):
        time.sleep(0.2)


def finish_seeding(group: Children) -> None:
    if "seed" in group.running:
        group.wait_for("seed")
        (home() / SEEDING).unlink()


def start_pages(group: Children, port: int) -> None:
    third_party, mail = group.environment["PORT_OF_THIRD_PARTY"], group.environment["PORT_OF_MAIL_PAGE"]
    for folder in ("mail", "static", "beat", "third-party"):
        (home() / folder).mkdir(mode=0o700, exist_ok=True)
    group.start("web", web(port))
    own = str(home() / "third-party")
    group.start("third-party", [sys.executable, "-m", "ams.demo.third_party", third_party, own])
    group.start("mail-page", [sys.executable, "-m", "ams.demo.mail_page", mail, str(home() / "mail")])


def start_work(group: Children) -> None:
    group.start("worker", worker("worker", "default,erasure,webhooks", 2))
    group.start("worker-exports", worker("exports", "exports", 1))
    schedule = str(home() / "beat" / "schedule")
    group.start("beat", [str(BIN / "celery"), "-A", "ams.celery", "beat", "-s", schedule, "-l", "WARNING"])
    where = f"http://127.0.0.1:{group.environment['PORT_OF_THIRD_PARTY']}"
    group.run("connect", [*MANAGE, "connect_third_party", where, str(home() / "third-party")])


def web(port: int) -> list[str]:
    bind = ["--bind", f"127.0.0.1:{port}"]
    size = ["--workers", "2", "--worker-class", "gthread", "--threads", "4", "--timeout", "60"]
    return [
        str(BIN / "gunicorn"),
        "ams.wsgi",
        "--preload",
        *bind,
        *size,
        "--no-control-socket",
        "--log-level",
        "warning",
    ]


def worker(name: str, queues: str, processes: int) -> list[str]:
    """Exports have one of their own: a thick file must not hold up an erasure."""
    size = ["-Q", queues, "-c", str(processes), "-n", f"{name}@%h"]
    return [str(BIN / "celery"), "-A", "ams.celery", "worker", *size, *QUIET]


def wait_for_first_page(group: Children, port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not answers(port):
        group.refuse_dead(except_for="seed")
        if time.monotonic() > deadline:
            raise DemoError(
                f"The first page did not come within {READY_SECONDS} seconds  ({group.log_of('web')})"
            )
        time.sleep(0.1)


def answers(port: int) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}/healthz", timeout=5) as response:
            return bool(response.status == 200)  # noqa: PLR2004 HTTP's own number
    except (urllib.error.URLError, OSError):
        return False


def tell(group: Children, port: int, seconds: float) -> None:
    logins: list[dict[str, Any]] = json.loads(group.run("logins", [*MANAGE, "demo_logins", "--json"]))
    third_party, mail = group.environment["PORT_OF_THIRD_PARTY"], group.environment["PORT_OF_MAIL_PAGE"]
    print(f"\nAMS Privacy is running, after {seconds:.0f} seconds.\n")
    print(f"  Members and staff   http://localhost:{port}/")
    print(f"  Third party         http://127.0.0.1:{third_party}/")
    print(f"  Mails               http://127.0.0.1:{mail}/\n")
    for login in logins:
        print(f"  {login['role']:<14} {login['email']:<34} {login['password']:<20} {login['address']}")
    print(
        f"\nLogs are in {group.logs}. Ctrl-C stops everything and keeps the data; `make demo-reset` forgets it."
    )
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
