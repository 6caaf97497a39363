"""The sentences in which a copy says why a thing is held, where it came from and until when."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Final

from django.utils import formats, timezone, translation
from django.utils.text import capfirst
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _

from portability.package import Column, Section, Value
from privacy.declarations import Basis, Declaration, Text

# Art. 6(1) GDPR, letter by letter.
BECAUSE: Final[dict[Basis, Text]] = {
    Basis.CONSENT: _("you said yes, and can say no at any time (Art. 6(1)(a) GDPR)"),
    Basis.CONTRACT: _("your membership needs it, as we agreed when you joined (Art. 6(1)(b) GDPR)"),
    Basis.LEGAL_OBLIGATION: _("the law asks us to (Art. 6(1)(c) GDPR)"),
    Basis.VITAL_INTEREST: _("a life may depend on it (Art. 6(1)(d) GDPR)"),
    Basis.PUBLIC_TASK: _("it is a task in the public interest (Art. 6(1)(e) GDPR)"),
    Basis.LEGITIMATE_INTEREST: _(
        "we have a legitimate interest, to which you may object (Art. 6(1)(f) GDPR)"
    ),
}
NOTHING: Final = "–"  # noqa: RUF001 a dash, as in print


@contextmanager
def speaking_as(language: str, time_zone: str) -> Iterator[None]:
    """A copy is in the person's language and on the association's clock, whoever asked for it."""
    with translation.override(language), timezone.override(time_zone):
        yield


def day(value: date) -> str:
    """24 November 2026; a moment with its hour and zone: 24 November 2026, 10:55 CET."""
    return f"{date_only(value)}, {clock(value)}" if isinstance(value, datetime) else date_only(value)


def date_only(value: date) -> str:
    # Django's English puts the month first; we write for all of Europe.
    english = (get_language() or "en").startswith("en")
    pattern = "j F Y" if english else formats.get_format("DATE_FORMAT")
    return formats.date_format(here(value) if isinstance(value, datetime) else value, pattern)


def clock(value: datetime) -> str:
    local = here(value)
    return f"{local:%H:%M} {local.tzname() or ''}".rstrip()


def here(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def retention_of(declaration: Declaration) -> str:
    """Where an app names no time of its own, the erasure is the end."""
    return str(declaration.retention or _("until your data is erased"))


def why(section: Section) -> str:
    """One sentence: the purpose, as the declaration says it, and the law."""
    return _("%(purpose)s: %(because)s.") % {
        "purpose": capfirst(section.purpose),
        "because": BECAUSE[section.basis],
    }


def given_to(recipients: tuple[str, ...]) -> str:
    return "; ".join(recipients)


def came_from(column: Column) -> str:
    return pgettext("origin", "from %(origin)s") % {"origin": column.origin.label}


def labelled(label: str, text: str) -> str:
    """Not every language has the colon close to the word."""
    return _("%(label)s: %(text)s") % {"label": label, "text": text}


def origins(columns: tuple[Column, ...]) -> str:
    return ", ".join(str(label) for label in dict.fromkeys(column.origin.label for column in columns))


def until(section: Section) -> str:
    """The retention that was declared, and the last day of what a law keeps longer."""
    last = section.kept_until
    kept = _("the last of it until %(day)s") % {"day": day(last)} if last else ""
    return "; ".join(str(part) for part in (section.retention, kept) if part)


def kept(value: Value) -> str:
    return until_day(value.kept_until) if value.kept_until else ""


def until_day(last: date) -> str:
    return pgettext("kept", "until %(day)s") % {"day": day(last)}


def kept_until(last: date) -> str:
    return _("kept until %(day)s") % {"day": day(last)}
