"""For operators: a person's copy as a PDF and a zip, into a folder."""

import os
import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from portability.make import make, request_export
from portability.models import Channel, Export, State
from privacy.inventory import association_model, individual_model
from privacy.tenancy import speaking_for
from privacy.vault import KeyringError, SealBroken
from privacy.vault.files import SealedFile


class Command(BaseCommand):
    help = "Write everything held about a person to DIR, as UID.pdf and UID.zip. The person sees that it was done."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("uid", help="as find_individual prints it")
        parser.add_argument("--to", required=True, metavar="DIR", type=Path)
        parser.add_argument("--association", metavar="SLUG", default="")

    def handle(self, *_args: Any, **options: Any) -> None:
        folder: Path = options["to"]
        check_folder(folder)
        association_id, uid = found(options["uid"], options["association"])
        export = made(association_id, uid)
        for name in ("pdf", "zip"):
            target = folder / f"{uid}.{name}"
            copy_out(association_id, getattr(export, name), target)
            self.stdout.write(str(target))


def check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise CommandError(f"{folder} is not a folder.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise CommandError(f"Nothing can be written to {folder}.")


def found(text: str, slug: str) -> tuple[UUID, UUID]:
    """Only the association of a person knows that person, so each is asked in turn."""
    try:
        uid = UUID(text)
    except ValueError:
        raise CommandError(f"{text} is not the number of a person.") from None
    associations = association_model()._base_manager.all()
    associations = associations.filter(slug=slug) if slug else associations
    if slug and not associations.exists():
        raise CommandError(f"There is no association {slug}.")
    for association_id in associations.values_list("pk", flat=True):
        with speaking_for(association_id):
            if individual_model()._base_manager.filter(pk=uid, erased_at=None).exists():
                return association_id, uid
    raise CommandError(f"There is nobody with the number {uid}.")


def made(association_id: UUID, uid: UUID) -> Export:
    try:
        export = make_now(association_id, uid)
    except (KeyringError, SealBroken) as error:
        raise CommandError(f"The vault does not open: {type(error).__name__}.") from None
    if export.state != State.READY:
        raise CommandError(
            f"The copy {export.reference} is {export.state}: another process is at it, or it failed."
        )
    return export


def make_now(association_id: UUID, uid: UUID) -> Export:
    """Without a worker; the row says that it was done by command."""
    with speaking_for(association_id):
        person = individual_model()._base_manager.get(pk=uid)
        export = request_export(person, actor=None, channel=Channel.COMMAND, tells=False)
    make(export)
    with speaking_for(association_id):
        return Export.objects.get(pk=export.pk)


def copy_out(association_id: UUID, file: SealedFile, target: Path) -> None:
    """For the operator's eyes: what it writes is no longer sealed."""
    with speaking_for(association_id):
        stream = file.open()
    try:
        with stream, os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            shutil.copyfileobj(stream, out)
    except OSError as error:
        raise CommandError(f"{target} could not be written: {error.strerror}.") from None
