"""The signing key signs receipts too, so it moves to the ground floor. Its row stays as it is, in the same table."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("portability", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.AlterModelTable("SigningKey", "privacy_signingkey")],
            state_operations=[migrations.DeleteModel("SigningKey")],
        ),
    ]
