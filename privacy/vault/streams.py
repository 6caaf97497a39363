"""A sealed stream: `magic · uid · class · prefix(7) · chunk*`, 64 kB a chunk, so no file lies in memory whole.

Each chunk's nonce is `prefix · counter(4) · last(1)`: chunks cannot be swapped, left out, or cut off at the end. The
header and the caller's name for the stream are authenticated with each chunk.
"""

import io
import os
from collections.abc import Iterator
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privacy.vault.errors import SealBroken
from privacy.vault.frames import ID
from privacy.vault.keyring import Keyring

MAGIC: Final = b"AMSFILE1"
PREFIX: Final = 7
HEADER: Final = len(MAGIC) + ID + PREFIX
CHUNK: Final = 64 * 1024
TAG: Final = 16


def seal_stream(source: BinaryIO, target: BinaryIO, ring: Keyring, key_id: bytes, aad: bytes) -> int:
    """Returns how many bytes were sealed. Raises Forgotten."""
    cipher, header = ring.key_for(key_id), MAGIC + key_id + os.urandom(PREFIX)
    target.write(header)
    size = 0
    for number, (chunk, is_last) in enumerate(chunks_of(source)):
        target.write(cipher.encrypt(nonce_of(header, number, is_last), chunk, header + aad))
        size += len(chunk)
    return size


def chunks_of(source: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """At least one, if only an empty one; whether it is the last is known by reading ahead."""
    chunk = whole(source)
    while following := whole(source):
        yield chunk, False
        chunk = following
    yield chunk, True


def whole(source: BinaryIO) -> bytes:
    """A chunk's worth: a pipe or a socket gives less than it is asked for."""
    parts, missing = [], CHUNK
    while missing and (part := source.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def nonce_of(header: bytes, number: int, is_last: bool) -> bytes:
    return header[-PREFIX:] + number.to_bytes(4, "big") + (b"\1" if is_last else b"\0")


class SealedReader(io.RawIOBase):
    """Reads and seeks in what seal_stream() wrote to a file.

    The last chunk is opened first: a file that was cut is refused before its beginning has been shown to anybody.
    Raises SealBroken, Forgotten, KeyMissing.
    """

    def __init__(self, source: BinaryIO, ring: Keyring, aad: bytes) -> None:
        super().__init__()
        self._source = source
        self._header = source.read(HEADER)
        if len(self._header) < HEADER or not self._header.startswith(MAGIC):
            raise SealBroken("This is no sealed file.")
        self._aad = self._header + aad
        self._cipher: AESGCM = ring.cipher(self._header[len(MAGIC) : -PREFIX])
        sealed = source.seek(0, io.SEEK_END) - HEADER
        self._last = max(0, -(-sealed // (CHUNK + TAG)) - 1)
        self._held: tuple[int, bytes] = (-1, b"")
        self._at = 0
        self.size = self._last * CHUNK + len(self._chunk(self._last))

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # any buffer, says the stub
        if self._at >= self.size:
            return 0
        number, start = divmod(self._at, CHUNK)
        part = self._chunk(number)[start : start + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def close(self) -> None:
        self._source.close()
        super().close()

    def _chunk(self, number: int) -> bytes:
        if self._held[0] != number:
            self._source.seek(HEADER + number * (CHUNK + TAG))
            self._held = number, self._open(number, self._source.read(CHUNK + TAG))
        return self._held[1]

    def _open(self, number: int, sealed: bytes) -> bytes:
        try:
            return self._cipher.decrypt(
                nonce_of(self._header, number, number == self._last), sealed, self._aad
            )
        except (InvalidTag, ValueError):
            raise SealBroken("A part of a sealed file does not open.") from None
