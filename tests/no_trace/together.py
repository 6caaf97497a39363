"""In the worker: erasures that were approved together destroy their keys and turn the indexes at the same time."""

from typing import Final

from ams.models import Association
from erasure import erase
from erasure.models import Erasure, State
from privacy.tenancy import speaking_for
from tests.no_trace.waiting import wait_until

BEFORE_THE_KEYS: Final = "files"
TWO: Final = 2  # as many processes as the worker has


def meet(name: str) -> None:
    if name == BEFORE_THE_KEYS:
        wait_until(another_is_here)


def another_is_here() -> bool:
    """Or nobody is on the way any more."""
    with speaking_for(Association.objects.get().pk):
        here = Erasure.objects.filter(keys_destroyed_at=None).exclude(rows_gone_at=None).count()
        coming = Erasure.objects.filter(state__in=[State.APPROVED, State.EXECUTING], rows_gone_at=None)
        return here >= TWO or not coming.exists()


erase.step = meet
