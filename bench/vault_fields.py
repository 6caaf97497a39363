"""A sealed and a plain table of eight values a row, side by side. Imported when services and settings are there."""

import statistics
from typing import Any

import django
from django.db import connection
from django.db.models import Model

from bench.figures import note
from bench.vault_figures import milliseconds, once, say

django.setup()

from bench.vault_keyring import ESC  # noqa: E402  models need the set-up above
from bench.vault_models import Plain, Row, fill  # noqa: E402  as above
from privacy.tenancy import as_owner, speaking_for  # noqa: E402  as above
from privacy.vault import blind, current, index  # noqa: E402  as above
from privacy.vault.rings import ring_for  # noqa: E402  as above
from privacy.vault.row_keys import row_name_sql  # noqa: E402  as above

OPEN, LIST, ROWS = 3, 5, 10_000


def measure() -> None:
    ring_for(ESC).create()
    make_tables()
    with speaking_for(ESC):
        fill(ROWS)
        with connection.cursor() as cursor:  # else the planner guesses, and differently for the two tables
            cursor.execute(f'ANALYZE "{Row._meta.db_table}", "{Plain._meta.db_table}"')
        print(f"\n{ROWS} rows of eight values, sealed beside plain")
        opening()
        listing()
        turning()


def make_tables() -> None:
    with as_owner(), connection.schema_editor() as editor:
        editor.create_model(Row)
        editor.create_model(Plain)
        editor.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC")
        editor.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO PUBLIC")


def opening() -> None:
    field: Any = Row._meta.get_field("given_name")
    with connection.cursor() as cursor:
        sealed = f"{row_name_sql(Row, 'id')} || given_name"  # as a queryset selects it
        cursor.execute(f'SELECT {sealed} FROM "{Row._meta.db_table}" LIMIT 1000')  # noqa: S608  our own table
        values = [row[0] for row in cursor.fetchall()]
    milliseconds(lambda: [field.from_db_value(value, None, connection) for value in values], 3)  # warms up
    taken = milliseconds(lambda: [field.from_db_value(value, None, connection) for value in values], 60)
    say("open one sealed value", taken, OPEN, "µs")


def listing() -> None:
    """A page of 50 whole rows of 50 people: the same rows of both tables, each of the two first in turn."""
    taken: dict[type[Model], list[float]] = {Row: [], Plain: []}
    first = {model: model._base_manager.order_by("pk").values_list("pk", flat=True)[0] for model in taken}
    for number in range(201):
        start = (number * 137) % (ROWS - 50)
        for model in (Row, Plain) if number % 2 else (Plain, Row):
            page = model._base_manager.filter(pk__gte=first[model] + start).order_by("pk")[:50]
            taken[model].append(once(lambda page=page: expect_50(list(page))))
    sealed, plain = taken[Row][1:], taken[Plain][1:]  # the first one warms up
    note("list of 50, plain, median", f"{statistics.median(plain):.2f} ms")
    note("list of 50, sealed, median", f"{statistics.median(sealed):.2f} ms")
    extra = sorted(one - other for one, other in zip(sealed, plain, strict=True))
    say("list of 50, more than plain", extra, LIST)


def expect_50(rows: list[Model]) -> None:
    if len(rows) != 50:
        raise LookupError("The two lists are not of the same length.")


def turning() -> None:
    """How long writers of findable values wait."""
    column: Any = Row._meta.get_field("email")
    key = blind.index_keys(current.keyring(), column.label)[-1]  # a new key costs the same
    say(
        f"turn the blind index of {ROWS} addresses", milliseconds(lambda: index.rewrite(column, key), 3), 3000
    )
    if not Row.objects.filter(email="ann.archer77@example.org").exists():
        raise LookupError("The turned index does not find anybody.")
