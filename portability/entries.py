"""The records of one section, as the report prints them.

A record is one paragraph with at most one inline box: layout costs by the box, and a member may have thousands
(bench/bench_pdf.py). The date column is a hanging indent with one tab stop, which must stand inside the bold box,
because a text box measures tab stops from its own start. The person's own record alone is a table.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from statistics import mode
from typing import Final

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from portability import words
from portability.package import Attached, Column, Record, Section, Value

MANY: Final = 200  # records from which on each gets a single line
PRINTED: Final = 5000  # of a section; more would not fit into the press, and nobody would read them on paper
LONG: Final = 160  # characters from which on a text gets paragraphs of its own
A_LINE: Final = 90  # characters beside the date
LONG_WORD: Final = re.compile(r"\S{40}")
PICTURES: Final = (
    ".jpg",
    ".png",
    ".gif",
    ".webp",
)  # as we call a file by how it begins (portability/collect.py)
LARGEST: Final = 8 * 1024 * 1024  # bytes of a picture on paper


class Entries:
    """Decides once for a section which columns stand where, so that all its records read alike."""

    def __init__(self, section: Section) -> None:
        self.section = section
        self.records = section.records[:PRINTED]
        self.left_out = len(section.records) - len(self.records)
        self.is_compact = len(self.records) > MANY
        printed = [column for column in section.columns if not column.data_only]
        used = [c for c in printed if any(self.text(record, c) for record in self.records)]
        self.is_empty = not used
        self.shared = [c for c in used if self.is_shared(c)]
        self.below = [] if self.is_compact else [c for c in used if c not in self.shared and self.is_long(c)]
        told = {c.name for c in (*self.shared, *self.below)} | {section.dated_by}
        self.inline = [c for c in used if c.name not in told]
        # Said once above a long list; elsewhere each value has its label beside it.
        self.bare = [c for c in self.inline if self.is_compact and self.is_in_all(c)]
        self.usual_origin = mode(column.origin for column in section.columns)
        days = {value.kept_until for record in self.records for value in record.filled}
        self.all_kept_alike = len(days) == 1  # then the box above says it

    def text(self, record: Record, column: Column) -> str:
        value = record.value(column.name)
        return value.text if value else ""

    def is_shared(self, column: Column) -> bool:
        """Said once for the whole section instead of in each record."""
        if len(self.records) == 1 or column.name == self.section.dated_by or self.is_long(column):
            return False
        return len({self.text(record, column) for record in self.records}) == 1

    def is_long(self, column: Column) -> bool:
        return any(len(self.text(record, column)) > LONG for record in self.records)

    def is_in_all(self, column: Column) -> bool:
        return all(self.text(record, column) for record in self.records)

    def in_common(self) -> str:
        return " · ".join(labelled(column, self.text(self.records[0], column)) for column in self.shared)

    def legend(self) -> str:
        """What stands in each line without its label, in order."""
        return " · ".join(column.label for column in self.bare)

    def date(self) -> str:
        """Which date it is that leads each entry."""
        labels = (column.label for column in self.section.columns if column.name == self.section.dated_by)
        leads = not self.section.is_person and any(record.on for record in self.records)
        return next(labels, "") if leads else ""

    def body(self) -> SafeString:
        if self.is_empty:
            return SafeString()
        if self.section.is_person:
            return mark_safe("".join(self.table(record) for record in self.records))  # noqa: S308 each value is escaped
        entries = "".join(map(self.entry, self.records))
        return mark_safe(f'<div class="{self.kind()}">{entries}</div>')  # noqa: S308 as above

    def kind(self) -> str:
        """To break a word anywhere costs time, so it is done where a word would not fit into its line."""
        texts = (value.text for record in self.records for value in record.told)
        kinds = {
            "lines" if self.is_compact else "entries": True,
            "dated": self.date(),
            "wide": any(map(LONG_WORD.search, texts)),
        }
        return " ".join(kind for kind, holds in kinds.items() if holds)

    def table(self, record: Record) -> str:
        pictures = "".join(picture(value.column.label, value.file) for value in record.told)
        rows = "".join(self.row(value) for value in record.told if not is_picture(value.file))
        return f"{pictures}<table><tbody>{rows}</tbody></table>" if rows else pictures

    def row(self, value: Value) -> str:
        label = escape(value.column.label)
        return f'<tr><th scope="row">{label}</th><td>{paragraphs(value.text)}{self.note(value)}</td></tr>'

    def note(self, value: Value) -> str:
        """What the box above the section cannot say, because it differs from value to value."""
        parts = [words.came_from(value.column)] if value.column.origin != self.usual_origin else []
        kept = "" if self.all_kept_alike else words.kept(value)
        note = " · ".join([*parts, *filter(None, [kept])])
        return f" <small>{escape(note)}</small>" if note else ""

    def entry(self, record: Record) -> str:
        first, *rest = self.told_inline(record) or [""]
        line = " · ".join(escape(part) for part in (*self.clock(record), *rest, *self.last_day(record)))
        below = "" if self.is_compact else "".join(long_text(self.text(record, c)) for c in self.below)
        return f"<p>{self.head(record, escape(first))}{self.gap(first, line)}{line}</p>{below}"

    def head(self, record: Record, first: str) -> str:
        if not record.on:
            return first if self.is_compact else f"<b>{first}</b>"
        day = escape(words.date_only(record.on))
        return f"{day}\t{first}" if self.is_compact else f"<b>{day}\t</b>{first}"

    def gap(self, first: str, line: str) -> str:
        """One line where both fit into it."""
        if not (first and line):
            return ""
        fits = self.is_compact or len(first) + len(line) < A_LINE
        return " · " if fits else "\n"

    def told_inline(self, record: Record) -> list[str]:
        """The first speaks for itself, being the heading of its entry; what is empty is left out."""
        told = [(column, one_line(self.text(record, column))) for column in self.inline]
        told = [(column, text) for column, text in told if text]
        return [
            text if number == 0 or column in self.bare else labelled(column, text)
            for number, (column, text) in enumerate(told)
        ]

    def clock(self, record: Record) -> list[str]:
        return [words.clock(record.on)] if isinstance(record.on, datetime) else []

    def last_day(self, record: Record) -> list[str]:
        days = [value.kept_until for value in record.values if value.kept_until]
        return [words.kept_until(max(days))] if days and not self.all_kept_alike else []


def labelled(column: Column, text: str) -> str:
    return words.labelled(column.label, one_line(text))


def is_picture(file: Attached | None) -> bool:
    return file is not None and file.name.endswith(PICTURES) and file.size <= LARGEST


def address_of(file: Attached) -> str:
    """By which the document names it, and the press finds it among what it was given."""
    return f"report:{file.name}"


def picture(label: str, file: Attached | None) -> str:
    return (
        format_html('<img src="{}" alt="{}">', address_of(file), label) if file and is_picture(file) else ""
    )


def one_line(text: str) -> str:
    """Tabs and line breaks are layout here, so a value brings none: an address reads on after a comma."""
    return ", ".join(line.rstrip(",") for line in blocks(text))


def blocks(text: str) -> Iterable[str]:
    return filter(None, (" ".join(line.split()) for line in text.splitlines()))


def paragraphs(text: str) -> str:
    found = [escape(block) for block in blocks(text)]
    return found[0] if len(found) == 1 else "".join(f"<p>{block}</p>" for block in found)


def long_text(text: str) -> str:
    return "".join(f'<p class="below">{escape(block)}</p>' for block in blocks(text))
