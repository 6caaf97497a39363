"""Bytes of a file → its headings and rows, whatever program wrote it: encoding, separator, line breaks."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from ams.imports.encodings import decoded, encoding_of
from ams.imports.headings import understood

DELIMITERS: Final = (",", ";", "\t", "|")
LARGEST: Final = 50 * 1024 * 1024
WIDEST: Final = 500
LOOKED_AT: Final = 64 * 1024
DEEPEST: Final = 20  # headings stand in one of the first lines
SAID: Final = re.compile(r"sep=(.?)", re.IGNORECASE)  # a spreadsheet's note to itself in the first line


class Unreadable(ValueError):  # noqa: N818 it says what is the case
    """The file as a whole. `reason` is one of ams/imports/reasons.py, `line` where to look first."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.line = reason, line


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read; None is guessed. `heading_line` 0: there are no headings."""

    encoding: str | None = None
    delimiter: str | None = None
    heading_line: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """`line` is where the row begins in the file, as an editor counts."""

    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Table:
    encoding: str
    delimiter: str
    heading_line: int
    headings: list[str]
    text: str

    def rows(self) -> Iterator[Row]:
        """Those with something in them, below the headings. A cell may hold line breaks when it is quoted.

        Raises Unreadable where a quotation mark stays open: all that follows would be one cell, and silently lost.
        """
        last = 1
        for row in records(self.text, self.delimiter):
            last = row.line
            if row.line > self.heading_line and any(row.cells) and not is_note(row):
                yield row
        if self.stays_open(last):
            raise Unreadable("open_quote", last)

    def stays_open(self, line: int) -> bool:
        """From this line to the end: the strict reader says so, as its very last word."""
        rest = islice(io.StringIO(self.text, newline=""), line - 1, None)
        try:
            for _cells in csv.reader(rest, delimiter=self.delimiter, strict=True):
                pass
        except csv.Error as error:
            return "unexpected end" in str(error)
        return False


def table_of(data: bytes, reading: Reading | None = None) -> Table:
    """Raises Unreadable."""
    reading = reading or Reading()
    if len(data) > LARGEST:
        raise Unreadable("file_too_large")
    encoding = reading.encoding or encoding_of(data)
    text = text_of(data, encoding)
    delimiter = reading.delimiter or delimiter_of(text)
    top = list(islice((row for row in records(text, delimiter) if any(row.cells)), DEEPEST))
    if not top:
        raise Unreadable("empty_file")
    line = heading_line_of(top) if reading.heading_line is None else reading.heading_line
    headings = headings_of(top, line)
    if len(headings) > WIDEST:
        raise Unreadable("too_wide")
    return Table(encoding, delimiter, line, headings, text)


def text_of(data: bytes, encoding: str) -> str:
    try:
        text = decoded(data, encoding)
    except UnicodeError:
        raise Unreadable("broken_characters") from None
    if "\0" in text:
        raise Unreadable("not_a_table")
    return text


def headings_of(top: list[Row], line: int) -> list[str]:
    """Without headings there are as many empty ones as the widest row has cells."""
    if line == 0:
        return [""] * max(len(row.cells) for row in top)
    for row in top:
        if row.line == line:
            return row.cells
    raise Unreadable("no_such_line")


def heading_line_of(top: list[Row]) -> int:
    """Where most words mean something; else the first line, unless somebody's address stands in it."""
    candidates = [row for row in top if not is_note(row) and not any("@" in cell for cell in row.cells)]
    best = max(candidates, key=lambda row: understood(row.cells), default=None)
    if best and understood(best.cells):
        return best.line
    first = next((row for row in top if not is_note(row)), None)
    return first.line if first in candidates and first else 0


def is_note(row: Row) -> bool:
    """`sep=;` in the first line: no heading, and nobody."""
    return row.line == 1 and SAID.fullmatch(row.cells[0]) is not None and not any(row.cells[1:])


def delimiter_of(text: str) -> str:
    """The one that the first line names; else the one that cuts the first rows into the most cells, all rows alike."""
    start = text[:LOOKED_AT]
    said = SAID.match(start.split("\n", 1)[0])
    if said and said[1] in DELIMITERS:
        return said[1]

    def score(delimiter: str) -> tuple[bool, bool, int]:
        try:
            rows = [row for _number, row in zip(range(20), reader_of(start, delimiter), strict=False) if row]
        except csv.Error:
            return (False, False, 0)
        # The last row may be cut off by the end of what is looked at.
        widths = {len(row) for row in (rows[:-1] or rows)}
        widest = max(widths, default=0)
        # A character that cuts nothing leaves all rows alike too.
        return (widest > 1, len(widths) == 1, widest)

    return max(DELIMITERS, key=score)


def records(text: str, delimiter: str) -> Iterator[Row]:
    """Every line of the file, empty ones too. Raises Unreadable."""
    reader = reader_of(text, delimiter)
    line = 1
    try:
        for cells in reader:
            yield Row(line, [cell.strip() for cell in cells])
            line = reader.line_num + 1
    except csv.Error:
        raise Unreadable("open_quote", line) from None


def reader_of(text: str, delimiter: str) -> "csv._reader":  # type: ignore[name-defined]  # the type has no public name
    """`newline=""`: CR, LF and CRLF all end a line, and stay as they are inside quotation marks."""
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
