"""Rows that were not taken over, or not wholly: sealed where the list was, to be corrected and uploaded again."""

import csv
import io
from collections import defaultdict
from typing import Final

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from ams.imports.headings import FIELDS
from ams.imports.layouts import remember_rest, table_for
from ams.imports.read import Table, Unreadable, records
from ams.imports.reasons import REASONS
from ams.models import Import, ImportRefusal
from portability.tables import neutral
from privacy.vault.files import SealedFile

FILE_NAME: Final = "rows-to-correct.csv"
OF_THE_LIST: Final = 0  # the line of a reason that concerns the list as a whole
ENCODING: Final = "utf-8-sig"


def lines_of(job: Import) -> set[int]:
    rows = ImportRefusal.objects.filter(import_job=job).exclude(line=OF_THE_LIST)
    return set(rows.values_list("line", flat=True))


def expect_them_back(job: Import) -> None:
    """How they are laid out is known when they are uploaded again."""
    if isinstance(job.file, SealedFile) and lines_of(job):
        remember_rest(job, table_for(job, job.file.read()), rows_to_correct(job))


def keep_only_these(job: Import) -> bool:
    """The file without whoever is in. False: there is nothing to keep."""
    wanted = lines_of(job)
    if not wanted or not isinstance(job.file, SealedFile):
        return False
    rest = without_others(table_for(job, job.file.read()), wanted)
    job.file, job.encoding = ContentFile(rest.encode(ENCODING), name=job.file.name), ENCODING
    job.save(update_fields=["file", "encoding"])
    return True


def without_others(table: Table, wanted: set[int]) -> str:
    """Their lines are left empty, so that each row stands where it stood."""
    lines = list(io.StringIO(table.text, newline=""))
    starts = [row.line for row in records(table.text, table.delimiter)]
    for start, end in zip(starts, [*starts[1:], len(lines) + 1], strict=True):
        if start > table.heading_line and start not in wanted:
            lines[start - 1 : end - 1] = ["\n"] * (end - start)
    return "".join(lines)


def rows_to_correct(job: Import) -> bytes:
    """With the file's own headings, each row's line, and why. Raises Unreadable when the file is gone."""
    if not isinstance(job.file, SealedFile):
        raise Unreadable("empty_file")
    table, why = table_for(job, job.file.read()), sentences_of(job)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*map(neutral, headings_of(job, table)), _("Line in the list"), _("What is the matter")])
    for row in table.rows():
        if row.line in why:
            blank = [""] * (len(table.headings) - len(row.cells))
            writer.writerow([*map(neutral, row.cells), *blank, row.line, " ".join(why[row.line])])
    return out.getvalue().encode(ENCODING)


def headings_of(job: Import, table: Table) -> list[str]:
    """A list without any gets the names of our fields, which we recognise."""
    return table.headings if table.heading_line else list(job.columns)


def sentences_of(job: Import) -> dict[int, list[str]]:
    why: dict[int, list[str]] = defaultdict(list)
    for each in ImportRefusal.objects.filter(import_job=job).exclude(line=OF_THE_LIST):
        where = f"{FIELDS[each.field]}: " if each.field else ""
        why[each.line].append(f"{where}{REASONS[each.reason]}")
    return why
