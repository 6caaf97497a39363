"""The data itself as tables, for the page: all of it can be read before any file is made."""

from collections.abc import Iterable
from typing import Any, Final

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portability import words
from portability.package import Package, Record, Section, Value

SHORT: Final = 6  # rows shown until somebody asks for all


def tables_of(package: Package, *, whole: str) -> list[dict[str, Any]]:
    """`whole`: the section of which every row is shown."""
    return [table_of(section, is_whole=section.key == whole) for section in package.held]


def table_of(section: Section, *, is_whole: bool) -> dict[str, Any]:
    rows = value_rows(section) if len(section.records) == 1 else record_rows(section)
    shown = rows if is_whole else rows[:SHORT]
    return {
        "key": section.key,
        "title": section.title,
        "note": note_of(section),
        "columns": [{"label": label} for label in labels_of(section)],
        "rows": shown,
        "more": len(rows) - len(shown),
    }


def note_of(section: Section) -> SafeString:
    """What is true of the whole section is said once: why first, then the terms."""
    count = ngettext("%(n)s thing", "%(n)s things", section.things) % {"n": section.things}
    terms = [
        (_("From"), words.origins(section.columns)),
        (_("Seen by"), words.given_to(section.recipients)),
        (_("Kept"), words.until(section)),
    ]
    told = " · ".join(words.labelled(term, text) for term, text in terms)
    return format_html("{}. {}<br>{}", count, words.why(section), told)


def labels_of(section: Section) -> list[str]:
    if len(section.records) == 1:
        mixed = [_("From")] if is_mixed(section) else []
        return [_("What"), _("Value"), *mixed, *until_label(section)]
    return [_("What"), _("More about it"), _("When"), *until_label(section)]


def is_mixed(section: Section) -> bool:
    return len({value.column.origin for record in section.records for value in record.told}) > 1


def until_label(section: Section) -> list[str]:
    """Only where a law keeps something longer than the section says."""
    return [_("Kept until")] if section.kept_until else []


def value_rows(section: Section) -> list[dict[str, Any]]:
    """One record: a row for each value."""
    labels = labels_of(section)
    return [row(labels, value.column.label, *cells_of(value, section)) for value in section.records[0].told]


def cells_of(value: Value, section: Section) -> list[str]:
    origin = [str(value.column.origin.label)] if is_mixed(section) else []
    return [value.text, *origin, *last_day([value], section)]


def record_rows(section: Section) -> list[dict[str, Any]]:
    labels = labels_of(section)
    return [row(labels, *cells_of_record(record, section)) for record in section.records]


def cells_of_record(record: Record, section: Section) -> list[str]:
    told = [value for value in record.told if value.column.name != section.dated_by]
    head = told[0].text if told else section.title
    more = "; ".join(words.labelled(value.column.label, value.text) for value in told[1:])
    when = words.day(record.on) if record.on else ""
    return [head, more, when, *last_day(record.values, section)]


def last_day(values: Iterable[Value], section: Section) -> list[str]:
    """Nothing where no law asks for it in this section; else the day, or a dash."""
    days = [value.kept_until for value in values if value.kept_until]
    return [words.day(max(days)) if days else words.NOTHING] if section.kept_until else []


def row(labels: list[str], head: str, *cells: str) -> dict[str, Any]:
    return {
        "head": {"text": head},
        "cells": [{"text": text, "label": label} for text, label in zip(cells, labels[1:], strict=True)],
    }
