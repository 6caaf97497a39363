"""A process that looks at the keyring, waits, and then gives one person the address of another.

Usage: late_writer.py ASSOCIATION HIS HERS
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


def main(association_id: UUID, his: str, hers: str) -> None:
    with speaking_for(association_id):
        person = Individual.objects.get(email=his)
        person.email = hers
        say("looked")
        sys.stdin.readline()
        say("refused" if is_refused(person) else "accepted")


def is_refused(person: Individual) -> bool:
    """No new key is needed for this: only the guard makes the process look again."""
    try:
        with transaction.atomic():
            person.save(update_fields=["email"])
    except IntegrityError:
        return True
    return False


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(UUID(sys.argv[1]), *sys.argv[2:])
