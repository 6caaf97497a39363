"""`python -m ams.embedded COMMAND…` runs a command with the services; without one they run until Ctrl-C."""

import os
import signal
import subprocess
import sys
from contextlib import AbstractContextManager, nullcontext

from ams.embedded.launch import lasting_folder, running_environment, services
from ams.embedded.processes import CannotStartError


def main(command: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with _environment() as found:
            if command:
                return subprocess.run(command, env=os.environ | found, check=False).returncode
            print(f"PostgreSQL and Valkey are running; their addresses are in {lasting_folder()}/environment")
            signal.pause()
    except CannotStartError as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def _environment() -> AbstractContextManager[dict[str, str]]:
    """A command joins services that run already; it starts them otherwise."""
    running = running_environment() if len(sys.argv) > 1 else None
    return nullcontext(running) if running else services(lasting_folder())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
