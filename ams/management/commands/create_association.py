"""`manage.py create_association SLUG …`: a new customer, with a keyring of its own."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from ams.models import Association
from privacy import ledger
from privacy.tenancy import speaking_for
from privacy.vault import current

TEXTS = ("legal_name", "short_name", "postal_address", "contact_email", "authority", "country")


class Command(BaseCommand):
    help = "Make an association and its keyring. Administrators fill in the rest in the console."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="its short name in addresses and commands")
        for name in TEXTS:
            field: Any = Association._meta.get_field(name)
            parser.add_argument(f"--{name.replace('_', '-')}", required=True, help=str(field.verbose_name))
        parser.add_argument(
            "--languages", default="en", help="separated by commas, the first is the usual one"
        )
        parser.add_argument("--host", action="append", default=[], help="a host name; may be given again")
        parser.add_argument("--time-zone", default="Europe/Berlin")

    def handle(
        self, *_args: Any, slug: str, languages: str, host: list[str], time_zone: str, **facts: Any
    ) -> None:
        association = Association(
            slug=slug,
            languages=languages.split(","),
            host_names=[name.lower() for name in host],
            time_zone=time_zone,
            **{name: facts[name] for name in TEXTS},
        )
        try:
            association.full_clean()
        except ValidationError as error:
            found = error.message_dict
            raise CommandError(
                "; ".join(f"{name}: {' '.join(texts)}" for name, texts in found.items())
            ) from None
        self.create(association)
        self.stdout.write(f"{association.short_name} is there, with its keyring.")

    @transaction.atomic
    def create(self, association: Association) -> None:
        association.save(force_insert=True)
        with speaking_for(association.pk):
            current.create_for(association.pk)
            ledger.append(ledger.Kind.ASSOCIATION_CREATED, subject=None, actor=None)
