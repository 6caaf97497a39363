"""Checks the chain of entries; the first one that does not hold is named, and the command then fails."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from privacy.inventory import association_model
from privacy.ledger import verify


class Command(BaseCommand):
    help = "Verify the ledger of one association or of all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--association", metavar="SLUG", help="only this association")

    def handle(self, *_args: Any, **options: Any) -> None:
        broken = 0
        for association in chosen(options["association"]):
            fault = verify(association.pk)
            broken += fault is not None
            says = f"broken at entry {fault.seq}: {fault.reason}" if fault else "holds"
            self.stdout.write(f"{association.slug}: {says}")
        if broken:
            raise CommandError(f"The ledger of {broken} association(s) does not hold.")


def chosen(slug: str | None) -> list[Any]:
    everyone = association_model()._base_manager.order_by("slug")
    found = list(everyone.filter(slug=slug) if slug else everyone)
    if slug and not found:
        raise CommandError(f"There is no association {slug}.")
    return found
