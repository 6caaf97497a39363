"""Asks PostgreSQL whether the walls stand: what is listed here is what must be true before anybody is served."""

from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import connection

from privacy.database import append_only_tables, columns, header_checks, present_header_checks
from privacy.inventory import declarations

MIGRATIONS = "django_migrations"

ROLE = """
SELECT rolsuper OR rolbypassrls,
       EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid AND c.relnamespace = 'public'::regnamespace)
FROM pg_roles r WHERE rolname = current_user
"""

OPEN_TABLES = """
SELECT c.relname FROM pg_class c
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
  AND NOT (c.relrowsecurity AND c.relforcerowsecurity
           AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))
"""

VIEWS = """
SELECT relname FROM pg_class
WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace
  AND NOT coalesce(reloptions @> ARRAY['security_invoker=true'], false)
"""

KEYS_WITHOUT_TWIN = """
SELECT f.conrelid::regclass::text || '.' || s.attname
FROM pg_constraint f
JOIN pg_attribute s ON s.attrelid = f.conrelid AND s.attnum = f.conkey[1]
JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attname = 'association_id' AND NOT a.attisdropped
JOIN pg_attribute b ON b.attrelid = f.confrelid AND b.attname = 'association_id' AND NOT b.attisdropped
WHERE f.contype = 'f' AND array_length(f.conkey, 1) = 1 AND f.connamespace = 'public'::regnamespace
  AND f.conparentid = 0
  AND NOT EXISTS (SELECT FROM pg_constraint t
                  WHERE t.contype = 'f' AND t.conrelid = f.conrelid AND t.confrelid = f.confrelid
                    AND t.conkey = ARRAY[a.attnum, s.attnum])
"""

SEALED_TABLES = """
SELECT tgrelid::regclass::text FROM pg_trigger
WHERE tgname IN ('append_only_row', 'append_only_all') AND tgenabled <> 'D'
GROUP BY tgrelid HAVING count(*) = 2 AND bool_or(tgname = 'append_only_row' AND tgenabled = 'A')
"""


def gaps() -> list[str]:
    """Empty when every wall stands."""
    return [gap for look in LOOKS for gap in look()]


def role_gaps() -> Iterator[str]:
    goes_past, owns = rows(ROLE)[0]
    if goes_past:
        yield "The database role of the application goes past row-level security."
    if owns:
        yield "The database role of the application owns tables."


def table_gaps() -> Iterator[str]:
    """Compared as sets, so that the list of shared tables cannot rot."""
    unwalled = names(OPEN_TABLES)
    for table in sorted(unwalled - set(settings.PRIVACY_SHARED_TABLES)):
        yield f"{table} has no row-level security."
    for table in sorted(set(settings.PRIVACY_SHARED_TABLES) - unwalled):
        yield f"{table} is listed as shared (PRIVACY_SHARED_TABLES) and is not, or does not exist."


def view_gaps() -> Iterator[str]:
    return (f"View {view} shows rows of every association." for view in sorted(names(VIEWS)))


def key_gaps() -> Iterator[str]:
    return (f"{key} can point into another association." for key in sorted(names(KEYS_WITHOUT_TWIN)))


def append_only_gaps() -> Iterator[str]:
    for table in sorted(append_only_tables() - names(SEALED_TABLES)):
        yield f"{table} is append-only, and the database does not refuse a change."
    for table in sorted(append_only_tables() & columns_by_table().keys()):
        yield from (
            f"The application may {right} in {table}, which is append-only." for right in rights_in(table)
        )


def rights_in(table: str) -> list[str]:
    wrong = ("UPDATE", "DELETE", "TRUNCATE")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r FROM unnest(%s) r WHERE has_table_privilege(current_user, quote_ident(%s), r)",
            [list(wrong), table],
        )
        return [right for (right,) in cursor.fetchall()]


def header_gaps() -> Iterator[str]:
    present = present_header_checks()
    for check in sorted(header_checks(), key=str):
        if not {(check.table, check.name), (check.table, check.while_old.name)} & present:
            yield f"{check.table}.{check.column} takes a value that was sealed for somebody else."


def column_gaps() -> Iterator[str]:
    """From the database's side: a column that no declared model knows may hold anything."""
    known, there = declared_columns(), columns()
    missing = {table for table, _ in known} - {table for table, _ in there}
    for table in sorted(missing):
        yield f"Table {table} is declared, and the database does not have it."
    for table, column in sorted(there - known):
        if table != MIGRATIONS:
            yield f"Column {table}.{column} is declared nowhere."
    for table, column in sorted(known - there):
        if table not in missing:
            yield f"Column {table}.{column} is declared, and the database does not have it."


def declared_columns() -> set[tuple[str, str]]:
    return {
        (declaration.model._meta.db_table, str(field.column))
        for declaration in declarations.by_label.values()
        for field in declaration.model._meta.local_concrete_fields
    }


def columns_by_table() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for table, column in columns():
        found.setdefault(table, set()).add(column)
    return found


def rows(sql: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def names(sql: str) -> set[str]:
    return {str(row[0]) for row in rows(sql)}


LOOKS: list[Callable[[], Iterator[str]]] = [
    role_gaps, table_gaps, view_gaps, key_gaps, append_only_gaps, header_gaps, column_gaps,
]  # fmt: skip
