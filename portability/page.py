"""The data itself as tables, for the page: all of it can be read before any file is made."""

from typing import Any, Final

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


def note_of(section: Section) -> str:
    count = ngettext("%(n)s thing", "%(n)s things", section.things) % {"n": section.things}
    return ". ".join(
        sentence.rstrip(".") for sentence in (count, words.why(section), words.kept_for(section))
    )


def labels_of(section: Section) -> list[str]:
    if len(section.records) == 1:
        return [_("What"), _("Value"), _("From"), _("Given to"), _("Kept until")]
    return [_("What"), _("More about it"), _("When"), _("Given to"), _("Kept until")]


def value_rows(section: Section) -> list[dict[str, Any]]:
    """One record: a row for each value."""
    labels = labels_of(section)
    return [row(labels, value.column.label, *cells_of_value(value)) for value in section.records[0].filled]


def cells_of_value(value: Value) -> tuple[str, str, str, str]:
    column = value.column
    until = words.day(value.kept_until) if value.kept_until else column.retention
    return value.text, str(column.origin.label), words.given_to(column.recipients), until


def record_rows(section: Section) -> list[dict[str, Any]]:
    labels = labels_of(section)
    return [row(labels, *cells_of_record(record, section)) for record in section.records]


def cells_of_record(record: Record, section: Section) -> tuple[str, str, str, str, str]:
    told = [value for value in record.filled if value.column.name != section.dated_by]
    head = told[0].text if told else section.title
    more = "; ".join(f"{value.column.label}: {value.text}" for value in told[1:])
    when = words.day(record.on) if record.on else ""
    days = [value.kept_until for value in record.values if value.kept_until]
    until = words.day(max(days)) if days else section.retention
    return head, more, when, words.given_to(section.recipients), until


def row(labels: list[str], head: str, *cells: str) -> dict[str, Any]:
    return {
        "head": {"text": head},
        "cells": [{"text": text, "label": label} for text, label in zip(cells, labels[1:], strict=True)],
    }
