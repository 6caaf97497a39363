"""Does something for one association after the other; one that is in trouble keeps no other waiting."""

import logging
from collections.abc import Callable
from uuid import UUID

from privacy.inventory import association_model

log = logging.getLogger(__name__)


class InTrouble(Exception):  # noqa: N818 it says what is the case
    """Something failed for some; it was done for all others."""


def for_each_association(act: Callable[[UUID], object]) -> None:
    """Raises InTrouble at the end. A worker's soft time limit is a trouble too: what is left is the others'."""
    failed = 0
    for association_id in association_model()._base_manager.order_by("pk").values_list("pk", flat=True):
        try:
            act(association_id)
        except Exception:  # whatever it is, the others are looked after, and it is told twice
            failed += 1
            log.exception("A sweep failed for an association.", extra={"association_id": association_id})
    if failed:
        raise InTrouble(f"A sweep failed for {failed} associations.")
