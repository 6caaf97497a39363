"""`python -m ams.embedded COMMAND…` runs a command with the services; without one they run until Ctrl-C.

With --throw-away in front the command gets services and folders of its own, and nothing of them remains.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ams.embedded.launch import (
    home,
    kept_secret,
    lasting_folder,
    running_environment,
    services,
    throw_away_services,
)
from ams.embedded.processes import CannotStartError


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with environment(arguments) as found:
            command = arguments[arguments[:1] == ["--throw-away"] :]
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


@contextmanager
def environment(arguments: list[str]) -> Iterator[dict[str, str]]:
    """A command joins services that run already; it starts them otherwise."""
    if arguments[:1] == ["--throw-away"]:
        with throw_away_services() as (folder, found):
            yield found | {"AMS_VAR": str(folder)}
    elif arguments and (running := running_environment()) is not None:
        yield running
    else:
        with services(lasting_folder()) as found:
            yield found | {"SECRET_KEY": kept_secret(home() / "secret.key")}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
