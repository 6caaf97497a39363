"""For operators: checks a receipt that somebody shows, with the keys of the associations that live here."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consent.receipts.verify import OTHER_KEY, Checked, NotGenuine, check, in_one_line, key_of
from privacy.inventory import association_model
from privacy.signing import known_key
from privacy.tenancy import speaking_for


class Command(BaseCommand):
    help = "Check the receipt in FILE (JSON or PDF): one line says what it proves, or the first thing that is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--key", metavar="KEY", help="compare with this key instead of those of the associations here"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            data = options["file"].read_bytes()
            key = key_of(options["key"]) if options["key"] else None
            checked = check(data, key) if key else checked_here(data)
        except OSError as error:
            raise CommandError(f"{options['file'].name}: {error.strerror}") from None
        except NotGenuine as wrong:
            raise CommandError(f"{options['file'].name}: {wrong}") from None
        self.stdout.write(in_one_line(checked))


def checked_here(data: bytes) -> Checked:
    """With the key of the association here that signed it; without any, where none of them did."""
    for association_id in association_model()._base_manager.values_list("pk", flat=True):
        with speaking_for(association_id):
            key = known_key()
        try:
            return check(data, key or b"")
        except NotGenuine as wrong:
            if str(wrong) != OTHER_KEY:
                raise
    return check(data)
