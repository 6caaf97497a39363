"""How a findable value is found, `=` and `in`; every other look into a sealed column is refused."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler

from privacy.vault.parametrised import Lookup
from privacy.vault.values import Closed


class Front(models.Func):
    """The blind index at the front of a findable value."""

    template = "substring(%(expressions)s from 1 for 16)"
    arity = 1
    output_field = models.BinaryField()


class Found(Lookup[Any]):
    """`field=value`: the blind index under any key that is alive."""

    lookup_name = "exact"

    def get_prep_lookup(self) -> Any:
        field: Any = self.lhs.output_field
        if self.rhs is not None and not field.findable:
            raise field.refusal()
        if any(hasattr(value, "resolve_expression") for value in [self.rhs, *self.values()]):
            raise field.refusal()
        return self.rhs

    def values(self) -> list[Any]:
        return [self.rhs]

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:  # noqa: ARG002 Django's signature
        sql, params = compiler.compile(self.lhs)
        field: Any = self.lhs.output_field
        wanted = [value for value in self.values() if value is not None and not isinstance(value, Closed)]
        fronts = [front for value in wanted for front in field.fronts_of(value)]
        return f"substring({sql} from 1 for 16) = ANY(%s::bytea[])", [*params, fronts]


class FoundIn(Found):
    """`field__in=values`."""

    lookup_name = "in"

    def values(self) -> list[Any]:
        return [] if hasattr(self.rhs, "resolve_expression") else list(self.rhs)
