"""The processes that the demo starts: each writes a log of its own, and all of them end together."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ams.embedded.processes import die_with_parent, last_line

STOP_SECONDS: Final = 20.0


class DemoError(RuntimeError):
    """Says in one line why the demo does not run."""


@dataclass
class Children:
    logs: Path
    environment: Mapping[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def log_of(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def start(self, name: str, argv: list[str]) -> None:
        """In a process group of its own: a Ctrl-C reaches us alone, and we end them in good order."""
        with self.log_of(name).open("ab") as log:
            self.running[name] = subprocess.Popen(
                argv,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509  one system call; no thread runs yet
            )

    def run(self, name: str, argv: list[str]) -> bytes:
        """A step that must succeed before the next. Raises DemoError."""
        with self.log_of(name).open("ab") as log:
            done = subprocess.run(
                argv,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                check=False,
            )
        if done.returncode:
            raise DemoError(f"{name} did not work: {last_line(self.log_of(name))}  ({self.log_of(name)})")
        return done.stdout

    def wait_for(self, name: str) -> None:
        """The end of one that is meant to end. Raises DemoError."""
        if self.running[name].wait():
            self.refuse_dead()
        del self.running[name]

    def refuse_dead(self, *, except_for: str = "") -> None:
        """Raises DemoError when one has ended by itself."""
        for name, process in self.running.items():
            if name != except_for and process.poll() is not None:
                raise DemoError(f"{name} has ended: {last_line(self.log_of(name))}  ({self.log_of(name)})")

    def stop(self) -> None:
        """All at once, the newest first; who is not gone in time is ended with all it has started."""
        processes = list(reversed(self.running.values()))
        for process in processes:
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(deadline - time.monotonic(), 0.1))
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.running.clear()
