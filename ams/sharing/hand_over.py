"""Handing over: the list is made, recorded and given to the member of staff in one transaction, and kept nowhere.

One entry in the ledger for the list, not one for each of thousands of people: they would hold up everybody else who
waits for the chain. That a person was on it is a row of theirs (Disclosure), which they see, take and have erased.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from ams.models import Disclosure, Handover
from ams.sharing.fields import FIELDS, labels
from ams.sharing.people import Offer, opened, rows
from portability.tables import neutral
from privacy import ledger


class AlreadyMade(RuntimeError):  # noqa: N818  it says what is the case
    """A second click: the list was given out once."""


class NobodyOnIt(RuntimeError):  # noqa: N818  as above
    """Nobody said yes, or of nobody we have what the list needs."""


@dataclass(frozen=True, slots=True)
class Made:
    handover: Handover
    content: bytes


@transaction.atomic
def hand_over(number: UUID, offer: Offer, fields: Sequence[str], *, actor: UUID) -> Made:
    """`number`: of this list, from the page on which it was confirmed. Raises AlreadyMade and NobodyOnIt."""
    wanted = [name for name in FIELDS if name in fields]
    people = opened(offer.purpose, wanted, to=offer.recipient)
    if not people:
        raise NobodyOnIt
    handover, is_new = Handover.objects.get_or_create(
        pk=number,
        defaults={
            "purpose": offer.purpose,
            "recipient": offer.recipient,
            "fields": wanted,
            "people": len(people),
            "made_by": actor,
        },
    )
    if not is_new:
        raise AlreadyMade
    content = as_csv(labels(wanted), rows(people, wanted))
    Disclosure.objects.bulk_create(
        [Disclosure(individual=person, handover=handover, at=handover.made_at) for person in people],
        batch_size=5_000,
    )
    payload = {"handover": handover.pk, "things": len(people)}
    ledger.append(ledger.Kind.DISCLOSED, subject=None, actor=actor, payload=payload)
    return Made(handover, content)


def as_csv(headings: Sequence[str], lines: Iterable[Sequence[str]]) -> bytes:
    """As in a person's own copy: a spreadsheet opens it and runs nothing that stands in a cell."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([neutral(cell) for cell in line] for line in lines)
    return out.getvalue().encode("utf-8-sig")
