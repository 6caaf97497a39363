"""Sealed files that no row names: left by a process that was killed between the file and its row, or by a rollback."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db.models import Model

from privacy.tenancy import speaking_for
from privacy.vault.files import NAME, SealedFile, SealedFileField, delete_stored


def remove_orphans(association_id: UUID, before: datetime) -> int:
    """Those that are older than `before`: a younger one may still get its row. Returns how many went.

    The disk is read first and the rows second, so that no file is judged by rows older than itself. Raises
    KeyMissing and SealBroken before anything is removed.
    """
    there = set(stored_before(association_id, before))
    if there:
        with speaking_for(association_id):
            there.difference_update(named())
    for name in there:
        delete_stored(association_id, name)
    return len(there)


def stored_before(association_id: UUID, before: datetime) -> Iterator[str]:
    folder = Path(settings.FILES_ROOT, association_id.hex)
    for path in folder.iterdir() if folder.is_dir() else ():
        if NAME.fullmatch(path.name) and path.stat().st_mtime < before.timestamp():
            yield path.name


def named() -> Iterator[str]:
    """By all rows of the association that speaks. What has no key any more names nothing."""
    for model, field in file_columns():
        values = model._base_manager.exclude(**{field: None}).values_list(field, flat=True)
        yield from (value.stored for value in values.iterator() if isinstance(value, SealedFile))


def file_columns() -> Iterator[tuple[type[Model], str]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedFileField):
                yield model, field.name
