"""Days by which somebody who knows them finds a person among opaque numbers: since when, until when, booked when.

A plain day is left to the database where it has to ask for it, and as long: when a membership ends that still runs.
"""

from django.db import migrations, models

from privacy.sealing import seal_columns
from privacy.vault.fields import SealedDateField, SealedDateTimeField

SEALED = {
    "individual": {"joined_on": lambda **words: SealedDateField("member since", null=True, blank=True, **words)},
    "membership": {
        "began_on": lambda **words: SealedDateField("from", **words),
        "ended_on": lambda **words: SealedDateField("until", null=True, blank=True, **words),
    },
    "committeeservice": {
        "began_on": lambda **words: SealedDateField("from", **words),
        "ended_on": lambda **words: SealedDateField("until", null=True, blank=True, **words),
    },
    "certificate": {
        "issued_on": lambda **words: SealedDateField("issued", **words),
        "valid_until": lambda **words: SealedDateField("valid until", null=True, blank=True, **words),
    },
    "eventregistration": {"booked_at": lambda **words: SealedDateTimeField("booked", **words)},
}
REQUIRED = [
    ("membership", "began_on"), ("committeeservice", "began_on"), ("certificate", "issued_on"),
    ("eventregistration", "booked_at"),
]  # fmt: skip
EACH = [(model, name) for model, names in SEALED.items() for name in names]


def seal(apps, _schema_editor):
    for model, names in SEALED.items():
        seal_columns(apps, f"ams.{model}", {f"plain_{name}": name for name in names})


class Migration(migrations.Migration):
    dependencies = [("ams", "0013_lists_have_keys_of_their_own")]

    operations = [
        migrations.RemoveConstraint("membership", "membership_ends_after_it_began"),
        *[
            migrations.AlterModelOptions(model, {"ordering": ["-pk"], "verbose_name": one, "verbose_name_plural": many})
            for model, one, many in [
                ("membership", "membership", "memberships"),
                ("committeeservice", "committee service", "committee services"),
                ("certificate", "certificate", "certificates"),
                ("eventregistration", "event registration", "event registrations"),
            ]
        ],
        migrations.AddField("membership", "runs_until", models.DateField("runs until", null=True, editable=False)),
        migrations.RunSQL(
            """
            SET CONSTRAINTS ALL IMMEDIATE;
            ALTER TABLE ams_membership NO FORCE ROW LEVEL SECURITY;
            UPDATE ams_membership SET runs_until = ended_on WHERE state IN ('applied', 'active');
            ALTER TABLE ams_membership FORCE ROW LEVEL SECURITY;
            """
        ),
        *[migrations.RenameField(model, name, f"plain_{name}") for model, name in EACH],
        *[
            migrations.AddField(model, name, SEALED[model][name](**({"null": True} if (model, name) in REQUIRED else {})))
            for model, name in EACH
        ],
        migrations.RunPython(seal),
        *[migrations.RemoveField(model, f"plain_{name}") for model, name in EACH],
        *[migrations.AlterField(model, name, SEALED[model][name]()) for model, name in REQUIRED],
        migrations.AddConstraint(
            "membership",
            models.CheckConstraint(
                condition=models.Q(runs_until=None) | models.Q(state__in=["applied", "active"]),
                name="membership_over_has_no_plain_day",
            ),
        ),
    ]
