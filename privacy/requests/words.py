"""The words of a request: made ready before it is opened, as the ledger is locked from then on."""

from typing import Any
from uuid import UUID

from privacy.requests.models import Message
from privacy.scans import seal_scan


def words_of(
    individual: Any, *, by: UUID, text: str = "", scan: bytes = b"", scan_name: str = ""
) -> Message | None:
    """Not saved yet: `open_request` does it. None where nothing was said. Raises NoScan."""
    if not (text or scan):
        return None
    message = Message(
        individual_id=individual.pk, text=text or None, file_name=scan_name[:200] or None, written_by=by
    )
    if scan:
        seal_scan(message, scan, "request")
    return message
