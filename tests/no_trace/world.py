"""A world of its own: PostgreSQL, Valkey, web, worker and beat as real processes, gone afterwards."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg2

from ams.demo.children import Children, DemoError
from ams.demo.supervise import QUIET, answers
from ams.embedded.launch import free_port, throw_away_services
from tests.no_trace.waiting import wait_until

PROJECT: Final = Path(__file__).resolve().parents[2]
ARCHIVING: Final = {
    "archive_mode": "on",
    "archive_command": "mkdir -p archive && cp %p archive/%f",  # inside the data folder: the server may write there
    "wal_level": "replica",
    "full_page_writes": "on",
    "wal_keep_size": "2GB",  # all of it stays, to be searched
}
# What PostgreSQL does when nobody has told it to keep values out of its log.
TALKATIVE: Final = {
    "log_min_messages": "warning",
    "log_min_error_statement": "error",
    "log_error_verbosity": "default",
    "log_parameter_max_length_on_error": "-1",
}
# Nothing is squeezed before it is stored, so that what lies on the disk can be searched.
UNSQUEEZED: Final = """
DO $$ DECLARE c record; BEGIN
  FOR c IN SELECT a.attrelid::regclass AS t, a.attname AS n FROM pg_attribute a JOIN pg_class r ON r.oid = a.attrelid
           WHERE a.attstorage = 'x' AND a.attnum > 0 AND NOT a.attisdropped AND r.relkind = 'r'
             AND r.relnamespace = 'public'::regnamespace
  LOOP EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STORAGE EXTERNAL', c.t, c.n); END LOOP;
END $$"""


@dataclass
class World:
    folder: Path
    plainly: bool
    port: int
    children: Children

    @property
    def var(self) -> Path:
        return self.folder / "var"

    @property
    def services(self) -> Path:
        return self.folder / "services"

    @property
    def notes(self) -> Path:
        """The harness's own papers; no store of the product."""
        return self.folder / "notes"

    @property
    def database(self) -> str:
        return self.children.environment["DATABASE_URL"]

    def program(self, *words: str) -> list[str]:
        """A module or a file of Python, with the product's defences or without them."""
        if self.plainly:
            return [sys.executable, "-m", "tests.no_trace.plainly", *words]
        return [sys.executable, *(() if words[0].endswith(".py") else ("-m",)), *words]

    def manage(self, *words: str) -> str:
        return self.run("manage", "manage.py", *words)

    def inside(self, *words: str) -> str:
        return self.run("inside", "tests.no_trace.inside", *words)

    def keys(self, *words: object) -> Any:
        return json.loads(self.run("keys", "tests.no_trace.keys", *map(str, words)))

    def questions(self, file: Path) -> Any:
        return json.loads(self.run("questions", "tests.no_trace.questions", str(file)))

    def run(self, name: str, *words: str) -> str:
        try:
            return self.children.run(name, self.program(*words)).decode()
        except DemoError as error:
            log = self.children.log_of(name).read_text(errors="replace")
            raise RuntimeError(f"{words}: {error}\n{log[-3000:]}") from None

    def sql(self, *statements: str) -> list[tuple[Any, ...]]:
        """As the owner, who sees everything; each statement on its own."""
        with closing(psycopg2.connect(self.database)) as connection:
            connection.autocommit = True
            cursor = connection.cursor()
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def start_product(self, *queues: str) -> None:
        """`queues`: of each worker with one process; without them one worker with two serves all."""
        bind = [
            "--bind",
            f"127.0.0.1:{self.port}",
            "--workers",
            "1",
            "--worker-class",
            "gthread",
            "--threads",
            "4",
        ]
        self.children.start("web", self.program("gunicorn", "ams.wsgi", *bind, "--no-control-socket"))
        for number, served in enumerate(queues or ("default,erasure,webhooks,exports",)):
            name = f"worker-{number}" if number else "worker"
            size = ["-Q", served, "-c", "1" if queues else "2", "-n", f"{name}@%h"]
            self.children.start(name, self.program("celery", "-A", "ams.celery", "worker", *size, *QUIET))
        schedule = ["-s", str(self.var / "beat" / "schedule"), "-l", "WARNING"]
        self.children.start("beat", self.program("celery", "-A", "ams.celery", "beat", *schedule))
        wait_until(lambda: answers(self.port))

    def stop_product(self) -> None:
        self.children.stop()


@contextmanager
def world(*, plainly: bool) -> Iterator[World]:
    """Call it in a process whose environment names no services (AMS_VAR says where everything lies)."""
    with throw_away_services(ARCHIVING | (TALKATIVE if plainly else {})) as (folder, found):
        own = World(folder, plainly, free_port(), Children(folder / "var" / "logs", {}))
        for name in ("logs", "mail", "static", "beat", "tmp"):
            (own.var / name).mkdir(parents=True)
        own.notes.mkdir()
        own.children.environment = os.environ | found | settings_of(own)
        try:
            own.manage("migrate", "--no-input", "--verbosity", "0")
            own.sql(UNSQUEEZED)
            yield own
        finally:
            own.children.stop()


def settings_of(own: World) -> dict[str, str]:
    return {
        "AMS_VAR": str(own.var),
        "TMPDIR": str(own.var / "tmp"),
        "DJANGO_SETTINGS_MODULE": "tests.no_trace.settings",
        "SECRET_KEY": "of a world that ends within minutes",
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "PUBLIC_ORIGIN": f"http://{{host}}:{own.port}",
        "WEBHOOK_ALLOW_LOOPBACK": "yes",
        "PYTHONPATH": str(PROJECT),
    }
