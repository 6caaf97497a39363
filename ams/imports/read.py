"""Bytes of a file → its headings and rows, whatever program wrote it: encoding, separator, line breaks."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

DELIMITERS: Final = (",", ";", "\t")
BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LARGEST: Final = 50 * 1024 * 1024
WIDEST: Final = 500
LOOKED_AT: Final = 64 * 1024


class Unreadable(ValueError):  # noqa: N818 it says what is the case
    """The file as a whole. `reason` is one of ams/imports/reasons.py, `line` where to look first."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.line = reason, line


@dataclass(frozen=True, slots=True)
class Row:
    """`line` is where the row begins in the file, as an editor counts."""

    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Table:
    encoding: str
    delimiter: str
    headings: list[str]
    text: str

    def rows(self) -> Iterator[Row]:
        """Those with something in them. A cell may hold line breaks when it is quoted.

        Raises Unreadable where a quotation mark stays open: all that follows would be one cell, and silently lost.
        """
        reader = reader_of(self.text, self.delimiter)
        last = line = 1
        try:
            for cells in reader:
                if line > 1 and any(cell.strip() for cell in cells):
                    yield Row(line, [cell.strip() for cell in cells])
                last, line = line, reader.line_num + 1
        except csv.Error:
            raise Unreadable("open_quote", line) from None
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


def table_of(data: bytes) -> Table:
    """Raises Unreadable."""
    if len(data) > LARGEST:
        raise Unreadable("file_too_large")
    encoding = encoding_of(data)
    text = decoded(data, encoding)
    if "\0" in text:
        raise Unreadable("not_a_table")
    delimiter = delimiter_of(text)
    headings = headings_of(text, delimiter)
    if not any(headings):
        raise Unreadable("empty_file")
    if len(headings) > WIDEST:
        raise Unreadable("too_wide")
    return Table(encoding, delimiter, headings, text)


def headings_of(text: str, delimiter: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(reader_of(text, delimiter), [])]
    except csv.Error:
        raise Unreadable("open_quote", 1) from None


def encoding_of(data: bytes) -> str:
    """A mark at the start says it; else zero bytes in every other place mean UTF-16; else UTF-8 if it is valid."""
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return encoding
    start = data[:LOOKED_AT]
    if len(start) > 1 and start[1::2].count(0) > len(start) // 4:
        return "utf-16-le"
    if len(start) > 1 and start[::2].count(0) > len(start) // 4:
        return "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        # Five bytes have no letter in Windows-1252; programs that write them mean Latin-1's control characters.
        if encoding == "cp1252":
            return data.decode("latin-1")
        raise Unreadable("broken_characters") from None


def delimiter_of(text: str) -> str:
    """The one that cuts the first rows into the most cells, all rows alike."""
    start = text[:LOOKED_AT]

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


def reader_of(text: str, delimiter: str) -> "csv._reader":  # type: ignore[name-defined]  # the type has no public name
    """`newline=""`: CR, LF and CRLF all end a line, and stay as they are inside quotation marks."""
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
