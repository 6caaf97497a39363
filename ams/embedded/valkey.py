"""One Valkey server in a folder of its own: started on loopback with a password, asked whether it answers."""

import socket
import subprocess
import time
from pathlib import Path
from typing import Final

from ams.embedded.processes import CannotStartError, ServiceUser, spawn, stop

READY_SECONDS: Final = 30


def configuration(port: int, password: str, *, throw_away: bool) -> str:
    """In memory alone: the counters' secret of the day must not outlive it. Lost bells are rung again."""
    lines = [
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {password}",
        'save ""',
        "maxmemory-policy noeviction",
        "loglevel warning",
    ]
    if throw_away:  # what passed through it lies on the disk, and can be searched
        lines += ["appendonly yes", "aof-use-rdb-preamble no", "rdbcompression no", "appendfsync no"]
    else:
        lines += ["appendonly no"]
    return "\n".join(lines) + "\n"


def start(
    program: Path,
    folder: Path,
    log: Path,
    port: int,
    password: str,
    *,
    user: ServiceUser | None,
    throw_away: bool,
) -> subprocess.Popen[bytes] | None:
    """None when it ended before it answered: most often the port was taken in between.

    The configuration goes through the standard input: the password is in no argument and in no file.
    The folder is the working directory, entered before the right to walk to it is given up.
    """
    with log.open("ab") as output:
        process = spawn([str(program), "-"], user=user, log=output, cwd=folder, stdin=subprocess.PIPE)
    try:
        _configure(process, configuration(port, password, throw_away=throw_away))
        return process if _became_ready(process, port, password) else None
    except BaseException:
        stop(process)
        raise


def _configure(process: subprocess.Popen[bytes], text: str) -> None:
    if process.stdin:
        with process.stdin as configuration_input:
            configuration_input.write(text.encode())


def _became_ready(process: subprocess.Popen[bytes], port: int, password: str) -> bool:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            return False
        if answers(port, password):
            return True
        time.sleep(0.02)
    raise CannotStartError(f"Valkey did not answer within {READY_SECONDS} seconds.")


def answers(port: int, password: str) -> bool:
    """False while it still reads its file, and for a stranger on that port who takes no password of ours."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            return connection.makefile("rb").read(12) == b"+OK\r\n+PONG\r\n"
    except OSError:
        return False
