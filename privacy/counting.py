"""How many things are held about somebody: one rule, for every page, the copy, the plan of an erasure and the API."""

from collections.abc import Iterable, Sized
from typing import Any, Final

from privacy.vault import Closed

NOTHING: Final[tuple[Any, ...]] = (None, "", [], {}, ())


def things_in(records: Iterable[Sized], *, of_the_person: bool) -> int:
    """A record is one thing: an address, an invoice, a letter. Of the person's own record each filled value is one."""
    sizes = [len(record) for record in records]
    return sum(sizes) if of_the_person else len(sizes)


def is_filled(value: Any) -> bool:
    return not (isinstance(value, Closed) or value in NOTHING)
