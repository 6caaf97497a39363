"""The scan behind a decision that staff entered, for the person whose decision it is."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from consent.models import Paper
from privacy.access import member_required
from privacy.vault.files import SealedFile


@require_safe
@member_required
def scan(request: HttpRequest, decision: UUID) -> FileResponse:
    """A browser runs nothing of it."""
    user: Any = request.user
    paper = get_object_or_404(Paper, decision=decision, individual_id=user.individual_id)
    file = paper.file
    if not isinstance(file, SealedFile):
        raise Http404
    response = FileResponse(
        file.open(), as_attachment=True, filename=file.name, content_type=file.content_type
    )
    response["Content-Length"] = str(file.size)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
