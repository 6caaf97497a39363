"""Waiting for what other processes do."""

import time
from collections.abc import Callable
from typing import Final

LONGEST: Final = 180


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + LONGEST
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("It did not happen in time.")
        time.sleep(0.1)
