"""The evidence as a file: two tables and a word about them in one archive, sent while it is made, kept nowhere."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from ams.console.names import me
from ams.models import Association, Individual
from ams.words import moment
from consent import evidence
from consent.models import Statement
from portability.tables import neutral
from privacy import ledger
from privacy.ledger.kinds import Kind

Rows = Iterable[list[str]]


class Sink(io.RawIOBase):
    """Takes what the archive writes, until it is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.waiting += data
        return len(data)

    def take(self) -> bytes:
        data = bytes(self.waiting)
        self.waiting.clear()
        return data


def about_person(request: HttpRequest, individual: Individual) -> StreamingHttpResponse:
    """Everything that one person decided; who it is stands above the table."""
    scope = evidence.Scope(individual.association_id, timezone.now(), individual=individual.pk)  # type: ignore[arg-type]  # the column's default may be None
    cover = [
        [_("Evidence of decisions")],
        [_("Association"), individual.association.legal_name],
        [_("Name"), individual.display_name],
        [_("Member number"), str(individual.member_number or "")],
        [_("Number in the ledger"), str(individual.pk)],
        [_("Made"), moment(scope.until)],
        [],
    ]
    return answer(request, scope, cover, called=individual.pk.hex[:8], subject=individual.pk)


def about_statement(request: HttpRequest, statement: Statement) -> StreamingHttpResponse:
    """What everybody answered to one statement: people are numbers here."""
    association: Association = request.association  # type: ignore[attr-defined]  # the middleware's
    scope = evidence.Scope(association.pk, timezone.now(), statement=statement.pk)
    cover = [
        [_("Evidence of decisions")],
        [_("Association"), association.legal_name],
        [_("Statement"), statement.slug],
        [_("Made"), moment(scope.until)],
        [],
    ]
    return answer(request, scope, cover, called=statement.slug, subject=None)


def answer(
    request: HttpRequest, scope: evidence.Scope, cover: list[list[str]], *, called: str, subject: Any
) -> StreamingHttpResponse:
    """The ledger says that it was handed out, before the first byte of it leaves."""
    payload = {"things": scope.decisions().count()}
    ledger.append(Kind.DISCLOSED, subject=subject, actor=me(request), payload=payload)
    parts = zipped(scope, cover, about(scope))
    return StreamingHttpResponse(
        parts,
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="evidence-{called}.zip"'},
    )


def zipped(scope: evidence.Scope, cover: list[list[str]], readme: str) -> Iterator[bytes]:
    """Its last part comes after the last row: a file that breaks off does not open."""
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", readme)
        with archive.open("decisions.csv", "w") as file:
            file.write(lines([*cover, list(evidence.COLUMNS)], first=True))
            for rows in evidence.rows_of(scope):
                file.write(lines(rows))
                yield sink.take()
        words = [list(evidence.WORDING_COLUMNS), *evidence.wordings_of(scope)]
        archive.writestr("words.csv", lines(words, first=True))
        yield sink.take()
    yield sink.take()


def lines(rows: Rows, *, first: bool = False) -> bytes:
    """As the copies of members (portability/tables.py): a spreadsheet runs nothing of it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig" if first else "utf-8")


def about(scope: evidence.Scope) -> str:
    one = _("decisions.csv: every answer of this person, in the order of time.")
    everybody = _(
        "decisions.csv: every answer to this statement, in the order of time. Each person stands there as a number "
        "(subject); the association can tell whose it is."
    )
    texts = [
        one if scope.individual else everybody,
        _("words.csv: the wordings that were answered, in each language, word for word."),
        _(
            "The tables belong together by words_sha256. It is the SHA-256 of a JSON text in UTF-8 with sorted "
            "keys and without blanks. It has two keys: language, and words; and words has the columns name, "
            "title, text, what, who, why, how_long, yes and no, and stops and stays where they are not empty."
        ),
        _(
            "actor is the number of whoever entered the answer: the same as subject where the person did it. "
            "channel says where: wizard (when joining), tab (under Privacy), mail (from a letter), staff, api, "
            "import, or system (time ran out). shown_beside lists what stood on the same page: name of the "
            "statement and number of its version."
        ),
        _(
            "ledger_entry and ledger_entry_sha256 name the entry in the association's chain of records, which "
            "nobody can change without being noticed. receipt is the number on the person's receipt."
        ),
        _(
            "A cell that a spreadsheet might take for a formula has an apostrophe in front. Programs take it "
            "away again."
        ),
    ]
    return "\r\n\r\n".join(texts) + "\r\n"
