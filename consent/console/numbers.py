"""A statement's number: the program's own for a use that it knows, else the next that is free."""

from typing import Final

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from consent.models import Statement
from privacy.vault.ids import MOST_PURPOSES

FIRST: Final = 100  # below it are the program's own
LOCK: Final = 14  # the advisory lock's key: two who add a statement at once get two numbers


class NumberTaken(ValueError):  # noqa: N818  it says what is the case
    """Another statement stands for this use already."""


def number_for(slug: str, own: Statement | None = None) -> int:
    """Raises NumberTaken. Held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    others = Statement.objects.exclude(pk=own.pk) if own else Statement.objects.all()
    taken = set(others.values_list("number", flat=True))
    if known := known_numbers().get(slug):
        if known in taken:
            raise NumberTaken
        return known
    if own and own.number >= FIRST:
        return own.number
    return next(number for number in range(FIRST, MOST_PURPOSES + 1) if number not in taken)


def known_numbers() -> dict[str, int]:
    known: dict[str, int] = import_string(settings.CONSENT_NUMBERS)()
    return known
