"""Versions say in names that machines read what a list for their recipients holds, and why not everybody was asked.

Versions of before get what their words name in every language: nothing that one of them does not say. Their
fingerprints stay, as that was not part of what they covered. It touches published rows as 0004 does.
"""

import re

import django.contrib.postgres.fields
from django.db import migrations, models

TABLES = ("consent_statement", "consent_version", "consent_wording")
AN_ADDRESS = ("street", "postcode", "town", "country")
# What associations wrote under "What", in the languages of the programme.
SAID = {
    ("name",): ("name", "names", "namen", "nom", "noms"),
    ("street",): ("street", "straße", "strasse", "rue"),
    ("postcode",): ("postcode", "postal code", "zip", "plz", "postleitzahl", "code postal"),
    ("town",): ("town", "city", "ort", "wohnort", "stadt", "ville"),
    ("country",): ("country", "land", "pays"),
    ("email",): ("e-mail", "email", "e-mail address", "email address", "e-mail-adresse", "adresse e-mail", "courriel"),
    AN_ADDRESS: ("address", "postal address", "anschrift", "postanschrift", "adresse", "adresse postale"),
}
FIELDS = {word: fields for fields, words in SAID.items() for word in words}
ORDER = ("name", *AN_ADDRESS, "email")
PARTS = re.compile(r"[,;/&.]|\band\b|\bund\b|\bet\b")


def fill(apps, schema_editor):
    versions = apps.get_model("consent", "Version")
    aside(schema_editor, "NO FORCE ROW LEVEL SECURITY", "DISABLE TRIGGER USER")
    published = versions.objects.filter(state="published").exclude(recipients=[]).order_by("number")
    for version in published.prefetch_related("wordings"):
        fields = fields_of([wording.what for wording in version.wordings.all()])
        version.shared_fields, version.fields_from_words = fields, True
        version.save(update_fields=["shared_fields", "fields_from_words"])
        apps.get_model("consent", "Statement").objects.filter(pk=version.statement_id).update(shared_fields=fields)
    aside(schema_editor, "ENABLE TRIGGER USER", "FORCE ROW LEVEL SECURITY")


def fields_of(texts):
    """Named in all of these texts."""
    named = [
        {field for part in PARTS.split(text.casefold()) for field in FIELDS.get(part.strip(), ())} for text in texts
    ]
    return [field for field in ORDER if named and all(field in each for each in named)]


def aside(schema_editor, *changes):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            for change in changes:
                cursor.execute(f"ALTER TABLE {table} {change}")


def a_list(**options):
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.CharField(max_length=40), blank=True, default=list, size=None,
        verbose_name="what a list for them holds", **options,
    )


class Migration(migrations.Migration):
    dependencies = [("consent", "0008_guardians_are_found")]

    operations = [
        migrations.AddField("statement", "shared_fields", a_list()),
        migrations.AddField("version", "shared_fields", a_list(editable=False)),
        migrations.AddField(
            "version",
            "fields_from_words",
            models.BooleanField(default=False, editable=False, verbose_name="fields read from the words"),
        ),
        migrations.AddField(
            "version",
            "reason",
            models.CharField(
                blank=True, default="", max_length=500, verbose_name="why not everybody is asked before it counts"
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            "version",
            "ask_again",
            models.BooleanField(
                default=False,
                help_text="Whoever said yes to earlier words is asked at the next visit and by mail.",
                null=True,
                verbose_name="ask everybody again",
            ),
        ),
        migrations.AddConstraint(
            "version",
            models.CheckConstraint(
                condition=models.Q(("state", "draft"), ("ask_again__isnull", False), _connector="OR"),
                name="version_published_as_decided",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
