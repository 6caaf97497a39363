"""How a list is read: guessed, proposed as last time, corrected by a person, and remembered for the next one."""

import json
from hashlib import sha256
from typing import Any, Final

from django.utils import timezone

from ams.imports.dates import fitting, is_open, matters
from ams.imports.encodings import OF_ONE_BYTE
from ams.imports.headings import DATES, guess
from ams.imports.read import Reading, Table, Unreadable, table_of
from ams.imports.row import Rules
from ams.models import Association, Import, ListLayout
from privacy.tenancy import require_association

REMEMBERED: Final = ("encoding", "delimiter", "heading_line", "columns", "country", "date_order")


def columns_of(table: Table) -> list[str]:
    """From the headings; without any, the column in which addresses stand is the e-mail's."""
    if table.heading_line:
        return guess(table.headings)
    columns = [""] * len(table.headings)
    first = next(table.rows(), None)
    for place, cell in enumerate(first.cells if first else ()):
        if "@" in cell and "email" not in columns:
            columns[place] = "email"
    return columns


def kind_of(table: Table) -> str:
    return sha256(json.dumps([table.heading_line, columns_of(table)]).encode()).hexdigest()


def propose(data: bytes) -> tuple[Table, dict[str, Any]]:
    """The file as it would be read now. Raises Unreadable."""
    table = table_of(data)
    values = as_read(table) | {"country": usual_country(), "date_order": ""}
    layout = ListLayout.objects.filter(kind=kind_of(table)).first()
    if layout is None:
        return table, values
    try:
        again = table_of(data, reading_of(layout, table))
    except Unreadable:
        return table, values
    proposed = as_read(again) | {"country": layout.country.code, "date_order": layout.date_order}
    if len(layout.columns) == len(again.headings):
        proposed["columns"] = layout.columns
    return again, proposed


def reading_of(layout: ListLayout, table: Table) -> Reading:
    """What the bytes themselves say about their characters counts more than what was right last time."""
    is_a_guess = table.encoding in OF_ONE_BYTE
    encoding = layout.encoding if is_a_guess and layout.encoding in OF_ONE_BYTE else table.encoding
    return Reading(encoding, layout.delimiter or None, layout.heading_line)


def as_read(table: Table) -> dict[str, Any]:
    return {
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "heading_line": table.heading_line,
        "columns": columns_of(table),
    }


def usual_country() -> str:
    last = ListLayout.objects.exclude(country="").first()
    owner = last or Association.objects.get(pk=require_association())
    return str(owner.country.code)


def table_for(job: Import, data: bytes) -> Table:
    """Raises Unreadable."""
    return table_of(data, Reading(job.encoding, job.delimiter, job.heading_line))


def remember(job: Import, data: bytes) -> None:
    values = {name: getattr(job, name) for name in REMEMBERED}
    kind = kind_of(table_of(data))
    ListLayout.objects.update_or_create(kind=kind, defaults=values | {"used_at": timezone.now()})


def remember_rest(job: Import, table: Table, rest: bytes) -> None:
    """The rows to correct come back with two columns more, and with too few dates to tell their order."""
    orders = set(rules_of(job, table).orders.values())
    again = table_of(rest)
    values = as_read(again) | {
        "columns": [*job.columns, *[""] * (len(again.headings) - len(job.columns))],
        "country": job.country.code,
        "date_order": orders.pop() if len(orders) == 1 else job.date_order,  # of the whole column
    }
    ListLayout.objects.update_or_create(kind=kind_of(again), defaults=values | {"used_at": timezone.now()})


def dates_in(table: Table, columns: list[str]) -> dict[str, list[str]]:
    """The cells of each column of dates in which the order matters."""
    places = {name: columns.index(name) for name in DATES if name in columns}
    found: dict[str, list[str]] = {name: [] for name in places}
    for row in table.rows() if places else ():
        for name, place in places.items():
            if place < len(row.cells) and matters(row.cells[place]):
                found[name].append(row.cells[place])
    return found


def is_order_open(table: Table, columns: list[str]) -> bool:
    """Does a column leave open whether the day or the month comes first?"""
    return any(is_open(cells) for cells in dates_in(table, columns).values())


def rules_of(job: Import, table: Table) -> Rules:
    """A column that tells is believed; the person's word counts where one does not."""
    orders: dict[str, str] = {}
    for name, cells in dates_in(table, job.columns).items():
        told = fitting(cells)
        orders[name] = next(iter(told)) if len(told) == 1 else job.date_order
    return Rules(job.columns, job.country.code, orders)
