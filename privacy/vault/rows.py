"""The base of every model with sealed fields."""

from collections.abc import Iterable
from copy import copy, deepcopy
from typing import Any, Self

from django.core import checks
from django.db import models

from privacy.tenancy import OfAssociation
from privacy.vault.fields import SealedMixin
from privacy.vault.queryset import SealedManager, deciding_columns, field_at, sealed_fields
from privacy.vault.row_keys import reserve_keys


class SealedModel(OfAssociation):
    objects = SealedManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"  # related rows and raw look-ups are refused the same things

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """When a column that decides about the key is saved alone, what it seals is sealed anew with it.

        A new row has its key first: what is sealed in it names it.
        """
        if self.pk is None and sealed_fields(type(self)):
            reserve_keys([self])
            kwargs["force_insert"] = True
        names = None if update_fields is None else set(update_fields)
        if names and names & deciding_columns(type(self)):
            names |= {field.name for field in sealed_fields(type(self)) if field.attname in self.__dict__}
        super().save(*args, update_fields=names, **kwargs)

    # A pickle leaves sealed values behind: they are deferred, and read again on access.
    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = super().__getstate__()
        hidden = {field.attname for field in sealed_fields(type(self))}
        return {name: value for name, value in state.items() if name not in hidden}

    def __copy__(self) -> Self:
        made = type(self).__new__(type(self))
        state = copy(self._state)
        state.fields_cache = dict(state.fields_cache)
        made.__dict__ = self.__dict__ | {"_state": state}
        return made

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        made = memo[id(self)] = type(self).__new__(type(self))
        made.__dict__ = {name: deepcopy(value, memo) for name, value in self.__dict__.items()}
        return made

    @classmethod
    def check(cls, **kwargs: Any) -> list[checks.CheckMessage]:
        return [*super().check(**kwargs), *ordered_by_ciphertext(cls)]


def ordered_by_ciphertext(model: type[models.Model]) -> list[checks.CheckMessage]:
    names = [name.lstrip("-") for name in model._meta.ordering or () if isinstance(name, str)]
    return [
        checks.Error("Rows cannot be ordered by a sealed field.", hint=name, obj=model, id="privacy.E021")
        for name in names
        if isinstance(field_at(model, name), SealedMixin)
    ]
