"""A late writer meets a wall: about an erased person the database takes no row that the erasure would have deleted.

An erasure locks the person's row before it looks for anything. Whoever writes about that person meanwhile asks for
the same row here, so either the erasure waits and finds what was written, or the writer waits and is refused.
"""

from typing import Any

from django.db import connection, transaction

from privacy.declarations import SELF
from privacy.inventory import declarations, individual_model

SQLSTATE = "23E17"  # class 23: an IntegrityError

# SELECT … FOR KEY SHARE waits for the erasure's FOR UPDATE and then reads what it left behind. The foreign key's own
# lock would come too late: it is taken at the commit.
REFUSE = """
CREATE OR REPLACE FUNCTION refuse_about_erased() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE gone timestamptz;
BEGIN
  SELECT erased_at INTO gone FROM {people} WHERE {key} = NEW.individual_id FOR KEY SHARE;
  IF gone IS NOT NULL THEN
    RAISE EXCEPTION 'about an erased person' USING ERRCODE = '{sqlstate}', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION leave_erased_alone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
"""
ON_ROWS = """
CREATE OR REPLACE TRIGGER about_erased BEFORE INSERT ON {table}
  FOR EACH ROW WHEN (NEW.individual_id IS NOT NULL) EXECUTE FUNCTION refuse_about_erased()
"""
# No error here: a change to everybody passes by those who are erased.
ON_PEOPLE = """
CREATE OR REPLACE TRIGGER erased_stays_erased BEFORE UPDATE ON {people}
  FOR EACH ROW WHEN (OLD.erased_at IS NOT NULL) EXECUTE FUNCTION leave_erased_alone()
"""


def after_migrate(**kwargs: Any) -> None:
    """Receiver of post_migrate. Repeatable."""
    if "plan" not in kwargs or kwargs.get("using") != connection.alias:
        return  # a flush sends the same signal, and changes no table
    quote = connection.ops.quote_name
    people = individual_model()._meta
    names = {"people": quote(people.db_table), "key": quote(str(people.pk.column))}
    present = set(connection.introspection.table_names())
    if people.db_table not in present:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '5s'")
        cursor.execute(REFUSE.format(**names, sqlstate=SQLSTATE))
        cursor.execute(ON_PEOPLE.format(**names))
        for table in sorted(tables_that_go() & present):
            cursor.execute(ON_ROWS.format(table=quote(table)))


def tables_that_go() -> set[str]:
    """Those whose rows an erasure deletes. What a law keeps may still come: a payment for an old invoice."""
    return {
        declaration.model._meta.db_table
        for declaration in declarations.about_people()
        if not declaration.is_kept()
        and declaration.subject is not SELF
        and declaration.subject == "individual"
    }


def is_refusal(error: BaseException | None) -> bool:
    """Is this the wall speaking?"""
    return error is not None and getattr(error.__cause__, "pgcode", "") == SQLSTATE
