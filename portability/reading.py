"""One field of one row: as data for machines, and as text for the person."""

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any, TypeAlias

from django.db.models import DecimalField, Field, ForeignKey, Model
from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portability import words
from portability.package import JSON
from privacy.declarations import Text
from privacy.links import without_keys

AnyField: TypeAlias = "Field[Any, Any]"  # quoted: it takes no parameters at run time


def read(row: Model, field: AnyField) -> Any:
    """A link reads as the row it leads to: `collect` has fetched it with the same statement."""
    value = getattr(row, field.name if isinstance(field, ForeignKey) else field.attname)
    if isinstance(value, Decimal) and isinstance(field, DecimalField):
        return round(value, field.decimal_places)  # 60.00, as on the invoice
    return value


def as_data(value: Any) -> JSON:
    """ISO 8601 for dates, text for exact decimals and numbers of rows; nothing that a JSON reader would round."""
    match value:
        case None | bool() | int():
            return value
        case date() | time():
            return value.isoformat()
        case Mapping():
            return {str(key): as_data(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [as_data(item) for item in value]
        case bytes() | memoryview():
            return bytes(value).hex()
    return code_or_text(value)


def code_or_text(value: Any) -> str:
    """Countries have a code; whatever else stands at the end of a link says what it is called."""
    return without_keys(str(getattr(value, "code", value)))


def as_text(value: Any, field: AnyField, words_of_codes: Mapping[str, Text]) -> str:
    if isinstance(value, str) and value in words_of_codes:
        return str(words_of_codes[value])
    if field.choices and value not in (None, ""):
        return str(dict(field.flatchoices).get(value, value))
    if words_of_codes and isinstance(value, list | tuple):
        return ", ".join(str(words_of_codes.get(item, item)) for item in value)
    return plain_text(value)


def plain_text(value: Any) -> str:
    match value:
        case bool():
            return _("yes") if value else _("no")
        case date():
            return words.day(value)
        case Decimal():
            return formats.number_format(value, use_l10n=True)
        case Mapping():
            return "; ".join(f"{capfirst(str(key))}: {plain_text(item)}" for key, item in value.items())
        case list() | tuple() | set() | frozenset():
            return ", ".join(plain_text(item) for item in value)
    return "" if value is None else without_keys(str(getattr(value, "name", value)))
