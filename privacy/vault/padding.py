"""Values are padded to 32 bytes, so that a length does not tell Ann from Maximiliane."""

from typing import Final

BLOCK: Final = 32
END: Final = b"\x80"


def pad(data: bytes) -> bytes:
    data += END
    return data + bytes(-len(data) % BLOCK)


def unpad(data: bytes) -> bytes:
    return data.rstrip(b"\0")[: -len(END)]
