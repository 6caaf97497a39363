"""The walls that PostgreSQL keeps, built after every migrate from its own catalog: nothing to remember per model."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from privacy.declarations import Declaration
from privacy.inventory import association_model, declarations, subject_column
from privacy.vault.fields import SealedMixin
from privacy.vault.row_keys import row_name_sql

LOCK = 7  # of pg_advisory_xact_lock: two migrates at once would build the same wall twice
CHECK_PREFIX = "sealed_for_"

# What the application may do. Its role owns nothing, so it can switch nothing of the following off.
GRANTS = """
DO $$ BEGIN CREATE ROLE {role} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
DO $$ BEGIN IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
  EXECUTE 'GRANT {role} TO ' || quote_ident(current_user); END IF; END $$;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role};
"""

# A row of another association does not exist. FORCE: not even for the owner. NULLIF: unset means no rows, not an error.
POLICIES = """
DO $$
DECLARE
  t record;
  p text := $p$ (association_id = NULLIF(current_setting('app.association', true), '')::uuid) $p$;
BEGIN
  FOR t IN SELECT c.oid::regclass AS name, c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
           WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
             AND a.attname = 'association_id' AND NOT a.attisdropped
  LOOP
    IF NOT EXISTS (SELECT FROM pg_class WHERE oid = t.oid AND relrowsecurity AND relforcerowsecurity) THEN
      EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t.name);
    END IF;
    IF NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = t.oid AND polname = 'association') THEN
      EXECUTE format('CREATE POLICY association ON %s USING %s WITH CHECK %s', t.name, p, p);
    END IF;
  END LOOP;
END $$;
"""

# Every association is found by its host name, so all may be read; but each changes its own row only.
OWN_ROW = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = '{table}'::regclass AND polname = 'ended') THEN
    ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    CREATE POLICY found ON {table} FOR SELECT USING (true);
    CREATE POLICY begun ON {table} FOR INSERT WITH CHECK (true);
    CREATE POLICY changed ON {table} FOR UPDATE USING ({mine}) WITH CHECK ({mine});
    CREATE POLICY ended ON {table} FOR DELETE USING ({mine});
  END IF;
END $$;
"""
MINE = "id = NULLIF(current_setting('app.association', true), '')::uuid"

# PostgreSQL checks foreign keys without row-level security: a row could point into another association. So each such
# key between two tables of associations has a twin that compares the association as well. A nullable key passes.
TWINS = """
DO $$
DECLARE
  t record;
  of_target text;
  twin text;
BEGIN
  FOR t IN SELECT f.conname, f.conrelid::regclass AS source, f.confrelid::regclass AS target, f.confrelid AS target_oid,
                  f.conrelid AS source_oid, s.attname AS col, k.attname AS key
           FROM pg_constraint f
           JOIN pg_attribute s ON s.attrelid = f.conrelid AND s.attnum = f.conkey[1]
           JOIN pg_attribute k ON k.attrelid = f.confrelid AND k.attnum = f.confkey[1]
           WHERE f.contype = 'f' AND array_length(f.conkey, 1) = 1 AND f.connamespace = 'public'::regnamespace
             AND f.conparentid = 0
             AND EXISTS (SELECT FROM pg_attribute
                         WHERE attrelid = f.conrelid AND attname = 'association_id' AND NOT attisdropped)
             AND EXISTS (SELECT FROM pg_attribute
                         WHERE attrelid = f.confrelid AND attname = 'association_id' AND NOT attisdropped)
  LOOP
    of_target := left(t.target::text, 50) || '_of_assoc';
    twin := left(t.conname, 55) || '_assoc';
    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = t.target_oid AND conname = of_target) THEN
      EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I UNIQUE (association_id, %I)', t.target, of_target, t.key);
    END IF;
    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = t.source_oid AND conname = twin) THEN
      EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I FOREIGN KEY (association_id, %I)
                      REFERENCES %s (association_id, %I) DEFERRABLE INITIALLY DEFERRED',
                     t.source, twin, t.col, t.target, t.key);
    END IF;
  END LOOP;
END $$;
"""

