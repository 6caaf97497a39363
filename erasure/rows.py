"""Takes rows and values away: one statement for each table, the same number for one person and for two hundred."""

from collections.abc import Iterable
from typing import Any

from django.db.models import SET_NULL, CharField, Field, Model, Value
from django.db.models.functions import Cast, Concat

from erasure.plan import Found
from privacy.declarations import Clear, Declaration, Replace
from privacy.rules import relations_to
from privacy.vault.files import SealedFileField


def file_names(found: Iterable[Found]) -> list[str]:
    """The random names of the sealed files that go: read before the rows that know them are gone.

    Locked: a copy that is being finished puts its files down first, or finds its row gone.
    """
    names: list[str] = []
    for each in found:
        for field in each.declaration.model._meta.concrete_fields:
            if isinstance(field, SealedFileField) and each.keys and goes(each.declaration, field.name):
                rows = each.declaration.model._base_manager.select_for_update(of=("self",))
                rows = rows.filter(pk__in=each.keys)
                names += [file.stored for file in rows.values_list(field.name, flat=True) if file]
    return names


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
    let_go(model, keys)
    rows = model._base_manager.filter(pk__in=keys)
    # Without Django's collector: one statement, whatever the number of rows.
    return rows._raw_delete(rows.db) or 0  # noqa: SLF001 as Django's own deletes do


def let_go(model: type[Model], keys: list[Any]) -> None:
    """Rows of others that point at a deleted one (an answer to a post) lose the pointer, not the row."""
    for relation in relations_to(model):
        if relation.on_delete is SET_NULL:
            name = relation.field.name
            relation.related_model._base_manager.filter(**{f"{name}__in": keys}).update(**{name: None})


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
