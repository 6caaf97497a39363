"""A copy for somebody without a login: the link in the letter, and how often it was tried."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portability", "0002_the_key_moves")]

    operations = [
        migrations.AlterField(
            "export",
            "individual",
            models.ForeignKey(
                on_delete=models.PROTECT, related_name="exports", to="ams.individual", verbose_name="individual"
            ),
        ),
        migrations.AlterField(
            "export",
            "channel",
            models.CharField(
                choices=[
                    ("member", "the member"),
                    ("staff", "our staff"),
                    ("command", "our operators"),
                    ("api", "a program of the member"),
                ],
                default="member",
                max_length=20,
                verbose_name="made by",
            ),
        ),
        migrations.AddField(
            "export", "letter_hash", models.BinaryField(blank=True, editable=False, null=True)
        ),
        migrations.AddField(
            "export", "letter_tries", models.PositiveSmallIntegerField(default=0, editable=False)
        ),
        migrations.AddConstraint(
            "export",
            models.UniqueConstraint(fields=("association", "letter_hash"), name="export_letter"),
        ),
    ]
