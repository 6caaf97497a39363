"""A sealed stream: `magic · prefix(7) · chunk*`, 64 kB a chunk, so no file lies in memory whole.

Each chunk's nonce is `prefix · counter(4) · last(1)`: chunks cannot be swapped, left out, or cut off at the end. The
header, the key's id and the caller's name for the stream are authenticated with each chunk. Nothing in plain says
whose it is, and zeros after the data hide its length: `data · zeros · length(8)` is what the chunks hold.

Streams of the first version had the key's id in their header, and no zeros. They can still be read.
"""

import io
import os
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privacy.vault.errors import SealBroken
from privacy.vault.frames import ID
from privacy.vault.keyring import Keyring

MAGIC: Final = b"AMSFILE2"
FIRST_MAGIC: Final = b"AMSFILE1"
PREFIX: Final = 7
HEADER: Final = len(MAGIC) + PREFIX
CHUNK: Final = 64 * 1024
TAG: Final = 16
LENGTH: Final = 8
LEAST: Final = 4096


def seal_stream(source: BinaryIO, target: BinaryIO, ring: Keyring, key_id: bytes, aad: bytes) -> int:
    """Returns how many bytes were sealed. Raises Forgotten."""
    cipher, header = ring.key_for(key_id), MAGIC + os.urandom(PREFIX)
    target.write(header)
    size = 0
    for number, (chunk, is_last) in enumerate(chunks_of(padded(source))):
        target.write(cipher.encrypt(nonce_of(header, number, is_last), chunk, header + key_id + aad))
        size = length_in(chunk)  # the last one says it
    return size


def padded(source: BinaryIO) -> Iterator[bytes]:
    size = 0
    while piece := source.read(CHUNK):
        size += len(piece)
        yield piece
    missing = padded_size(size + LENGTH) - size - LENGTH
    while missing:
        zeros = bytes(min(missing, CHUNK))
        missing -= len(zeros)
        yield zeros
    yield size.to_bytes(LENGTH, "big")


def padded_size(size: int) -> int:
    """Padmé (Nikitin et al., 2019): at most 12 % more, and all sizes of one step look alike. 4 kB at the least."""
    size = max(size, LEAST)
    exponent = size.bit_length() - 1
    step = 1 << exponent - exponent.bit_length()
    return -(-size // step) * step


def chunks_of(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """At least one, if only an empty one; whether it is the last is known by reading ahead."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) > CHUNK:
            yield bytes(held[:CHUNK]), False
            del held[:CHUNK]
    yield bytes(held), True


def length_in(last_chunk: bytes) -> int:
    """Never across two chunks: a step that is as large as a chunk is no smaller than eight bytes."""
    return int.from_bytes(last_chunk[-LENGTH:], "big")


def nonce_of(header: bytes, number: int, is_last: bool) -> bytes:
    return header[-PREFIX:] + number.to_bytes(4, "big") + (b"\1" if is_last else b"\0")


def read_header(source: BinaryIO) -> tuple[bytes, bytes]:
    """And the key's id, where it stands in the header: in streams of the first version. Raises SealBroken."""
    header = source.read(HEADER)
    if header.startswith(FIRST_MAGIC):
        header += source.read(ID)
        key_id = header[len(MAGIC) : -PREFIX]
        if len(key_id) == ID:
            return header, key_id
    elif len(header) == HEADER and header.startswith(MAGIC):
        return header, b""
    raise SealBroken("This is no sealed file.")


class SealedReader(io.RawIOBase):
    """Reads and seeks in what seal_stream() wrote to a file.

    The last chunk is opened first: a file that was cut is refused before its beginning has been shown to anybody.
    Raises SealBroken, Forgotten, KeyMissing.
    """

    def __init__(self, source: BinaryIO, ring: Keyring, key_id: bytes, aad: bytes) -> None:
        super().__init__()
        self._source = source
        self._header, key_in_header = read_header(source)
        self._cipher: AESGCM = ring.cipher(key_in_header or key_id)
        self._aad = self._header + (b"" if key_in_header else key_id) + aad
        sealed = source.seek(0, io.SEEK_END) - len(self._header)
        self._last = max(0, -(-sealed // (CHUNK + TAG)) - 1)
        self._held: tuple[int, bytes] = (-1, b"")
        self._at = 0
        chunk = self._chunk(self._last)
        self.size = self._last * CHUNK + len(chunk) if key_in_header else length_in(chunk)

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
        wanted = min(len(buffer), self.size - self._at)
        part = self._chunk(number)[start : start + wanted]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def close(self) -> None:
        self._source.close()
        super().close()

    def _chunk(self, number: int) -> bytes:
        if self._held[0] != number:
            self._source.seek(len(self._header) + number * (CHUNK + TAG))
            self._held = number, self._open(number, self._source.read(CHUNK + TAG))
        return self._held[1]

    def _open(self, number: int, sealed: bytes) -> bytes:
        try:
            return self._cipher.decrypt(
                nonce_of(self._header, number, number == self._last), sealed, self._aad
            )
        except (InvalidTag, ValueError):
            raise SealBroken("A part of a sealed file does not open.") from None
