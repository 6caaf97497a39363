"""Django's fields with the type parameters that they have in their stubs only, so that a subclass can pass them on."""

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from django.db.models import (
        BooleanField,
        CharField,
        DateField,
        DateTimeField,
        DecimalField,
        EmailField,
        Field,
        IntegerField,
        JSONField,
        Lookup,
        TextField,
    )
else:

    class Parametrised:
        """At run time the parameters mean nothing."""

        def __init__(self, name: str) -> None:
            self.plain = getattr(models, name)

        def __getitem__(self, _parameters: object) -> type:
            return self.plain

    BooleanField = Parametrised("BooleanField")
    CharField = Parametrised("CharField")
    DateField = Parametrised("DateField")
    DateTimeField = Parametrised("DateTimeField")
    DecimalField = Parametrised("DecimalField")
    EmailField = Parametrised("EmailField")
    Field = Parametrised("Field")
    IntegerField = Parametrised("IntegerField")
    JSONField = Parametrised("JSONField")
    Lookup = Parametrised("Lookup")
    TextField = Parametrised("TextField")

__all__ = [
    "BooleanField",
    "CharField",
    "DateField",
    "DateTimeField",
    "DecimalField",
    "EmailField",
    "Field",
    "IntegerField",
    "JSONField",
    "Lookup",
    "TextField",
]
