from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consent", "0004_earlier_words_have_fingerprints")]

    operations = [
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('text_hash__regex', '^[0-9a-f]{64}$')), name='decision_with_fingerprint'),
        ),
    ]
