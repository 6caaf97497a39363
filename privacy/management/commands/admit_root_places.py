"""`manage.py admit_root_places --no-old-disk`: writes today's root where a root place has its marker and no root."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from privacy.associations import for_each_association
from privacy.vault import current


class Command(BaseCommand):
    help = "Fill a new or replaced root place. Without --no-old-disk it only says what is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--no-old-disk",
            action="store_true",
            help="nothing lay there before, or that disk is destroyed: a root on it would open what was erased",
        )

    def handle(self, *_args: Any, no_old_disk: bool, **_options: Any) -> None:
        empty = self.empty_places()
        self.stdout.write(f"{empty} root(s) are missing in places that can be reached.")
        if empty and not no_old_disk:
            raise CommandError("Erasures wait. Bring the old disk back, or destroy it and say --no-old-disk.")
        if empty:
            for_each_association(lambda association_id: current.finish(association_id, admit=True))
            self.stdout.write("Every place holds today's root.")

    def empty_places(self) -> int:
        missing: list[int] = []
        for_each_association(lambda association_id: missing.append(current.roots_missing(association_id)))
        return sum(missing)
