"""The zip: everything in every form, under names that we make, with a signed list. Streams: no file is held whole."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from typing import IO, Any, Final, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.base import File
from django.template.loader import render_to_string

from portability import words
from portability.data import SCHEMA, as_json
from portability.icalendar import appointments, as_icalendar
from portability.manifest import Member, manifest_of
from portability.package import Attached, Package
from portability.tables import as_csv
from portability.vcard import as_vcard

MANIFEST: Final = "manifest.json"
CHUNK: Final = 64 * 1024


def zipped(
    package: Package, *, data: bytes, pdf: bytes, schema_address: str, key: Ed25519PrivateKey
) -> Iterator[bytes]:
    """Piece by piece. Files are opened when their turn comes: the caller says whose keys are meant (keys_of)."""
    sink = Sink()
    with zipfile.ZipFile(cast("IO[bytes]", sink), "w", zipfile.ZIP_DEFLATED) as archive:
        bundle = Bundle(archive, package)
        for name, content in texts_of(package, data, schema_address):
            bundle.add(name, content)
        bundle.add("report.pdf", pdf)
        yield sink.taken()
        for file in package.files():
            for _chunk in bundle.add_stream(file):
                yield sink.taken()
        manifest = manifest_of(package, bundle.members, key)
        archive.writestr(bundle.entry(MANIFEST), json.dumps(manifest, ensure_ascii=False, indent=1))
    yield sink.taken()


def texts_of(package: Package, data: bytes, schema_address: str) -> Iterator[tuple[str, bytes]]:
    with words.speaking_as(package.language, package.time_zone):
        yield "README.txt", render_to_string("portability/readme.txt", {"package": package}).encode()
    yield "data.json", data
    yield "portable.json", as_json(package.portable(), schema_address)
    yield SCHEMA.name, SCHEMA.read_bytes()
    yield "person.vcf", as_vcard(package)
    if appointments(package):
        yield "events.ics", as_icalendar(package)
    for section in package.held:
        yield f"csv/{section.key}.csv", as_csv(section)


class Bundle:
    def __init__(self, archive: zipfile.ZipFile, package: Package) -> None:
        self.archive = archive
        self.members: list[Member] = []
        self.date = package.made_at.timetuple()[:6]

    def entry(self, name: str) -> zipfile.ZipInfo:
        """For its owner's eyes when unpacked; dated by the copy, so that nothing else can be read from it."""
        entry = zipfile.ZipInfo(name, self.date)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o600 << 16
        return entry

    def add(self, name: str, content: bytes) -> None:
        self.archive.writestr(self.entry(name), content)
        self.members.append(Member(name, len(content), hashlib.sha256(content).hexdigest()))

    def add_stream(self, file: Attached) -> Iterator[None]:
        """Stops after each chunk, so that the caller can take away what is written."""
        digest, size = hashlib.sha256(), 0
        with file.open() as stream, self.archive.open(self.entry(file.name), "w") as member:
            while chunk := stream.read(CHUNK):
                member.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                yield
        self.members.append(Member(file.name, size, digest.hexdigest()))


class Sink(io.RawIOBase):
    """Where the archive writes: it cannot be sought in, and holds only what was not taken yet."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, part: Any) -> int:
        self.parts.append(bytes(part))
        return len(part)

    def taken(self) -> bytes:
        parts, self.parts = self.parts, []
        return b"".join(parts)


class Flow(File):  # type: ignore[type-arg]  # no parameters at run time
    """Pieces as a file that can be read once, from its beginning: what a sealed file is made from."""

    def __init__(self, pieces: Iterator[bytes], name: str) -> None:
        super().__init__(None, name)  # there is no file beneath
        self.pieces = pieces
        self.rest = b""

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if offset or whence:
            raise io.UnsupportedOperation("A flow is read once.")
        return 0

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self.rest) < size:
            piece = next(self.pieces, None)
            if piece is None:
                break
            self.rest += piece
        cut = len(self.rest) if size < 0 else size
        taken, self.rest = self.rest[:cut], self.rest[cut:]
        return taken
