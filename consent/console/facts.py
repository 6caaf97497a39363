"""The facts of a statement as rows to be read."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_countries import countries

from consent.models import Kind, Statement, Version


def facts_of(statement: Statement, version: Version | None) -> list[dict[str, Any]]:
    """For blocks/summary.html. `version`: in force; its months count."""
    rows = [
        (_("Purpose"), capfirst(statement.get_purpose_display())),
        (_("Legal basis"), capfirst(statement.get_basis_display())),
        (_("Recipients"), "\n".join(statement.recipients) or _("Our own staff alone")),
        *lists_of(statement),
        (_("Where it stands"), capfirst(statement.get_asked_at_display())),
        (_("Who is asked"), "\n".join(audience_of(statement)) or _("Everybody")),
    ]
    if statement.kind == Kind.CONSENT:
        rows += of_a_consent(statement, version)
    return [{"term": term, "value": value} for term, value in rows]


def lists_of(statement: Statement) -> list[tuple[str, str]]:
    """Only where somebody is named who could be given one."""
    if not statement.recipients:
        return []
    fields = ", ".join(shared_labels(statement.shared_fields))
    return [(_("What a list for them holds"), fields or _("Nothing: no list can be handed over"))]


def shared_labels(names: Iterable[str]) -> list[str]:
    """In the reader's language; what the programme knows no more, by its own name."""
    known = dict(import_string(settings.CONSENT_SHARED_FIELDS)())
    return [str(known.get(name, name)) for name in names]


def of_a_consent(statement: Statement, version: Version | None) -> list[tuple[str, str]]:
    days, months = statement.erase_after_days, version and version.again_after_months
    after_a_no = ngettext("Erased after %(n)s day", "Erased after %(n)s days", days) % {"n": days}
    again = ngettext("After %(n)s month", "After %(n)s months", months or 0) % {"n": months}
    return [
        (
            _("Confirmed by mail"),
            _("Yes, a click in a letter completes it") if statement.double_opt_in else _("No"),
        ),
        (_("Asked again"), again if months else _("Only after newer words")),
        (_("What rests on the yes alone"), after_a_no),
    ]


def audience_of(statement: Statement) -> list[str]:
    """Who is asked, a line for each limit. Nothing: everybody."""
    names = dict(import_string(settings.CONSENT_AUDIENCE)()) if statement.membership_types else {}
    found = [
        ", ".join(str(names.get(code, code)) for code in statement.membership_types),
        ", ".join(str(countries.name(code)) for code in statement.countries),
        ages(statement.age_from, statement.age_to),
    ]
    return [line for line in found if line]


def ages(first: int | None, last: int | None) -> str:
    age = {"first": first, "last": last}
    if first is not None and last is not None:
        return _("From age %(first)s to %(last)s") % age
    if first is not None:
        return _("From age %(first)s") % age
    return _("Up to age %(last)s") % age if last is not None else ""
