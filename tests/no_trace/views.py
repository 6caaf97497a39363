"""What can be read inside a container: each decoder turns bytes into more bytes to search."""

import base64
import gzip
import io
import re
import struct
import subprocess
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ams.embedded import binaries

View = tuple[str, bytes]
DEEPEST: Final = 6
PAGE: Final = 8192
PAGE_HEADER: Final = 24
LONG_PAGE_HEADER: Final = 40
WAL_MAGIC: Final = 0xD1
MOST_INFLATED: Final = 1 << 26
SEALED_FILE: Final = b"AMSFILE2"
SEALED_HEADER: Final = 15
LENGTH: Final = 8
CHUNK, TAG = 64 * 1024, 16
HEX_RUN: Final = re.compile(rb"(?:[0-9a-f]{2}){8,}")
BASE64_RUN: Final = re.compile(rb"[A-Za-z0-9+/_-]{16,}")  # both alphabets


def views(name: str, data: bytes, depth: int = 0) -> Iterator[View]:
    """The thing itself, and all that can be read inside it. A decoder that fails raises: a failed test."""
    yield name, data
    if depth == DEEPEST:
        return
    is_container = False
    for inner, found in inside(data):
        is_container = True
        yield from views(f"{name}|{inner}", found, depth + 1)
    if not is_container:
        yield from runs(name, data)


def inside(data: bytes) -> Iterator[View]:
    """Told by the first bytes, never by a name."""
    if data.startswith(SEALED_FILE):
        yield "file", chunks_of(data)
    elif data.startswith(b"\x1f\x8b"):
        yield "gunzip", gzip.decompress(data)
    elif data.startswith(b"PK\3\4"):
        yield from members(data)
    elif data.startswith(b"PGDMP"):
        yield "pg_restore", restored(data)
    elif data.startswith(b"%PDF"):
        yield from of_pdf(data)
    elif data[257:262] == b"ustar":
        yield from entries(data)
    elif len(data) % PAGE == 0 and len(data) > 1 and data[1] == WAL_MAGIC:
        yield "unpaged", without_page_headers(data)


def chunks_of(data: bytes) -> bytes:
    """A sealed file without its header, tags and zeros: with encryption switched off that is the file."""
    body = data[SEALED_HEADER:]
    step = CHUNK + TAG
    held = b"".join(body[at : at + step][:-TAG] for at in range(0, len(body), step))
    return held[: min(int.from_bytes(held[-LENGTH:], "big"), len(held) - LENGTH)]


def members(data: bytes) -> Iterator[View]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            yield "zip name", name.encode()
            yield f"zip:{name[:40]}", archive.read(name)


def entries(data: bytes) -> Iterator[View]:
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for member in archive:
            if member.isfile() and (file := archive.extractfile(member)):
                yield member.name, file.read()


def restored(data: bytes) -> bytes:
    program = postgres_program("pg_restore")
    return subprocess.run([program, "-f", "-"], input=data, stdout=subprocess.PIPE, check=True).stdout


def postgres_program(name: str) -> Path:
    return binaries.postgres(Path("/nonexistent"), None) / name


def of_pdf(data: bytes) -> Iterator[View]:
    for tool in (
        ["pdftotext", "-layout", "-", "-"],
        ["pdftotext", "-raw", "-", "-"],
        ["pdfinfo", "-meta", "-"],
        ["pdfinfo", "-"],
    ):
        done = subprocess.run(tool, input=data, capture_output=True, check=True)
        yield "pdf " + tool[1].strip("-"), done.stdout
    for found in re.finditer(rb"[\x58\x68\x78][\x01\x5e\x9c\xda]", data):
        if inflated := inflate(data[found.start() :]):
            yield "pdf flate", inflated


def inflate(data: bytes) -> bytes | None:
    """None where two bytes only look like the beginning of a stream."""
    try:
        return zlib.decompressobj().decompress(data, MOST_INFLATED)
    except zlib.error:
        return None


def without_page_headers(segment: bytes) -> bytes:
    """A WAL segment in one piece, so that a value across two pages is whole again."""
    pieces = []
    for at in range(0, len(segment), PAGE):
        page = segment[at : at + PAGE]
        magic, info = struct.unpack_from("<HH", page)
        header = LONG_PAGE_HEADER if info & 2 else PAGE_HEADER
        pieces.append(page[header:] if magic >> 8 == WAL_MAGIC else page)
    return b"".join(pieces)


def runs(name: str, data: bytes) -> Iterator[View]:
    """Hex and base64 inside a text, decoded and put together; base64 inside hex as well. Folded lines unfolded."""
    from_hex = b"\n".join(bytes.fromhex(run.decode()) for run in HEX_RUN.findall(data))
    if from_hex:
        yield f"{name}|unhex", from_hex
        yield from based(f"{name}|unhex", from_hex)
    yield from based(name, data)
    if b"=\n" in data or b"=\r\n" in data:
        yield f"{name}|unfolded", data.replace(b"=\r\n", b"").replace(b"=\n", b"")


def based(name: str, data: bytes) -> Iterator[View]:
    decoded = b"\n".join(unbase(run) for run in BASE64_RUN.findall(data))
    if decoded:
        yield f"{name}|base64", decoded


def unbase(run: bytes) -> bytes:
    """What is no base64 gives noise, which is harmless."""
    whole = run[: len(run) - (len(run) % 4 == 1)]
    return base64.urlsafe_b64decode(whole.translate(TO_URL) + b"=" * (-len(whole) % 4))


TO_URL: Final = bytes.maketrans(b"+/", b"-_")
