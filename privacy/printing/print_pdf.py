"""The program of the press: reads document, styles, data and files from stdin, writes a PDF to stdout.

It is started alone (press.py), so it imports nothing of ours. Every address that a document might name is refused
except those of the files. A member's value never reaches the styles: only there could a refusal stop the run.
"""

import contextlib
import resource
import sys
from typing import Any, BinaryIO, Final

MEGABYTE: Final = 1024 * 1024
END: Final = b"</rdf:RDF>"
# PDF/A wants a description of every schema that it does not know itself.
PDF_UA: Final = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates, which part of ISO 14289 standard is followed</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""
DPI: Final = 200  # of pictures on paper
LIMITS: Final = {
    resource.RLIMIT_AS: (1024 * MEGABYTE, 1024 * MEGABYTE),
    resource.RLIMIT_CPU: (60, 61),
    resource.RLIMIT_FSIZE: (64 * MEGABYTE, 64 * MEGABYTE),
    resource.RLIMIT_NOFILE: (64, 64),
    resource.RLIMIT_CORE: (0, 0),  # a core file would hold the document in plain
}


def main() -> None:
    limit()
    page, styles, data, *named = unframed(sys.stdin.buffer)
    files = {name.decode(): content for name, content in zip(named[::2], named[1::2], strict=True)}
    sys.stdout.buffer.write(printed(page.decode(), styles.decode(), data, files))


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


def printed(page: str, styles: str, data: bytes, files: dict[str, bytes]) -> bytes:
    from weasyprint import CSS, HTML, Attachment  # noqa: PLC0415 after the limits stand
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 as above

    fetcher = fetcher_of(files)
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
    pdf: bytes = document.write_pdf(
        pdf_variant="pdf/a-3a", finisher=finish, attachments=[attachment], dpi=DPI
    )
    return pdf


def fetcher_of(files: dict[str, bytes]) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 as above

    class FilesOnly(URLFetcher):  # type: ignore[misc]  # the library has no types
        def __init__(self) -> None:
            super().__init__(allowed_protocols=(), allow_redirects=False)

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002 the library's signature
            if url in files:
                return URLFetcherResponse(url, files[url], {"Content-Type": "application/octet-stream"})
            raise ValueError("Only the report's own files are fetched.")

    return FilesOnly()


def finish(document: Any, pdf: Any) -> None:
    """What the library leaves open of PDF/A-3 and PDF/UA-1."""
    list_attachments_once(pdf)
    call_links_by_their_text(document)
    give_headings_a_scope(pdf)
    claim_pdf_ua(pdf)


def list_attachments_once(pdf: Any) -> None:
    """The library lists each twice in the catalogue's /AF; PDF/A-3 wants each once."""
    if af := pdf.catalog.get("AF"):
        once = dict.fromkeys(af)
        af.clear()
        af.extend(once)


def call_links_by_their_text(document: Any) -> None:
    """Read aloud, a link is its text, not the name of its aim (ISO 14289-1, 7.18.5)."""
    import pydyf  # noqa: PLC0415 after the limits stand

    for page in document.pages:
        for _kind, _aim, _place, box in page.links:
            if box.link_annotation and box.element is not None:
                text = " ".join("".join(box.element.itertext()).split())
                box.link_annotation["Contents"] = pydyf.String(text)


def give_headings_a_scope(pdf: Any) -> None:
    """A heading in the head of a table is of its column, any other of its row (7.5)."""
    for heading in pdf.objects:
        if isinstance(heading, dict) and heading.get("S") == "/TH":
            row = parent_of(heading, pdf)
            heading["A"]["Scope"] = "/Column" if parent_of(row, pdf)["S"] == "/THead" else "/Row"


def parent_of(element: Any, pdf: Any) -> Any:
    return pdf.objects[int(element["P"].split()[0])]


def claim_pdf_ua(pdf: Any) -> None:
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    metadata.stream = [part.replace(END, PDF_UA + END) for part in metadata.stream]


if __name__ == "__main__":
    main()
