"""Finds the number of a person, the only name that other commands take."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ams.models import Association, Individual
from privacy.tenancy import speaking_for


class Command(BaseCommand):
    help = "Prints the number (uid) of the person with this e-mail. Fails when nobody has it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--association", metavar="SLUG", help="look in this one only")

    def handle(self, *, email: str, association: str | None, **_: Any) -> None:
        there = Association.objects.filter(slug=association) if association else Association.objects.all()
        found = [uid for one in there for uid in uids_with(one, email)]
        if not found:
            raise CommandError("Nobody has this e-mail.")
        if len(found) > 1:
            raise CommandError("Known in several associations: name one with --association.")
        self.stdout.write(found[0])


def uids_with(association: Association, email: str) -> list[str]:
    with speaking_for(association.pk):
        return [str(pk) for pk in Individual.objects.filter(email=email).values_list("pk", flat=True)]
