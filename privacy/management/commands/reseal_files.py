"""`manage.py reseal_files`: once, after the upgrade. It may be stopped and run again; members notice nothing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from privacy.inventory import association_model
from privacy.vault.reseal import reseal_files

EVERY = 100


class Command(BaseCommand):
    help = (
        "Seal files that an earlier version has stored anew: padded, and with nothing that names the person."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        done = missing = 0
        for association_id in association_model()._base_manager.order_by("pk").values_list("pk", flat=True):
            for is_done in reseal_files(association_id):
                done, missing = done + is_done, missing + (not is_done)
                if (done + missing) % EVERY == 0:
                    self.stdout.write(f"{done + missing} …")
        self.stdout.write(f"{done} file(s) sealed anew.")
        if missing:
            raise CommandError(
                f"{missing} file(s) are named by a row, and are not on the disk or do not open."
            )
