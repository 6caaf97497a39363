"""A copy on its way to a browser."""

from typing import Any, Final

from django.http import FileResponse
from django.utils import timezone

from portability.models import Export, Format
from privacy.vault.files import SealedFile

TYPES: Final = {Format.PDF: "application/pdf", Format.ZIP: "application/zip"}


def as_download(export: Export, kind: Format, file: SealedFile) -> FileResponse:
    """Opened here, while we know whose keys are meant; streamed afterwards, outside the transaction."""
    association: Any = export.association
    name = f"{association.slug}-{timezone.localdate(export.ready_at):%Y-%m-%d}.{kind}"
    response = FileResponse(file.open(), as_attachment=True, filename=name, content_type=TYPES[kind])
    response["Content-Length"] = str(file.size)
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Referrer-Policy"] = "no-referrer"
    return response
