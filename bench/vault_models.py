"""Two tables with the same eight values, one sealed and one plain."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.db import models

from privacy.declarations import Basis, Category, Personal
from privacy.inventory import declare
from privacy.vault.fields import (
    SealedDateField,
    SealedDecimalField,
    SealedEmailField,
    SealedLongTextField,
    SealedTextField,
)
from privacy.vault.rows import SealedModel

NAMES = ["given_name", "family_name", "email", "street", "town", "born_on", "fee", "about"]


class Row(SealedModel):
    association = models.UUIDField()  # type: ignore[assignment]  # a bench has no table of associations
    individual_id = models.UUIDField()
    given_name = SealedTextField()
    family_name = SealedTextField()
    email = SealedEmailField(findable=True)
    street = SealedTextField()
    town = SealedTextField()
    born_on = SealedDateField()
    fee = SealedDecimalField(max_digits=8, decimal_places=2)
    about = SealedLongTextField()

    class Meta:
        app_label = "ams"

    def __str__(self) -> str:
        return f"row {self.pk}"


class Plain(models.Model):
    individual_id = models.UUIDField()
    given_name = models.CharField(max_length=200)
    family_name = models.CharField(max_length=200)
    email = models.EmailField()
    street = models.CharField(max_length=200)
    town = models.CharField(max_length=200)
    born_on = models.DateField()
    fee = models.DecimalField(max_digits=8, decimal_places=2)
    about = models.TextField()

    class Meta:
        app_label = "ams"

    def __str__(self) -> str:
        return f"plain {self.pk}"


declare(
    Row,
    subject="individual",
    purpose="Measuring",
    basis=Basis.CONTRACT,
    category=Category.CONTACT,
    fields={name: Personal() for name in NAMES},
)


def values_of(number: int) -> dict[str, Any]:
    return {
        "individual_id": uuid.uuid4(),
        "given_name": f"Ann {number}",
        "family_name": "Østergård-Archer",
        "email": f"ann.archer{number}@example.org",
        "street": f"{number} Harbour Street",
        "town": "Dublin",
        "born_on": dt.date(1950, 1, 1) + dt.timedelta(days=number),
        "fee": Decimal("120.50"),
        "about": "Works on maps. " * 10,
    }


def fill(rows: int) -> None:
    values = [values_of(number) for number in range(rows)]
    Row.objects.bulk_create([Row(association=value["individual_id"], **value) for value in values])
    Plain.objects.bulk_create([Plain(**value) for value in values])
