"""Lists that wait were sealed with a key that all of that day shared: they go, and are uploaded again if need be.

The files themselves lie unnamed from now on and are swept away (privacy/vault/orphans.py); the old keys die within
their week.
"""

from django.db import migrations


def empty(apps, schema_editor):
    """Of every association, so row-level security is put aside inside this transaction."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE ams_import NO FORCE ROW LEVEL SECURITY")
        cursor.execute("UPDATE ams_import SET file = NULL")
        cursor.execute("ALTER TABLE ams_import FORCE ROW LEVEL SECURITY")


class Migration(migrations.Migration):
    dependencies = [("ams", "0012_staff_by_role_and_the_deceased")]

    operations = [migrations.RunPython(empty, migrations.RunPython.noop)]
