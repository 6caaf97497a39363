"""A package in its forms: for machines, for reading, and both in one zip."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from portability import bundle, report
from portability.data import SCHEMA_ID, as_json
from portability.package import Package
from privacy.printing import press

__all__ = ["as_csv_zip", "as_json", "as_pdf"]


def as_pdf(package: Package, data: bytes | None = None) -> bytes:
    """PDF/A-3a with data.json inside. Raises ReportFailed."""
    page, brand = report.as_html(package), press.ink(package.controller.brand)
    pictures = report.pictures_of(package)
    return press.print_pdf(page, data or as_json(package), sheet=report.SHEET, brand=brand, pictures=pictures)


def as_csv_zip(
    package: Package, *, pdf: bytes, key: Ed25519PrivateKey, schema_address: str = SCHEMA_ID
) -> bytes:
    """Held in memory whole: the making of a copy streams instead (portability/make.py)."""
    data = as_json(package, schema_address)
    return b"".join(bundle.zipped(package, data=data, pdf=pdf, schema_address=schema_address, key=key))
