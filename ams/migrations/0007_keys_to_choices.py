import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ams', '0006_entries_need_a_yes'),
    ]

    operations = [
        migrations.AlterField(
            model_name='apitoken',
            name='scopes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('read', 'read my data'), ('export', 'make copies of my data'), ('request', 'make requests'), ('choices:read', 'read my choices'), ('choices:write', 'change my choices')], max_length=20), size=None, verbose_name='may'),
        ),
    ]
