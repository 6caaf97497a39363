"""What lists leave behind is told in our own words alone, and the database takes no others."""

import ams.models.imports
import django.db.models.deletion
import django.utils.timezone
import django_countries.fields
import privacy.tenancy
import privacy.vault.fields
from django.db import migrations, models


# A dropped column's values stay in the pages of its table until the table is written anew.
WRITE_ANEW = """
CLUSTER ams_importrefusal USING ams_importrefusal_pkey;
ALTER TABLE ams_importrefusal SET WITHOUT CLUSTER;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('ams', '0008_words_for_both_readers'),
    ]

    operations = [
        migrations.CreateModel(
            name='ListLayout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('encoding', models.CharField(blank=True, choices=ams.models.imports.encodings, max_length=20, verbose_name='characters')),
                ('delimiter', models.CharField(blank=True, max_length=2, verbose_name='separator')),
                ('heading_line', models.PositiveIntegerField(default=1, help_text='0: there are no headings.', verbose_name='line of the headings')),
                ('columns', models.JSONField(default=list, help_text='The field for each heading, in order.', verbose_name='columns')),
                ('country', django_countries.fields.CountryField(blank=True, max_length=2, verbose_name='country where none is named')),
                ('date_order', models.CharField(blank=True, choices=[('dmy', 'day first: 24/12/1984'), ('mdy', 'month first: 12/24/1984')], max_length=3, verbose_name='order in dates')),
                ('kind', models.CharField(max_length=64, verbose_name='kind of list')),
                ('used_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='used')),
            ],
            options={
                'verbose_name': 'layout of a list',
                'verbose_name_plural': 'layouts of lists',
                'ordering': ['-used_at'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='OtherEmail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', privacy.vault.fields.SealedEmailField(findable=True, max_length=254, verbose_name='further e-mail')),
                ('since', models.DateTimeField(auto_now_add=True, verbose_name='entered')),
            ],
            options={
                'verbose_name': 'further e-mail',
                'verbose_name_plural': 'further e-mails',
                'ordering': ['pk'],
            },
        ),
        migrations.RemoveField(
            model_name='importrefusal',
            name='column',
        ),
        migrations.RunSQL(WRITE_ANEW, migrations.RunSQL.noop),
        migrations.AddField(
            model_name='import',
            name='country',
            field=django_countries.fields.CountryField(blank=True, max_length=2, verbose_name='country where none is named'),
        ),
        migrations.AddField(
            model_name='import',
            name='date_order',
            field=models.CharField(blank=True, choices=[('dmy', 'day first: 24/12/1984'), ('mdy', 'month first: 12/24/1984')], max_length=3, verbose_name='order in dates'),
        ),
        migrations.AddField(
            model_name='import',
            name='heading_line',
            field=models.PositiveIntegerField(default=1, help_text='0: there are no headings.', verbose_name='line of the headings'),
        ),
        migrations.AddField(
            model_name='import',
            name='left',
            field=models.PositiveIntegerField(default=0, verbose_name='rows left alone in part'),
        ),
        migrations.AddField(
            model_name='importrefusal',
            name='field',
            field=models.CharField(blank=True, choices=ams.models.imports.fields, max_length=20, verbose_name='field'),
        ),
        migrations.AlterField(
            model_name='import',
            name='encoding',
            field=models.CharField(blank=True, choices=ams.models.imports.encodings, max_length=20, verbose_name='characters'),
        ),
        migrations.AlterField(
            model_name='importrefusal',
            name='reason',
            field=models.CharField(choices=ams.models.imports.reasons, max_length=20, verbose_name='reason'),
        ),
        migrations.AddConstraint(
            model_name='import',
            constraint=models.CheckConstraint(condition=models.Q(('columns__contained_by', ['', 'born_on', 'country', 'department', 'email', 'email_2', 'family_name', 'full_name', 'given_name', 'joined_on', 'language', 'member_number', 'middle_name', 'organisation', 'phone', 'phone_2', 'position', 'postcode', 'region', 'street', 'street_2', 'title', 'town', 'website']), ('date_order__in', ['', 'dmy', 'mdy']), ('delimiter__in', ['', '\t', ',', ';', '|']), ('encoding__in', ['', 'cp1250', 'cp1252', 'cp850', 'mac_roman', 'utf-16', 'utf-16-be', 'utf-16-le', 'utf-8', 'utf-8-sig', 'utf-8-twice'])), name='import_in_our_words'),
        ),
        migrations.AddConstraint(
            model_name='importrefusal',
            constraint=models.CheckConstraint(condition=models.Q(('field__in', ['', 'born_on', 'country', 'department', 'email', 'email_2', 'family_name', 'full_name', 'given_name', 'joined_on', 'language', 'member_number', 'middle_name', 'organisation', 'phone', 'phone_2', 'position', 'postcode', 'region', 'street', 'street_2', 'title', 'town', 'website']), ('reason__in', ['artefact', 'bad_characters', 'bad_country', 'bad_date', 'bad_email', 'bad_language', 'broken_characters', 'empty_file', 'erased_since', 'file_too_large', 'gone', 'kept', 'no_columns', 'no_name', 'no_such_line', 'no_year', 'nobody', 'not_a_table', 'open_quote', 'other_birthday', 'other_name', 'other_number', 'paused', 'rounded', 'several_people', 'shared_email', 'short_year', 'taken_meanwhile', 'too_long', 'too_many_cells', 'too_wide', 'two_people', 'unsure', 'which_order'])), name='importrefusal_in_our_words'),
        ),
        migrations.AddField(
            model_name='listlayout',
            name='association',
            field=models.ForeignKey(default=privacy.tenancy.speaking_now, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ams.association'),
        ),
        migrations.AddField(
            model_name='otheremail',
            name='association',
            field=models.ForeignKey(default=privacy.tenancy.speaking_now, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ams.association'),
        ),
        migrations.AddField(
            model_name='otheremail',
            name='individual',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='other_emails', to='ams.individual'),
        ),
        migrations.AddConstraint(
            model_name='listlayout',
            constraint=models.CheckConstraint(condition=models.Q(('columns__contained_by', ['', 'born_on', 'country', 'department', 'email', 'email_2', 'family_name', 'full_name', 'given_name', 'joined_on', 'language', 'member_number', 'middle_name', 'organisation', 'phone', 'phone_2', 'position', 'postcode', 'region', 'street', 'street_2', 'title', 'town', 'website']), ('date_order__in', ['', 'dmy', 'mdy']), ('delimiter__in', ['', '\t', ',', ';', '|']), ('encoding__in', ['', 'cp1250', 'cp1252', 'cp850', 'mac_roman', 'utf-16', 'utf-16-be', 'utf-16-le', 'utf-8', 'utf-8-sig', 'utf-8-twice'])), name='listlayout_in_our_words'),
        ),
        migrations.AddConstraint(
            model_name='listlayout',
            constraint=models.UniqueConstraint(fields=('association', 'kind'), name='one_layout_per_kind'),
        ),
        migrations.AddConstraint(
            model_name='listlayout',
            constraint=models.CheckConstraint(condition=models.Q(('kind__regex', '^[0-9a-f]{64}$')), name='kind_of_list_is_a_digest'),
        ),
    ]
