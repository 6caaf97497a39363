"""Seals files of the first version anew: their header named the person, and their size was the file's own."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.db.models import Model

from privacy.tenancy import speaking_for
from privacy.vault.errors import SealBroken
from privacy.vault.files import SealedFile, store
from privacy.vault.generations import living_key
from privacy.vault.orphans import file_columns


def reseal_files(association_id: UUID) -> Iterator[bool]:
    """For each old file, whether it could be done. A transaction a file: stopped anywhere, the next run goes on."""
    for model, name in file_columns():
        for pk in rows_with_old_files(association_id, model, name):
            yield reseal_file(association_id, model, name, pk)


def rows_with_old_files(association_id: UUID, model: type[Model], name: str) -> list[Any]:
    with speaking_for(association_id):
        rows = model._base_manager.exclude(**{name: None}).order_by("pk").values_list("pk", name)
        return [pk for pk, file in rows.iterator() if is_old(file)]


def is_old(file: object) -> bool:
    return isinstance(file, SealedFile) and not file.key


def reseal_file(association_id: UUID, model: type[Model], name: str, pk: Any) -> bool:
    """False when the file is not on the disk or does not open. The old one goes once the row names the new one."""
    with speaking_for(association_id):
        row: Any = model._base_manager.select_for_update(of=("self",)).filter(pk=pk).first()
        old = getattr(row, name, None)
        if not isinstance(old, SealedFile) or old.key:
            return True  # gone or changed meanwhile
        field: Any = model._meta.get_field(name)
        try:
            with old.open() as stream:
                new = store(File(stream, old.name), living_key(row, field), field.label)
        except (FileNotFoundError, SealBroken):
            return False
        setattr(row, name, replace(new, content_type=old.content_type))
        row.save(update_fields=[name])
        old.delete()
    return True
