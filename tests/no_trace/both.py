"""Runs a world with the product's defences and its control without them, side by side."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from ams.embedded.processes import die_with_parent
from tests.no_trace.world import PROJECT

# What the test run itself was told; a world has services and folders of its own.
OF_THE_TESTS: Final = {"AMS_VAR", "CELERY_BROKER_URL", "DATABASE_URL", "EMAIL_BACKEND", "SECRET_KEY"}
LONGEST: Final = 1800


def clean_environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in OF_THE_TESTS}
    return kept | {"AMS_VAR": str(folder), "PYTHONPATH": str(PROJECT)}


@contextmanager
def started(folder: Path, module: str, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A world begins in a main thread of its own: the kernel ties its servers to that."""
    folder.mkdir()
    with (folder / "said.txt").open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", module, str(folder / "answer.json"), *words],
            cwd=PROJECT,
            env=clean_environment(folder),
            stdout=subprocess.DEVNULL,
            stderr=said,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 one system call
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def answer_of(folder: Path, process: subprocess.Popen[bytes]) -> dict[str, Any]:
    process.wait(LONGEST)
    assert process.returncode == 0, (folder / "said.txt").read_text()[-4000:]
    found: dict[str, Any] = json.loads((folder / "answer.json").read_text())
    return found


def both(folder: Path, number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The world of the erased, and the control."""
    sealed, plain = folder / "sealed", folder / "plain"
    with (
        started(sealed, "tests.no_trace.run", str(number)) as one,
        started(plain, "tests.no_trace.run", str(number), "plainly") as other,
    ):
        return answer_of(sealed, one), answer_of(plain, other)
