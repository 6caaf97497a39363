"""Bytes of a file → its headings and rows, whatever program wrote it: encoding, separator, line breaks."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

DELIMITERS: Final = (",", ";", "\t")
BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LARGEST: Final = 50 * 1024 * 1024
WIDEST: Final = 200
LOOKED_AT: Final = 64 * 1024


class Unreadable(ValueError):  # noqa: N818 it says what is the case
    """The file as a whole. `reason` is one of ams/imports/reasons.py."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


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
        """Those with something in them. A cell may hold line breaks when it is quoted."""
        reader = reader_of(self.text, self.delimiter)
        next(reader, None)
        before = reader.line_num
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Row(before + 1, [cell.strip() for cell in cells])
            before = reader.line_num


def table_of(data: bytes) -> Table:
    """Raises Unreadable."""
    if len(data) > LARGEST:
        raise Unreadable("file_too_large")
    encoding = encoding_of(data)
    text = decoded(data, encoding)
    if "\0" in text:
        raise Unreadable("not_a_table")
    delimiter = delimiter_of(text)
    headings = [cell.strip() for cell in next(reader_of(text, delimiter), [])]
    if not any(headings):
        raise Unreadable("empty_file")
    if len(headings) > WIDEST:
        raise Unreadable("not_a_table")
    return Table(encoding, delimiter, headings, text)


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

    def score(delimiter: str) -> tuple[bool, int]:
        try:
            rows = [row for _number, row in zip(range(20), reader_of(start, delimiter), strict=False) if row]
        except csv.Error:
            return (False, 0)
        # The last row may be cut off by the end of what is looked at.
        widths = {len(row) for row in (rows[:-1] or rows)}
        return (len(widths) == 1, max(widths, default=0))

    return max(DELIMITERS, key=score)


def reader_of(text: str, delimiter: str) -> "csv._reader":  # type: ignore[name-defined]  # the type has no public name
    """`newline=""`: CR, LF and CRLF all end a line, and stay as they are inside quotation marks."""
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
