"""Takes rows and values away: one statement for each table, the same number for one person and for two hundred."""

from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, Field, Value
from django.db.models.functions import Cast, Concat

from erasure.plan import Found
from privacy.declarations import Clear, Declaration, Replace
from privacy.delete import delete_rows, file_fields, stored_files


def file_names(found: Iterable[Found]) -> list[str]:
    """The random names of the sealed files that go: read before the rows that know them are gone."""
    return [
        name
        for each in found
        if each.keys
        for name in stored_files(each.declaration.model, each.keys, files_that_go(each.declaration))
    ]


def files_that_go(declaration: Declaration) -> list[str]:
    return [name for name in file_fields(declaration.model) if goes(declaration, name)]


def goes(declaration: Declaration, name: str) -> bool:
    return not declaration.is_kept() or name not in declaration.fields or not declaration.keep_of(name)


def take_away(found: Iterable[Found]) -> dict[str, int]:
    """Rows deleted or emptied by model label. Foreign keys are checked at the commit, so order is free."""
    return {each.declaration.model._meta.label_lower: take_one(each) for each in found}


def take_one(found: Found) -> int:
    model, keys = found.declaration.model, found.keys
    if found.declaration.is_kept():
        changes = changes_of(found.declaration)
        return model._base_manager.filter(pk__in=keys).update(**changes) if changes else 0
    return delete_rows(model, keys)


def changes_of(declaration: Declaration) -> dict[str, Any]:
    """What becomes of each field of a row that stays."""
    changes: dict[str, Any] = {}
    for name, held in declaration.fields.items():
        field = declaration.model._meta.get_field(name)
        match held.on_erasure:
            case Clear():
                changes[name] = empty(field)  # type: ignore[arg-type]
            case Replace(text=text):
                changes[name] = replacement(text)
    return changes


def empty(field: "Field[Any, Any]") -> Any:
    if field.null:
        return None
    return [] if field.get_internal_type() == "ArrayField" else ""


def replacement(text: str) -> Any:
    """`{pk}` becomes the row's own key, in the database."""
    if "{pk}" not in text:
        return Value(text)
    before, after = text.split("{pk}", 1)
    return Concat(Value(before), Cast("pk", CharField()), Value(after), output_field=CharField())
