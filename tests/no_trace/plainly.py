"""`python -m tests.no_trace.plainly MODULE…` runs a program of the product with its defences switched off.

For the control only: AES-GCM becomes a cipher that hides nothing, and log lines are written as Python writes them.
The rest of the program runs as it is, so what the scanner then finds is what it would find if we leaked.
"""

import hashlib
import logging
import runpy
import sys
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import aead

TAG: Final = 16


class NoCipher:
    """The interface of AESGCM: a wrong key, nonce or name is still refused."""

    def __init__(self, key: bytes) -> None:
        self.key = bytes(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        return bytes(data) + self.tag(nonce, bytes(data), associated_data)

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        plain, tag = bytes(data[:-TAG]), bytes(data[-TAG:])
        if tag != self.tag(nonce, plain, associated_data):
            raise InvalidTag
        return plain

    def tag(self, nonce: bytes, plain: bytes, associated_data: bytes | None) -> bytes:
        parts = (self.key, bytes(nonce), associated_data or b"", plain)
        return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).digest()[:TAG]


def switch_off() -> None:
    """Before the product is imported: it takes these names when it is."""
    aead.AESGCM = NoCipher  # type: ignore[misc,assignment]
    from privacy import logs  # noqa: PLC0415 as said above

    logs.OpaqueFormatter = logging.Formatter  # type: ignore[misc,assignment]


def main() -> None:
    switch_off()
    sys.argv = sys.argv[1:]
    if Path(sys.argv[0]).suffix == ".py":
        sys.path.insert(0, str(Path(sys.argv[0]).resolve().parent))
        runpy.run_path(sys.argv[0], run_name="__main__")
    else:
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
