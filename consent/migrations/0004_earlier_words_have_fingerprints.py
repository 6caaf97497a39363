"""Words that were published before each language had a fingerprint of its own get it, and their decisions with them.

The only time that published rows are touched: triggers and row-level security are put aside inside this transaction,
and are back at its end; `migrate` builds the walls again anyway (privacy/database.py).
"""

import hashlib
import json

from django.db import migrations

WORDS = ("name", "title", "text", "what", "who", "why", "how_long", "yes", "no")
TABLES = ("consent_wording", "consent_decision", "consent_version")


def fill(apps, schema_editor):
    wording_model = apps.get_model("consent", "Wording")
    aside(schema_editor, "NO FORCE ROW LEVEL SECURITY", "DISABLE TRIGGER USER")
    with schema_editor.connection.cursor() as cursor:
        for wording in wording_model.objects.filter(version__state="published"):
            cursor.execute("UPDATE consent_wording SET hash = %s WHERE id = %s", [fingerprint(wording), wording.pk])
        cursor.execute(
            "UPDATE consent_decision d SET text_hash = w.hash FROM consent_wording w"
            " WHERE w.version_id = d.version_id AND w.language = d.language"
        )
        # Read in a language that was not there: the first one that was.
        cursor.execute(
            "UPDATE consent_decision d SET text_hash = (SELECT hash FROM consent_wording w"
            " WHERE w.version_id = d.version_id ORDER BY w.language LIMIT 1) WHERE d.text_hash = ''"
        )
    aside(schema_editor, "ENABLE TRIGGER USER", "FORCE ROW LEVEL SECURITY")


def aside(schema_editor, *changes):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            for change in changes:
                cursor.execute(f"ALTER TABLE {table} {change}")


def fingerprint(wording):
    facts = {"language": wording.language, "words": {name: getattr(wording, name) for name in WORDS}}
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class Migration(migrations.Migration):
    dependencies = [("consent", "0003_proof")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
