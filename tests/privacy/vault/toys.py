"""A model with a sealed field of every kind, whose table lives in the test's transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.test.utils import isolate_apps

from ams.models import Association, Individual
from privacy.declarations import Basis, Category, Keep, Personal, Until
from privacy.inventory import declarations, declare
from privacy.tenancy import as_owner, speaking_now
from privacy.vault.constraints import SealedUnique
from privacy.vault.fields import (
    SealedBooleanField,
    SealedDateField,
    SealedDateTimeField,
    SealedDecimalField,
    SealedEmailField,
    SealedIntegerField,
    SealedJSONField,
    SealedLongTextField,
    SealedTextField,
)
from privacy.vault.files import SealedFileField
from privacy.vault.rows import SealedModel

KEPT = Keep("The law asks us to keep accounts.", until=Until(after="paid_on", years=10))


@contextmanager
def toys() -> Iterator[Any]:
    with isolate_apps("ams"):
        toy = toy_model()
    declare_toy(toy)
    with as_owner(), connection.schema_editor(atomic=False) as editor:
        editor.create_model(toy)
        editor.execute(f'GRANT ALL ON "{toy._meta.db_table}" TO "{settings.APP_ROLE}"')
        editor.execute(f'GRANT USAGE ON SEQUENCE "{toy._meta.db_table}_id_seq" TO "{settings.APP_ROLE}"')
    try:
        yield toy
    finally:
        del declarations.by_label[toy._meta.label_lower]


def toy_model() -> type[SealedModel]:
    class Toy(SealedModel):
        association = models.ForeignKey(
            Association, models.PROTECT, default=speaking_now, related_name="+", db_constraint=False
        )
        individual = models.ForeignKey(Individual, models.PROTECT, related_name="+", db_constraint=False)
        paid_on = models.DateField(null=True, blank=True)
        text = SealedTextField(max_length=50, null=True, blank=True)
        other = SealedTextField(null=True, blank=True)
        long = SealedLongTextField(null=True, blank=True)
        email = SealedEmailField(findable=True, null=True, blank=True)
        date = SealedDateField(null=True, blank=True)
        moment = SealedDateTimeField(null=True, blank=True)
        amount = SealedDecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
        number = SealedIntegerField(null=True, blank=True)
        flag = SealedBooleanField(null=True, blank=True)
        data = SealedJSONField(null=True, blank=True)
        file = SealedFileField(blank=True)
        kept = SealedTextField(null=True, blank=True)

        class Meta:
            app_label = "ams"
            constraints = [SealedUnique(fields=["association", "email"], name="toy_email")]

        def __str__(self) -> str:
            return f"toy {self.pk}"

    return Toy


def declare_toy(toy: type[SealedModel]) -> None:
    names = ["text", "other", "long", "email", "date", "moment", "amount", "number", "flag", "data", "file"]
    declare(
        toy,
        subject="individual",
        purpose="Playing",
        basis=Basis.CONTRACT,
        category=Category.NOTES,
        fields={name: Personal() for name in names} | {"kept": Personal(KEPT)},
        not_personal={"association", "paid_on"},
    )


def raw(row: models.Model, column: str) -> bytes | None:
    """What PostgreSQL holds."""
    table = row._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{column}" FROM "{table}" WHERE id = %s', [row.pk])  # noqa: S608  our own names
        found = cursor.fetchone()[0]
    return None if found is None else bytes(found)


def put_raw(row: models.Model, column: str, value: bytes) -> None:
    table = row._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{table}" SET "{column}" = %s WHERE id = %s', [value, row.pk])  # noqa: S608  as above
