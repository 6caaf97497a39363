"""The table comes from portability with its rows: they were sealed under their earlier name, and open under it."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import privacy.tenancy
import privacy.vault.fields


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial"), ("portability", "0002_the_key_moves")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="SigningKey",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("private", privacy.vault.fields.SealedTextField(max_length=64, sealed_as="portability.signingkey.private", verbose_name="private key")),
                        ("public", models.BinaryField(max_length=32, verbose_name="public key")),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="since")),
                        ("association", models.ForeignKey(default=privacy.tenancy.speaking_now, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ams.association")),
                    ],
                    options={
                        "verbose_name": "signing key",
                        "verbose_name_plural": "signing keys",
                        "ordering": ["created_at", "pk"],
                        "constraints": [models.UniqueConstraint(fields=("association",), name="signing_key_one")],
                    },
                ),
            ],
        ),
    ]
