"""CSV, one file for each section, that a spreadsheet opens without running what stands in a cell.

RFC 4180: commas, CRLF, quotes doubled; UTF-8 with a byte order mark, which spreadsheets need to believe it.
A cell that a spreadsheet might take for a formula gets an apostrophe in front. So that this can be undone exactly,
a cell that already begins with apostrophes and then such a character gets one more: who reads the file with a program
takes one apostrophe away wherever FORMULA matches.
"""

import csv
import io
import json
import re
from typing import Final

from portability.package import JSON, Record, Section

# A spreadsheet skips blanks before it looks for a formula; full-width signs count as signs in East Asian versions.
FORMULA: Final = re.compile(r"'*[\s\x00-\x1f\ufeff]*[=+\-@\t\r\n\x00＝＋－＠]")  # noqa: RUF001 full-width on purpose
ESCAPED: Final = re.compile(r"'" + FORMULA.pattern)
NUMBER: Final = re.compile(r"-[0-9]+(\.[0-9]+)?")


def as_csv(section: Section) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([neutral(column.name) for column in section.columns])
    writer.writerows(row_of(record) for record in section.records)
    return out.getvalue().encode("utf-8-sig")


def row_of(record: Record) -> list[str]:
    return [neutral(value.file.name if value.file else cell(value.data)) for value in record.values]


def cell(data: JSON) -> str:
    match data:
        case None:
            return ""
        case bool():
            return "true" if data else "false"
        case str():
            return data
    return json.dumps(data, ensure_ascii=False)


def neutral(text: str) -> str:
    """A negative number stays a number: nothing in it can be run."""
    if NUMBER.fullmatch(text) or not FORMULA.match(text):
        return text
    return f"'{text}"


def original(text: str) -> str:
    """What `neutral` was given."""
    return text[1:] if ESCAPED.match(text) else text
