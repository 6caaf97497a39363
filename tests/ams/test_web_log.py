"""What gunicorn and Django write about a request that nobody can read: that there was one, not what stood in it."""

import json
import logging
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from privacy.logs import OpaqueFormatter
from tests.erasure.people import ROOT, environment_of_a_process

VALUE = "ann.archer@example.org"
MALFORMED = f"GET / HTTP/1.1\r\nHost: localhost\r\nWho is this {VALUE}\r\n\r\n"
BAD_HOST = f"GET / HTTP/1.1\r\nHost: {VALUE}\r\nConnection: close\r\n\r\n"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def send(port: int, request: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(request.encode())
        return line.recv(1000)


def wait_until_it_listens(port: int, web: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while True:
        assert web.poll() is None
        assert time.monotonic() < deadline
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)


@pytest.mark.django_db
def test_no_value_of_a_request_reaches_gunicorn_s_log(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "web.log"
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "ams.wsgi",
        "--bind",
        f"127.0.0.1:{port}",
        "--no-control-socket",
    ]
    environment = environment_of_a_process() | {"SECRET_KEY": "of this test", "ALLOWED_HOSTS": "localhost"}
    with (
        log.open("wb") as out,
        subprocess.Popen(command, stdout=out, stderr=out, cwd=ROOT, env=os.environ | environment) as web,
    ):
        wait_until_it_listens(port, web)
        answers = [send(port, MALFORMED), send(port, BAD_HOST)]
        web.terminate()
    assert all(b" 400 " in answer for answer in answers), answers
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    loggers = {line["logger"] for line in lines}
    assert {"gunicorn.error", "django.security.DisallowedHost"} <= loggers
    assert VALUE not in log.read_text()


@pytest.mark.parametrize(
    "logger", ["gunicorn.error", "django.security.DisallowedHost", "celery.worker", "py.warnings"]
)
def test_a_finished_text_of_others_is_withheld(logger: str) -> None:
    record = logging.LogRecord(
        logger, logging.WARNING, "/x/glogging.py", 7, f"Who is {VALUE}?", (), None, "warn"
    )
    assert VALUE in record.getMessage()  # so it could be found
    line = json.loads(OpaqueFormatter().format(record))
    assert line["message"] == "withheld, from glogging:7 warn"
