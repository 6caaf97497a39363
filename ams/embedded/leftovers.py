"""Servers that outlived a killed launcher: noted when started, stopped by the next launcher."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from ams.embedded.processes import STOP_SECONDS


def identity_of(pid: int) -> str | None:
    """When this process began; a later process with the same number differs. None when it has ended."""
    if sys.platform == "linux":
        state, started = _state_and_start(pid)
        return None if state in {"", "Z", "X"} else started
    shown = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    state, _, started = shown.stdout.strip().partition(" ")
    return None if not state or state.startswith("Z") else started.strip()


def is_zombie(pid: int) -> bool:
    """A container's first process may reap nothing: its dead children keep their numbers."""
    return sys.platform == "linux" and _state_and_start(pid)[0] == "Z"


def note(pids: Path, pid: int) -> None:
    with pids.open("a") as lines:
        lines.write(f"{pid} {identity_of(pid)}\n")


def stop_left_overs(pids: Path) -> None:
    """Call it under the launcher's lock: then nobody else owns what is noted here."""
    noted = pids.read_text().splitlines() if pids.exists() else []
    for line in noted:
        number, _, identity = line.partition(" ")
        _stop(int(number), identity)
    pids.unlink(missing_ok=True)


def _stop(pid: int, identity: str) -> None:
    with suppress(ProcessLookupError):
        for kind in (signal.SIGINT, signal.SIGKILL):
            if identity_of(pid) == identity:
                os.kill(pid, kind)
                _wait_for_end(pid, identity)


def _wait_for_end(pid: int, identity: str) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    while identity_of(pid) == identity and time.monotonic() < deadline:
        time.sleep(0.02)


def _state_and_start(pid: int) -> tuple[str, str]:
    try:
        # The name in parentheses may itself hold spaces and parentheses.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return fields[0], fields[19]
    except (OSError, IndexError):
        return "", ""
