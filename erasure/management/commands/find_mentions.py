"""`manage.py find_mentions UID`: which records of others name a person. Prints where, never what."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from erasure.management.commands.erase_individual import find
from erasure.mentions import mentions_of, numbers_of
from privacy.tenancy import speaking_for


class Command(BaseCommand):
    help = (
        "Find the person's name, addresses and numbers in texts of others, to redact them before an erasure."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("uid", help="the person's uid, as find_individual prints it")

    def handle(self, *_args: Any, uid: str, **_options: Any) -> None:
        association_id, individual = find(uid)
        with speaking_for(association_id):
            texts, numbers = mentions_of(individual), numbers_of(individual)
        for each in texts:
            whose = f", about {each.about}" if each.about else ""
            self.stdout.write(f"{each.declaration.model._meta.label_lower} {each.key}, {each.field}{whose}")
        for number in numbers:
            self.stdout.write(f"{number.model}, {number.column}: the number alone, in {number.count} rows")
        self.stdout.write(f"{len(texts)} texts name this person. Files are not searched.")
