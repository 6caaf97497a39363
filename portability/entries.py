"""The records of one section, as the report prints them.

A record is one paragraph with at most one inline box: layout costs by the box, and a member may have thousands
(bench/bench_pdf.py). The date column is a hanging indent with one tab stop, which must stand inside the bold box,
because a text box measures tab stops from its own start. Tables only where there are few rows.
"""

from collections.abc import Iterable
from datetime import datetime
from statistics import mode
from typing import Final

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from portability import words
from portability.package import Column, Record, Section, Value

FEW: Final = 3  # records that are printed as lists of label and value
MANY: Final = 200  # records from which on each gets a single line
PRINTED: Final = 5000  # of a section; more would not fit into the press, and nobody would read them on paper
LONG: Final = 160  # characters from which on a text gets paragraphs of its own


class Entries:
    """Decides once for a section which columns stand where, so that all its records read alike."""

    def __init__(self, section: Section) -> None:
        self.section = section
        self.records = section.records[:PRINTED]
        self.left_out = len(section.records) - len(self.records)
        self.is_short = len(self.records) <= FEW
        self.is_compact = len(self.records) > MANY
        used = [c for c in section.columns if any(self.text(record, c) for record in self.records)]
        self.shared = [] if self.is_short else [c for c in used if self.is_shared(c)]
        self.below = [] if self.is_compact else [c for c in used if c not in self.shared and self.is_long(c)]
        told = {c.name for c in (*self.shared, *self.below)} | {section.dated_by}
        self.inline = [c for c in used if c.name not in told]
        self.usual_origin = mode(column.origin for column in section.columns)
        days = {value.kept_until for record in self.records for value in record.filled}
        self.all_kept_alike = len(days) == 1  # then the box above says it
        self.has_days = any(words.kept(v) for record in self.records for v in record.values)

    def text(self, record: Record, column: Column) -> str:
        value = record.value(column.name)
        return value.text if value else ""

    def is_shared(self, column: Column) -> bool:
        """Said once for the whole section instead of in each record."""
        texts = {self.text(record, column) for record in self.records}
        return len(texts) == 1 and column.name != self.section.dated_by and not self.is_long(column)

    def is_long(self, column: Column) -> bool:
        texts = (self.text(record, column) for record in self.records)
        return any(len(text) > LONG or "\n" in text for text in texts)

    def facts(self) -> list[tuple[str, str]]:
        return [(column.label, one_line(self.text(self.records[0], column))) for column in self.shared]

    def labels(self) -> list[str]:
        """What stands in each entry, in order: said once above them."""
        dated = [column.label for column in self.section.columns if column.name == self.section.dated_by]
        return [] if self.is_short else dated + [column.label for column in (*self.inline, *self.below)]

    def body(self) -> SafeString:
        if self.is_short:
            return mark_safe("".join(self.table(record) for record in self.records))  # noqa: S308 each value is escaped
        kind = "lines" if self.is_compact else "entries"
        return mark_safe(f'<div class="{kind}">{"".join(map(self.entry, self.records))}</div>')  # noqa: S308 as above

    def table(self, record: Record) -> str:
        rows = "".join(self.row(value) for value in record.filled)
        return f"<table><tbody>{rows}</tbody></table>" if rows else ""

    def row(self, value: Value) -> str:
        label = escape(value.column.label)
        return f'<tr><th scope="row">{label}</th><td>{paragraphs(value.text)}{self.note(value)}</td></tr>'

    def note(self, value: Value) -> str:
        """What the box above the section cannot say, because it differs from value to value."""
        parts = [words.came_from(value.column)] if value.column.origin != self.usual_origin else []
        kept = "" if self.all_kept_alike else words.kept(value)
        note = " · ".join([*parts, *filter(None, [kept])])
        return f"<small>{escape(note)}</small>" if note else ""

    def entry(self, record: Record) -> str:
        first, *rest = [one_line(self.text(record, column)) or words.NOTHING for column in self.inline] or [
            words.NOTHING
        ]
        rest = [*self.clock(record), *rest, *self.last_day(record)]
        head = f"{escape(words.date_only(record.on))}\t" if record.on else "\t"
        line = " · ".join(escape(part) for part in rest)
        if self.is_compact:
            return f"<p>{head}{escape(first)}{' · ' if line else ''}{line}</p>"
        below = "".join(long_text(self.text(record, column)) for column in self.below)
        return f"<p><b>{head}</b>{escape(first)}{chr(10) if line else ''}{line}</p>{below}"

    def clock(self, record: Record) -> list[str]:
        return [words.clock(record.on)] if isinstance(record.on, datetime) else []

    def last_day(self, record: Record) -> list[str]:
        days = [value.kept_until for value in record.values if value.kept_until]
        return [words.until_day(max(days))] if days else [words.NOTHING] * self.has_days


def one_line(text: str) -> str:
    """Tabs and line breaks are layout here, so a value brings none."""
    return " ".join(text.split())


def blocks(text: str) -> Iterable[str]:
    return filter(None, (one_line(line) for line in text.splitlines()))


def paragraphs(text: str) -> str:
    found = [escape(block) for block in blocks(text)]
    return found[0] if len(found) == 1 else "".join(f"<p>{block}</p>" for block in found)


def long_text(text: str) -> str:
    return "".join(f'<p class="below">{escape(block)}</p>' for block in blocks(text))
