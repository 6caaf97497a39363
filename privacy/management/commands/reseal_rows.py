"""`manage.py reseal_rows`: once, after the upgrade. It may be stopped and run again; members notice nothing."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from privacy.database import build_header_checks, header_checks, present_header_checks
from privacy.inventory import association_model
from privacy.resealing import Table, count_old, reseal_table, sealed_tables
from privacy.tenancy import as_owner
from privacy.vault.errors import KeyringError


class Command(BaseCommand):
    help = "Seal values that an earlier version has stored anew, each for its own row, so that none can be moved."

    def handle(self, *_args: Any, **_options: Any) -> None:
        with as_owner():
            away = [each for each in self.associations() if not self.reseal(each)]
            build_header_checks()
        if away:
            raise CommandError(f"{len(away)} association(s) could not be done: {', '.join(map(str, away))}.")
        if not {(check.table, check.name) for check in header_checks()} <= present_header_checks():
            raise CommandError("Values of before have come in meanwhile: run the command once more.")
        self.stdout.write("Each value is sealed for its own row.")

    def associations(self) -> list[UUID]:
        return list(association_model()._base_manager.order_by("pk").values_list("pk", flat=True))

    def reseal(self, association_id: UUID) -> bool:
        """False when its keyring is away or lacks a key; the others are done all the same."""
        try:
            for table in sealed_tables():
                self.reseal_table(association_id, table)
        except KeyringError as error:
            self.stderr.write(f"{association_id}: {error}")
            return False
        return True

    def reseal_table(self, association_id: UUID, table: Table) -> None:
        done, total = 0, count_old(association_id, table)
        for rows in reseal_table(association_id, table):
            done += rows
            self.stdout.write(f"{association_id} {table.model._meta.db_table}: {done} of {total} rows")
