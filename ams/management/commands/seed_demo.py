"""Invents the demo's associations."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ams.demo.seed.plans import SLUGS
from ams.demo.seed.plant import plant
from ams.models import Association, Individual
from privacy.tenancy import speaking_for


class Command(BaseCommand):
    help = "Invents two associations with 250 people each. Does nothing to one that is there already."

    def handle(self, **_: Any) -> None:
        others = Association.objects.exclude(slug__in=SLUGS)
        if others.exists():
            raise CommandError("There are real associations here: the demo is only for an empty database.")
        for slug in SLUGS:
            if Association.objects.filter(slug=slug).exists():
                self.stdout.write(f"{slug}: there already.")
                continue
            begun = time.monotonic()
            association = plant(slug)
            with speaking_for(association.pk):
                count = Individual.objects.count()
            self.stdout.write(f"{slug}: {count} people in {time.monotonic() - begun:.1f} s.")
