"""Dates, times and numbers in the reader's language, on the association's clock."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

GAP = "\u00a0"  # no break inside a number or a date's number
THOUSAND = 1000
LAST_WORD = 12


def day(value: date) -> str:
    """24 November 2026. A moment is first put on the association's calendar."""
    if isinstance(value, datetime):
        value = _here(value)
    return formats.date_format(value, "DATE_FORMAT")


def moment(value: datetime, *, seconds: bool = False) -> str:
    """1 December 2026, 11:00 CET."""
    here = _here(value)
    clock = here.strftime("%H:%M:%S" if seconds else "%H:%M")
    return f"{day(here)}, {clock}{GAP}{_zone(here)}"


def spaced(value: object) -> str:
    """10 482. What is not a whole number stays as it is."""
    text = str(value)
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) <= len(str(THOUSAND - 1)):
        return text
    grouped = f"{int(digits):,}".replace(",", GAP) if digits[0] != "0" else digits
    return ("-" if text[0] == "-" else "") + grouped


def money(amount: Decimal | int, currency: str) -> str:
    """€ 60.00, with the reader's decimal mark."""
    sign = {"EUR": "€", "GBP": "£", "USD": "$"}.get(currency, currency)
    return f"{sign}{GAP}{formats.number_format(amount, 2, use_l10n=True, force_grouping=False)}"


def in_words(count: int) -> str:
    """Up to twelve as a word, beyond as a number: two organisations, 64 things."""
    names = [
        pgettext("number", "no"),
        pgettext("number", "one"),
        pgettext("number", "two"),
        pgettext("number", "three"),
        pgettext("number", "four"),
        pgettext("number", "five"),
        pgettext("number", "six"),
        pgettext("number", "seven"),
        pgettext("number", "eight"),
        pgettext("number", "nine"),
        pgettext("number", "ten"),
        pgettext("number", "eleven"),
        pgettext("number", "twelve"),
    ]
    return names[count] if 0 <= count <= LAST_WORD else spaced(count)


def bytes_in_words(size: int) -> str:
    """318 kB, 1.4 MB."""
    if size < THOUSAND:
        return _("%(n)s bytes") % {"n": size}
    if size < THOUSAND**2:
        return f"{round(size / THOUSAND)}{GAP}kB"
    return f"{formats.number_format(Decimal(size) / THOUSAND**2, 1)}{GAP}MB"


def _here(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _zone(value: datetime) -> str:
    name = value.tzname() or ""
    # Zones without a name of their own call themselves "+03".
    return f"UTC{name}" if name[:1] in "+-" else name
