"""The list of what is in a copy, with a digest of each member, signed by the association.

The signature (RFC 8032, ed25519) is over CONTEXT and the manifest without its `signature`, as RFC 8785 writes JSON
down: keys sorted, no spaces. docs/export-format.md shows how to check it with fifteen lines of Python.
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from portability.package import Package
from privacy.ledger.canonical import canonical

CONTEXT: Final = b"ams-privacy/export-manifest/1\0"
ALGORITHM: Final = "ed25519"


@dataclass(frozen=True, slots=True)
class Member:
    name: str
    size: int
    sha256: str


def manifest_of(package: Package, members: list[Member], key: Ed25519PrivateKey) -> dict[str, Any]:
    unsigned: dict[str, Any] = {
        "version": 1,
        "individual": str(package.uid),
        "controller": package.controller.name,
        "made_at": package.made_at.isoformat(timespec="seconds"),
        "members": [{"name": m.name, "size": m.size, "sha256": m.sha256} for m in members],
    }
    return unsigned | {"signature": signature_of(unsigned, key)}


def signature_of(unsigned: dict[str, Any], key: Ed25519PrivateKey) -> dict[str, str]:
    return {
        "algorithm": ALGORITHM,
        "public_key": b64encode(key.public_key().public_bytes_raw()).decode(),
        "value": b64encode(key.sign(CONTEXT + canonical(unsigned))).decode(),
    }


def is_genuine(manifest: dict[str, Any], public_key: bytes) -> bool:
    """Was it signed with the key that the association publishes? The key inside the manifest proves nothing."""
    unsigned = {name: value for name, value in manifest.items() if name != "signature"}
    value = b64decode(manifest["signature"]["value"])
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(value, CONTEXT + canonical(unsigned))
    except InvalidSignature:
        return False
    return True
