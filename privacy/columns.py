"""What a model's columns are like: sealed, unique, able to be empty."""

from typing import Any, TypeAlias

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Field, Model

from privacy.vault.constraints import SealedUnique
from privacy.vault.fields import SealedMixin
from privacy.vault.files import SealedFileField

AnyField: TypeAlias = "Field[Any, Any]"


def fields_of(model: type[Model]) -> list[AnyField]:
    return list(model._meta.local_concrete_fields)


def field_of(model: type[Model], name: str) -> AnyField:
    found: Any = model._meta.get_field(name)
    return found  # type: ignore[no-any-return]


def has_field(model: type[Model], name: str) -> bool:
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def internal_type(model: type[Model], name: str) -> str:
    return str(field_of(model, name).get_internal_type())


def is_sealed(field: Any) -> bool:
    return isinstance(field, SealedMixin | SealedFileField)


def seals(model: type[Model]) -> bool:
    return any(isinstance(field, SealedMixin) for field in fields_of(model))


def may_be_empty(field: AnyField) -> bool:
    """'' or an empty list is a value of its own only where the column takes text or an array."""
    return isinstance(field, models.CharField | models.TextField) or field.get_internal_type() == "ArrayField"


def is_unique(field: AnyField, model: type[Model]) -> bool:
    return field.unique or field.name in {
        name
        for wall in model._meta.constraints
        if isinstance(wall, models.UniqueConstraint)
        for name in wall.fields
    }


def named_together(model: type[Model]) -> set[str]:
    """The fields of every unique_together, index and constraint, but not of our own kind of constraint."""
    names = {name for together in model._meta.unique_together for name in together}
    for wall in [*model._meta.indexes, *model._meta.constraints]:
        if not isinstance(wall, SealedUnique):
            names |= {str(name).lstrip("-") for name in getattr(wall, "fields", ())}
    return names
