"""How a server is started: never as root, deaf to our Ctrl-C, gone when we are gone."""

import ctypes
import os
import pwd
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

STOP_SECONDS: Final = 20
PR_SET_PDEATHSIG: Final = 1
ERROR: Final = re.compile(r"[\w.]*(Error|Exception|Refused|Missing)\b.*: |FATAL: ")


class CannotStartError(RuntimeError):
    """Says in one line why a server does not run, and what helps."""


@dataclass(frozen=True)
class ServiceUser:
    """Whom servers run as when we are root: PostgreSQL refuses root, and Valkey has no need of it."""

    uid: int
    gid: int


def service_user() -> ServiceUser | None:
    """None when we are an ordinary user: servers then run as ourselves."""
    if os.geteuid() != 0:
        return None
    if sys.platform != "linux":
        raise CannotStartError("Outside Linux, start this as an ordinary user, not as root.")
    nobody = pwd.getpwnam("nobody")
    return ServiceUser(nobody.pw_uid, nobody.pw_gid)


def own_folder(folder: Path, user: ServiceUser | None) -> Path:
    """A folder that the server alone may enter. Its parents stay as they are."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if user:
        os.chown(folder, user.uid, user.gid)
    return folder


def quiet_environment() -> dict[str, str]:
    """What a server sees of our environment: no password, no proxy, no locale."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def die_with_parent(kind: signal.Signals = signal.SIGINT) -> Callable[[], None]:
    """For preexec_fn: that runs after setuid, so the kernel keeps the setting. SIGINT ends a server kindly."""
    if sys.platform != "linux":
        return lambda: None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, int(kind))
        if os.getppid() != parent:  # we died in between
            os._exit(1)

    return tie


def spawn(
    argv: list[str],
    *,
    user: ServiceUser | None,
    log: IO[bytes],
    cwd: Path = Path("/"),
    fds: Iterable[int] = (),
    stdin: int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Call it from the main thread: the kernel ties the server's life to the thread that started it."""
    return subprocess.Popen(
        argv,
        cwd=cwd,
        env=quiet_environment(),
        stdin=stdin,
        stdout=log,
        stderr=log,
        pass_fds=tuple(fds),
        process_group=0,
        preexec_fn=die_with_parent(),  # noqa: PLW1509  one system call; no thread runs yet
        user=user.uid if user else None,
        group=user.gid if user else None,
        extra_groups=[] if user else None,
    )


def can_run(program: Path, user: ServiceUser | None) -> bool:
    """Also false when the service user may not walk to the program."""
    try:
        return not subprocess.run(
            [program, "--version"],
            cwd="/",
            env=quiet_environment(),
            capture_output=True,
            check=False,
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
        ).returncode
    except OSError:
        return False


def stop(process: subprocess.Popen[bytes]) -> None:
    """SIGINT: PostgreSQL ends its sessions and writes a checkpoint, Valkey saves. SIGTERM would wait."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def last_line(log: Path) -> str:
    """What a log says in the end; of a traceback the line that names the error, without the lines drawn below it."""
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    named = [line for line in lines[-20:] if ERROR.match(line)]
    return (named or lines or ["it wrote nothing"])[-1][:300]
