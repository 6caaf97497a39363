"""A process that looks at the keyring, waits, and then writes a findable value.

Usage: late_writer.py ASSOCIATION EMAIL
"""

import os
import sys
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ams.settings")

import django

django.setup()

from django.db import IntegrityError, transaction  # noqa: E402  needs the set-up above

from ams.models import Individual  # noqa: E402  as above
from privacy.tenancy import speaking_for  # noqa: E402  as above


def main(association_id: UUID, email: str) -> None:
    with speaking_for(association_id):
        if not Individual.objects.filter(email=email).exists():
            raise LookupError
        say("looked")
        sys.stdin.readline()
        say("refused" if is_refused(email) else "accepted")


def is_refused(email: str) -> bool:
    try:
        with transaction.atomic():
            Individual.objects.create(given_name="twin", email=email)
    except IntegrityError:
        return True
    return False


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(UUID(sys.argv[1]), sys.argv[2])
