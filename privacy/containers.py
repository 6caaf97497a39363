"""Sealed things about several people, such as a list that was uploaded: each has a key of its own.

Who stands in one is not known without reading it. So whoever is erased, all that wait are emptied, and their keys are
destroyed in the same turn of the root. A container that is done with is emptied by its owner; its key follows here.
"""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db import transaction
from django.db.models import Model, Q

from privacy.declarations import Declaration
from privacy.delete import file_fields, stored_files
from privacy.inventory import declarations
from privacy.tenancy import speaking_for
from privacy.vault import current
from privacy.vault.files import delete_stored
from privacy.vault.frames import FORGOTTEN
from privacy.vault.ids import is_container, uid_of
from privacy.vault.queryset import sealed_fields


def living_keys() -> list[bytes]:
    """Of the association that speaks. The keyring is asked, not the rows: a row may never have come."""
    keys = list(current.keyring().keys.items())
    return [key_id for key_id, key in keys if key != FORGOTTEN and is_container(key_id)]


def empty_all(association_id: UUID) -> None:
    """Rows stay and say what became of it. In a transaction of its own, which waits for whoever is at one."""
    with speaking_for(association_id):
        for declaration in declarations.containers():
            empty(association_id, declaration)


def empty(association_id: UUID, declaration: Declaration) -> None:
    model = declaration.model
    full = list(model._base_manager.filter(holds_something(model)).values_list("pk", flat=True))
    files = stored_files(model, full, file_fields(model))
    model._base_manager.filter(pk__in=full).update(**dict.fromkeys(names_of(model)))
    transaction.on_commit(lambda: delete_all(association_id, files))


def delete_all(association_id: UUID, files: Iterable[str]) -> None:
    for name in files:
        delete_stored(association_id, name)


def forget_emptied(association_id: UUID) -> int:
    """Keys of containers that hold nothing any more. Raises DestructionPending: repeat it.

    Only where the row is there and empty: one that is being written has its key before anybody sees its row.
    """
    with speaking_for(association_id):
        alive = living_keys()
        empty = set(emptied({uid_of(key_id) for key_id in alive})) if alive else set()
        over = [key_id for key_id in alive if uid_of(key_id) in empty]
        if over:
            current.forget(over)
    return len(over)


def emptied(numbers: set[UUID]) -> Iterator[UUID]:
    for declaration in declarations.containers():
        rows = declaration.model._base_manager.filter(pk__in=numbers)
        yield from rows.exclude(holds_something(declaration.model)).values_list("pk", flat=True)


def holds_something(model: type[Model]) -> Q:
    held = Q()
    for name in names_of(model):
        held |= Q(**{f"{name}__isnull": False})
    return held


def names_of(model: type[Model]) -> list[str]:
    return [field.name for field in sealed_fields(model)]
