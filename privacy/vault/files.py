"""A model field for a file that lies sealed on the disk, under a random name that only the sealed column knows."""

import io
import json
import mimetypes
import os
import re
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.files.base import File
from django.db import models, transaction

from privacy.tenancy import require_association
from privacy.vault import current
from privacy.vault.disk import close_to_others, make_private_folder, sync_folder
from privacy.vault.fields import G_co, S_contra, SealedMixin
from privacy.vault.generations import living_key
from privacy.vault.streams import SealedReader, seal_stream

NAME: Final = re.compile(r"[0-9a-f]{32}")
UNKNOWN_TYPE: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class SealedFile:
    """What a column says about its file. `stored` is the random name; `name` is what the file was called.

    `key` is the id of the key that opens it, in hexadecimal: on the disk nothing says whose a file is. Empty for a
    file of the first version, which says it itself (streams.py).
    """

    stored: str
    name: str
    size: int
    content_type: str
    aad: str
    key: str = ""

    def open(self) -> io.BufferedReader:
        """A readable, seekable stream. Raises Forgotten, KeyMissing, SealBroken, FileNotFoundError."""
        source = path_of(require_association(), self.stored).open("rb")
        try:
            key_id, aad = bytes.fromhex(self.key), aad_of(self.aad, self.stored)
            return io.BufferedReader(SealedReader(source, current.keyring(), key_id, aad))
        except BaseException:
            source.close()
            raise

    def read(self) -> bytes:
        with self.open() as file:
            return file.read()

    def delete(self) -> None:
        """Once the transaction is sure; a row that stays in place keeps its file."""
        association_id = require_association()
        transaction.on_commit(lambda: delete_stored(association_id, self.stored))


class SealedFileField(SealedMixin[S_contra, G_co]):
    """Takes any django.core.files.File (an upload, a ContentFile), gives a SealedFile. `blank` means NULL."""

    description = "a sealed file"
    if TYPE_CHECKING:
        _pyi_private_set_type: "File[Any] | SealedFile | None"
        _pyi_private_get_type: SealedFile

    def __init__(
        self, verbose_name: Any = None, *, null: bool = False, blank: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(verbose_name, null=null or blank, blank=blank, **kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = getattr(model_instance, self.attname)
        if isinstance(value, File):
            self.replace(model_instance, value, add)
        elif value in ("", False):  # as forms say "no file"
            setattr(model_instance, self.attname, None)
        return super().pre_save(model_instance, add)

    def replace(self, row: models.Model, upload: "File[Any]", add: bool) -> None:
        """The old file goes when the transaction is sure, and only then."""
        if not add:
            before = self.model._base_manager.filter(pk=row.pk).values_list(self.attname, flat=True).first()
            if isinstance(before, SealedFile):
                before.delete()
        setattr(row, self.attname, store(upload, living_key(row, self), self.label))

    def pack(self, value: SealedFile) -> bytes:
        facts = asdict(value)
        del facts["aad"]
        return json.dumps(facts, ensure_ascii=False).encode()

    def unpack(self, data: bytes) -> SealedFile:
        return SealedFile(**json.loads(data), aad=self.label)

    def to_python(self, value: Any) -> Any:
        return value or None

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        return super().formfield(*args, **{"form_class": forms.FileField, **kwargs})

    def save_form_data(self, instance: models.Model, data: Any) -> None:
        """None: nothing was chosen, keep what is there. False: the box "clear" was ticked."""
        if data is None:
            return
        held = getattr(instance, self.attname)
        if data is False and isinstance(held, SealedFile):
            held.delete()
        setattr(instance, self.attname, data or None)


def store(upload: "File[Any]", sealed_for: bytes, label: str) -> SealedFile:
    """Sealed, and durable before the row that names it. If the row never comes, it is noise under a person's key."""
    stored, called = secrets.token_hex(16), Path(upload.name or "file").name
    path = path_of(require_association(), stored)
    make_private_folder(path.parent)
    close_to_others(path.parent.parent)
    upload.seek(0)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            source = cast("BinaryIO", upload)
            size = seal_stream(source, target, current.keyring(), sealed_for, aad_of(label, stored))
            target.flush()
            os.fsync(target.fileno())
        sync_folder(path.parent)
    except BaseException:
        path.unlink(missing_ok=True)  # half a file, or one for somebody who is erased
        raise
    return SealedFile(stored, called, size, type_of(upload, called), label, sealed_for.hex())


def type_of(upload: "File[Any]", called: str) -> str:
    return getattr(upload, "content_type", None) or mimetypes.guess_type(called)[0] or UNKNOWN_TYPE


def aad_of(label: str, stored: str) -> bytes:
    """With its random name, so that two files of one column cannot be exchanged on the disk."""
    return f"{label}/{stored}".encode()


def path_of(association_id: UUID, stored: str) -> Path:
    if not NAME.fullmatch(stored):
        raise ValueError("This is no name of a sealed file.")
    return Path(settings.FILES_ROOT, association_id.hex, stored)


def delete_stored(association_id: UUID, stored: str) -> None:
    """Harmless when it is gone already."""
    path_of(association_id, stored).unlink(missing_ok=True)
