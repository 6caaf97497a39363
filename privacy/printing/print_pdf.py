"""The program of the press: reads document, styles, data and two fonts from stdin, writes a PDF to stdout.

It is started alone (press.py), so it imports nothing of ours. Every address that a document might name is
refused except the two fonts. A member's value never reaches the styles: only there could a refusal stop the run.
"""

import contextlib
import resource
import sys
from typing import Any, BinaryIO, Final

MEGABYTE: Final = 1024 * 1024
LIMITS: Final = {
    resource.RLIMIT_AS: (1024 * MEGABYTE, 1024 * MEGABYTE),
    resource.RLIMIT_CPU: (60, 61),
    resource.RLIMIT_FSIZE: (64 * MEGABYTE, 64 * MEGABYTE),
    resource.RLIMIT_NOFILE: (64, 64),
    resource.RLIMIT_CORE: (0, 0),  # a core file would hold the document in plain
}


def main() -> None:
    limit()
    page, styles, data, regular, bold = unframed(sys.stdin.buffer)
    fonts = {"report:regular.ttf": regular, "report:bold.ttf": bold}
    sys.stdout.buffer.write(printed(page.decode(), styles.decode(), data, fonts))


def limit() -> None:
    """Some systems refuse some limits (macOS: the address space); the others still hold."""
    for kind, limits in LIMITS.items():
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, limits)


def unframed(stream: BinaryIO) -> list[bytes]:
    parts = []
    while size := stream.read(8):
        parts.append(stream.read(int.from_bytes(size, "big")))
    return parts


def printed(page: str, styles: str, data: bytes, fonts: dict[str, bytes]) -> bytes:
    from weasyprint import CSS, HTML, Attachment  # noqa: PLC0415 after the limits stand
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 as above

    fetcher = fetcher_of(fonts)
    configuration = FontConfiguration()
    sheet = CSS(string=styles, font_config=configuration, url_fetcher=fetcher)
    attachment = Attachment(
        string=data,
        name="data.json",
        description="The same data for machines",
        relationship="Source",
        url_fetcher=fetcher,
    )
    document = HTML(string=page, url_fetcher=fetcher).render(stylesheets=[sheet], font_config=configuration)
    pdf: bytes = document.write_pdf(pdf_variant="pdf/a-3a", finisher=one_af, attachments=[attachment])
    return pdf


def fetcher_of(fonts: dict[str, bytes]) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 as above

    class FontsOnly(URLFetcher):  # type: ignore[misc]  # the library has no types
        def __init__(self) -> None:
            super().__init__(allowed_protocols=(), allow_redirects=False)

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002 the library's signature
            if url in fonts:
                return URLFetcherResponse(url, fonts[url], {"Content-Type": "font/ttf"})
            raise ValueError("Only the report's own fonts are fetched.")

    return FontsOnly()


def one_af(_document: Any, pdf: Any) -> None:
    """The library lists each attachment twice in the catalogue's /AF; PDF/A-3 wants each once."""
    if af := pdf.catalog.get("AF"):
        once = dict.fromkeys(af)
        af.clear()
        af.extend(once)


if __name__ == "__main__":
    main()