REFUSE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege'; END $$;
"""

# ALWAYS: fires under session_replication_role = replica too, which would switch ordinary triggers off. The one on
# TRUNCATE stays ordinary on purpose: only the tests' flush, as superuser, goes past it in that mode.
SEAL = """
REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role};
CREATE OR REPLACE TRIGGER append_only_row BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER append_only_all BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only_row;
"""

PRESENT_CHECKS = """
SELECT c.relname, k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE k.contype = 'c' AND k.connamespace = 'public'::regnamespace AND starts_with(k.conname, %s)
"""

# Not information_schema: that hides from a role what it has no right to, and so what nobody thought of.
PRESENT_COLUMNS = """
SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
"""


@dataclass(frozen=True, slots=True)
class HeaderCheck:
    """A sealed value says in its header whose it is and which row's; the row must be that one.

    Without it a whole value could be copied from Ben's row into Ann's and would open there. `takes_old`: while values
    of before stand in the table, whose header names no row (`manage.py reseal_rows`).
    """

    table: str
    column: str
    subject: str
    start: int
    row: str
    takes_old: bool = False

    @property
    def name(self) -> str:
        """Names its own content, so that a changed rule is a new constraint."""
        told = hashlib.sha256(self.rule.encode()).hexdigest()[:8]
        return f"{CHECK_PREFIX}{self.column[:40]}_{told}"

    @property
    def sql(self) -> str:
        quote = connection.ops.quote_name
        return f"ALTER TABLE {quote(self.table)} ADD CONSTRAINT {quote(self.name)} CHECK ({self.rule})"

    @property
    def rule(self) -> str:
        column, subject = map(connection.ops.quote_name, (self.column, self.subject))
        of_the_row = f"substring({column} from {self.start + 20} for 16) = {self.row}"
        if self.takes_old:
            of_the_row = f"({self.is_old} OR {of_the_row})"
        return (
            f"{column} IS NULL OR substring({column} from {self.start} for 16) = uuid_send({subject}) "
            f"AND {of_the_row}"
        )

    @property
    def is_old(self) -> str:
        column = connection.ops.quote_name(self.column)
        return rf"substring({column} from {self.start - 1} for 1) = '\x01'::bytea"

    @property
    def while_old(self) -> "HeaderCheck":
        return replace(self, takes_old=True)

    def stands_on(self, columns: set[tuple[str, str]]) -> bool:
        """A migrate may stop half way: the code then knows columns that the database does not have yet."""
        return {(self.table, self.column), (self.table, self.subject)} <= columns


def after_migrate(**kwargs: Any) -> None:
    """Receiver of post_migrate. Repeatable: what stands already is left alone."""
    if "plan" not in kwargs or kwargs.get("using") != connection.alias:
        return  # a flush sends the same signal, and changes no table
    with transaction.atomic(), connection.cursor() as cursor:
        keep_pages_going()
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        for statement in statements():
            cursor.execute(statement)
    build_header_checks()


def keep_pages_going() -> None:
    """Better a command that fails than pages that wait behind it."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '5s'")


def statements() -> Iterator[str]:
    """In this order: the grants give everything, the seals take some of it away again."""
    role = connection.ops.quote_name(settings.APP_ROLE)
    yield GRANTS.format(role=role)
    yield POLICIES
    yield OWN_ROW.format(table=connection.ops.quote_name(association_model()._meta.db_table), mine=MINE)
    yield TWINS
    yield REFUSE
    present = set(connection.introspection.table_names())
    # Shared by all, so nobody may write there.
    for table in sorted(set(settings.PRIVACY_SHARED_TABLES) & present):
        yield f"REVOKE INSERT, UPDATE ON {connection.ops.quote_name(table)} FROM {role}"
    for table in sorted(append_only_tables() & present):
        yield SEAL.format(table=connection.ops.quote_name(table), role=role)


def append_only_tables() -> set[str]:
    """The models whose class says `append_only = True`."""
    return {model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False)}


def header_checks() -> set[HeaderCheck]:
    """One for each sealed column of each declared model."""
    return {
        check for declaration in declarations.by_label.values() for check in header_checks_of(declaration)
    }


def header_checks_of(declaration: Declaration) -> Iterator[HeaderCheck]:
    key = connection.ops.quote_name(str(declaration.model._meta.pk.column))
    for field in sealed_fields(declaration.model):
        yield HeaderCheck(
            table=declaration.model._meta.db_table,
            column=str(field.column),
            subject=subject_column(declaration.model) or "association_id",
            start=18
            if field.findable
            else 2,  # after the version, and after the blind index where there is one
            row=row_name_sql(declaration.model, key),
        )


def sealed_fields(model: type[Model]) -> list[SealedMixin[Any, Any]]:
    return [field for field in model._meta.local_concrete_fields if isinstance(field, SealedMixin)]


def build_header_checks() -> None:
    """The strict ones wherever the rows pass them. What stands instead goes last, so no table is ever without."""
    with transaction.atomic():
        keep_pages_going()
        there, present = columns(), present_header_checks()
        wanted = sorted((check for check in header_checks() if check.stands_on(there)), key=str)
        standing = {build_header_check(check, present) for check in wanted}
        for table, name in sorted(present - standing):
            drop_constraint(table, name)


def build_header_check(check: HeaderCheck, present: set[tuple[str, str]]) -> tuple[str, str]:
    """Which one stands now. The rows themselves say whether one of before is among them: PostgreSQL looks at all."""
    if (check.table, check.name) not in present:
        try:
            with transaction.atomic():
                add_header_check(check)
        except IntegrityError:
            check = check.while_old
            if (check.table, check.name) not in present:
                add_header_check(check)
    return check.table, check.name


def add_header_check(check: HeaderCheck) -> None:
    with connection.cursor() as cursor:
        cursor.execute(check.sql)


def drop_constraint(table: str, name: str) -> None:
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {quote(table)} DROP CONSTRAINT {quote(name)}")


def present_header_checks() -> set[tuple[str, str]]:
    """Table and name: a name is taken once in each table."""
    with connection.cursor() as cursor:
        cursor.execute(PRESENT_CHECKS, [CHECK_PREFIX])
        return set(cursor.fetchall())


def columns() -> set[tuple[str, str]]:
    """Every column of every table, as the database says."""
    with connection.cursor() as cursor:
        cursor.execute(PRESENT_COLUMNS)
        return set(cursor.fetchall())
