"""Unique by blind index in the database, and by filter() in full_clean()."""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from privacy.vault.lookups import Front


class SealedUnique(models.UniqueConstraint):
    """A UniqueConstraint over fields of which some are findable: an expression index on their first 16 bytes.

    NULL stands in nobody's way, as everywhere in PostgreSQL.
    """

    def __init__(self, *, fields: Any, name: str, condition: models.Q | None = None) -> None:
        super().__init__(fields=fields, name=name, condition=condition)

    def behind(self, model: type[models.Model]) -> models.UniqueConstraint:
        parts = [part_of(model, name) for name in self.fields]
        return models.UniqueConstraint(*parts, name=self.name, condition=self.condition)

    def create_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        return self.behind(model).create_sql(model, schema_editor)

    def constraint_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        return self.behind(model).constraint_sql(model, schema_editor)

    def remove_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        return self.behind(model).remove_sql(model, schema_editor)


def part_of(model: type[models.Model], name: str) -> models.F | Front:
    return Front(name) if getattr(model._meta.get_field(name), "findable", False) else models.F(name)
