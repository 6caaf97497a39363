"""In the worker: while one erasure turns the indexes, another takes its rows away and begins to turn them too.

The first has then rewritten the address of the second under a new key. Nothing happens before the folder is there.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from ams.models import Association
from erasure import erase
from erasure.models import Erasure, State
from privacy.tenancy import speaking_for
from privacy.vault import index
from tests.no_trace.waiting import wait_until

FOLDER: Final = "meeting"
begin, end = index.begin, index.end
place: Final = Path(os.environ["TMPDIR"], FOLDER)
came: dict[str, bool] = {}  # to this process: first or not


def meet(name: str) -> None:
    if name == "claimed":
        came.clear()
        if place.is_dir():
            came["first"] = is_first()
            wait_until(lambda: came["first"] or (place / "rewritten").exists())
    elif name == "keys":
        came.clear()


def is_first() -> bool:
    with suppress(FileExistsError):
        (place / "first").touch(exist_ok=False)
        return True
    return False


def begin_and_tell(*arguments: Any) -> None:
    begin(*arguments)
    if came.get("first") is False:
        (place / "joined").touch()


def end_together(*arguments: Any) -> None:
    if came.get("first"):
        (place / "rewritten").touch()
        wait_until(lambda: (place / "joined").exists() or not another_comes())
    end(*arguments)


def another_comes() -> bool:
    with speaking_for(Association.objects.get().pk):
        waiting = Erasure.objects.filter(state__in=[State.APPROVED, State.EXECUTING], keys_destroyed_at=None)
        return waiting.count() > 1  # this one is on its way itself


erase.step, index.begin, index.end = meet, begin_and_tell, end_together  # type: ignore[assignment]
