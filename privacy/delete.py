"""Takes rows away for good: one statement for each table, whatever their number, and the files that they name."""

from collections.abc import Iterable
from typing import Any

from django.db.models import SET_NULL, Model

from privacy.rules import relations_to
from privacy.vault.files import SealedFileField


def delete_rows(model: type[Model], keys: list[Any]) -> int:
    """Without Django's collector. Foreign keys are checked at the commit, so the order of tables is free."""
    let_go(model, keys)
    rows = model._base_manager.filter(pk__in=keys)
    return rows._raw_delete(rows.db) or 0  # noqa: SLF001 as Django's own deletes do


def let_go(model: type[Model], keys: list[Any]) -> None:
    """Rows of others that point at a deleted one (an answer to a post) lose the pointer, not the row."""
    for relation in relations_to(model):
        if relation.on_delete is SET_NULL:
            name = relation.field.name
            relation.related_model._base_manager.filter(**{f"{name}__in": keys}).update(**{name: None})


def file_fields(model: type[Model]) -> list[str]:
    return [field.name for field in model._meta.concrete_fields if isinstance(field, SealedFileField)]


def stored_files(model: type[Model], keys: list[Any], fields: Iterable[str]) -> list[str]:
    """The random names of the sealed files that these rows know: to be read before the rows are gone.

    Locked: a copy that is being finished puts its files down first, or finds its row gone.
    """
    names: list[str] = []
    for name in fields:
        rows = model._base_manager.select_for_update(of=("self",)).filter(pk__in=keys)
        names += [file.stored for file in rows.values_list(name, flat=True) if file]
    return names
