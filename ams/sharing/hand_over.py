"""Handing over: who is on the list is recorded first, in one transaction; then it is read and sent, and kept nowhere.

One entry in the ledger for the list, not one for each of thousands of people: they would hold up everybody else who
waits for the chain. That a person was on it is a row of theirs (Disclosure), which they see, take and have erased.
"""

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import DateTimeField, F, UUIDField, Value
from django.utils import timezone, translation

from ams.models import Disclosure, Handover
from ams.sharing.fields import labels
from ams.sharing.people import Offer, opened, people_for, rows
from portability.tables import neutral
from privacy import ledger
from privacy.tenancy import speaking_for

A_PAGE: Final = 500
TO_FETCH: Final = timedelta(minutes=10)
COLUMNS: Final = "association_id, handover_id, at, individual_id"


class AlreadyMade(RuntimeError):  # noqa: N818  it says what is the case
    """A second click: the list was given out once."""


class NobodyOnIt(RuntimeError):  # noqa: N818  as above
    """Nobody said yes, or of nobody we have what the list needs."""


@transaction.atomic
def hand_over(number: UUID, offer: Offer, *, actor: UUID) -> Handover:
    """`number`: of this list, from the page on which it was confirmed. Raises AlreadyMade and NobodyOnIt."""
    handover, is_new = Handover.objects.get_or_create(
        pk=number,
        defaults={
            "purpose": offer.purpose,
            "recipient": offer.recipient,
            "version": offer.version,
            "fields": offer.fields,
            "people": 0,
            "made_by": actor,
        },
    )
    if not is_new:
        raise AlreadyMade
    handover.people = note_each(handover)
    if not handover.people:
        raise NobodyOnIt
    handover.save(update_fields=["people"])
    payload = {"handover": handover.pk, "things": handover.people}
    ledger.append(ledger.Kind.DISCLOSED, subject=None, actor=actor, payload=payload)
    return handover


def note_each(handover: Handover) -> int:
    """One statement for a hundred thousand people too. Sorted by nothing: an order by name would say too much."""
    people = people_for(handover.purpose, handover.fields, to=handover.recipient).order_by()
    numbers = (Value(number, output_field=UUIDField()) for number in (handover.association_id, handover.pk))
    found = people.values_list(*numbers, Value(handover.made_at, output_field=DateTimeField()), "pk")
    sql, values = found.query.sql_with_params()
    table = connection.ops.quote_name(Disclosure._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({COLUMNS}) {sql}", values)
        noted: int = cursor.rowcount
    return noted


def fetch(handover: Handover, *, actor: UUID) -> bool:
    """May this list leave now? Once, soon after it was recorded, and to whoever handed it over."""
    waiting = Handover.objects.filter(pk=handover.pk, fetched_at=None)
    return waits_for(handover, actor) and bool(waiting.update(fetched_at=timezone.now()))


def waits_for(handover: Handover, actor: UUID) -> bool:
    is_new = handover.made_at > timezone.now() - TO_FETCH
    return handover.fetched_at is None and handover.made_by == actor and is_new


def parts(handover: Handover) -> Iterator[bytes]:
    """The list, page by page, each read in a transaction of its own: iterate it after the one that recorded it."""
    return pieces(handover, translation.get_language() or "en")


def pieces(handover: Handover, language: str) -> Iterator[bytes]:
    with translation.override(language):
        heading = as_csv([labels(handover.fields)], first=True)
    yield heading
    last: int | None = 0
    while last is not None:
        last, piece = page_after(handover, last, language)
        yield piece


def page_after(handover: Handover, last: int, language: str) -> tuple[int | None, bytes]:
    """The gate is asked once more: what somebody took back meanwhile does not leave, and is no disclosure."""
    with speaking_for(handover.association_id), translation.override(language):  # type: ignore[arg-type]  # it has one
        noted = Disclosure.objects.filter(handover=handover, pk__gt=last).order_by("pk")[:A_PAGE]
        numbers = dict(noted.values_list("individual_id", "pk"))
        people = opened(handover, numbers)
        leave_out(handover, numbers.keys() - {person.pk for person in people})
        piece = as_csv(rows(people, handover.fields))
    return max(numbers.values()) if len(numbers) == A_PAGE else None, piece


def leave_out(handover: Handover, people: Collection[UUID]) -> None:
    if people:
        Disclosure.objects.filter(handover=handover, individual__in=people).delete()
        Handover.objects.filter(pk=handover.pk).update(people=F("people") - len(people))


def as_csv(lines: Iterable[Sequence[str]], *, first: bool = False) -> bytes:
    """As in a person's own copy: a spreadsheet opens it and runs nothing that stands in a cell."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([neutral(cell) for cell in line] for line in lines)
    return out.getvalue().encode("utf-8-sig" if first else "utf-8")
