"""Numbers of rows as a form or an address names them: anybody can send anything there."""

from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

LARGEST: Final = 2**63 - 1  # of a row's number; PostgreSQL answers a larger one with an error
DIGITS: Final = len(str(LARGEST))


def row_number(text: str | None) -> int:
    """0, which no row has, for whatever cannot be the number of a row. Python itself refuses to read very long ones."""
    text = text or ""
    if not (text.isascii() and text.isdigit()) or len(text) > DIGITS:
        return 0
    number = int(text)
    return number if number <= LARGEST else 0


def row_or_404(rows: Any, number: str) -> Any:
    """Of a model or a queryset. What can be no row's number is answered like a row that is not there."""
    key = rows.model._meta.pk if isinstance(rows, QuerySet) else rows._meta.pk
    try:
        value = key.to_python(number)
        key.run_validators(value)
    except (ValidationError, ValueError):
        raise Http404 from None
    return get_object_or_404(rows, pk=value)
