"""What can be kept as the scan of a letter or paper: known by its first bytes, whatever the file is called."""

from typing import Any, Final

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from privacy.declarations import Text

LARGEST: Final = 10 * 1024 * 1024
# By their first bytes: what a file is called says nothing about it.
FORMATS: Final = (
    (b"%PDF-", "application/pdf", ".pdf"),
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
)
TOO_LARGE: Final = _("The file is larger than 10 MB. Scan it at a lower quality.")


class NoScan(ValueError):  # noqa: N818  it says what is the case
    """The file cannot be kept as evidence. `reason` is for staff."""

    def __init__(self, reason: Text) -> None:
        super().__init__()
        self.reason = reason


def format_of(data: bytes) -> tuple[str, str]:
    """Its media type and the end of its name. Raises NoScan."""
    if len(data) > LARGEST:
        raise NoScan(TOO_LARGE)
    for start, media_type, suffix in FORMATS:
        if data.startswith(start):
            return media_type, suffix
    raise NoScan(_("This is neither a PDF nor a JPEG or PNG picture."))


def seal_scan(row: Any, data: bytes, stem: str) -> None:
    """Into the row's `file`, at once: sealed and on the disk before a ledger is locked. Raises NoScan."""
    media_type, suffix = format_of(data)
    scan = ContentFile(data, name=f"{stem}{suffix}")
    scan.content_type = media_type  # type: ignore[attr-defined]  # as uploads have it
    row._meta.get_field("file").replace(row, scan, add=True)
