"""Signs and verifies as Standard Webhooks 1.0.0 says: `v1` is HMAC-SHA256, `v1a` is ed25519. Pure functions.

Keys travel as text, in base64 behind a prefix: `whsec_` a shared secret, `whsk_` an ed25519 private key,
`whpk_` its public key.
"""

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SHARED, PRIVATE, PUBLIC = "whsec_", "whsk_", "whpk_"
SHARED_BYTES: Final = range(24, 65)
KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
TOLERANCE: Final = 300  # seconds
MOST_SIGNATURES: Final = 16
LONGEST_HEADER: Final = 4096

Signer = Callable[[bytes], str]
Header = str | bytes


class SignatureRefused(Exception):  # noqa: N818 the name says what happened
    """The message is not from who it says, not for now, or not a message at all. `reason` is safe to show."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def new_shared() -> str:
    return SHARED + _text(secrets.token_bytes(32))


def new_private() -> str:
    return PRIVATE + _text(Ed25519PrivateKey.generate().private_bytes_raw())


def public_of(private: str) -> str:
    key = Ed25519PrivateKey.from_private_bytes(_bytes_of(private, PRIVATE))
    return PUBLIC + _text(key.public_key().public_bytes_raw())


def signer(secret: str) -> Signer:
    """Takes the key apart once, so that a lane signs many messages with it. Raises ValueError."""
    if secret.startswith(SHARED):
        shared = _bytes_of(secret, SHARED)
        return lambda content: f"v1,{_text(hmac.digest(shared, content, 'sha256'))}"
    private = Ed25519PrivateKey.from_private_bytes(_bytes_of(secret, PRIVATE))
    return lambda content: f"v1a,{_text(private.sign(content))}"


def headers(message_id: str, timestamp: int, body: bytes, signers: Iterable[Signer]) -> dict[str, str]:
    """The three headers. With several signers (a key is being changed) the receiver may use any of them."""
    content = signed_content(message_id, timestamp, body)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(sign(content) for sign in signers),
    }


def signed_content(message_id: str, timestamp: int, body: bytes) -> bytes:
    # A full stop in the id would let one message pass for another: "a.1" at 2 reads like "a" at "1.2".
    if not MESSAGE_ID.fullmatch(message_id):
        raise ValueError("A message id holds letters, digits, - and _ only.")
    return f"{message_id}.{timestamp}.".encode() + body


MESSAGE_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
TIMESTAMP: Final = re.compile(r"[0-9]{1,11}")


def verify(headers: Mapping[str, Header], body: bytes, keys: Iterable[str], *, now: float) -> str:
    """The message's id, when a signature fits a key. Whatever was sent, raises only SignatureRefused."""
    given = {_ascii(name).lower(): value for name, value in headers.items()}
    message_id = _header(given, "webhook-id", MESSAGE_ID)
    timestamp = int(_header(given, "webhook-timestamp", TIMESTAMP))
    if abs(now - timestamp) > TOLERANCE:
        raise SignatureRefused("The message is too old or from the future.")
    content = signed_content(message_id, timestamp, body)
    signatures = _header(given, "webhook-signature").split(" ")
    if len(signatures) > MOST_SIGNATURES:
        raise SignatureRefused("There are too many signatures.")
    fits = [_fits(key, content, signature) for key in keys for signature in signatures]
    if not any(fits):  # all were tried: the time taken says nothing about which
        raise SignatureRefused("No signature fits.")
    return message_id


def _header(given: Mapping[str, Header], name: str, form: re.Pattern[str] | None = None) -> str:
    value = _ascii(given.get(name, ""))
    if not value or len(value) > LONGEST_HEADER or (form and not form.fullmatch(value)):
        raise SignatureRefused(f"The header {name} is missing or malformed.")
    return value


def _ascii(value: Header) -> str:
    """Headers that are not ASCII read as empty, so they fit nothing."""
    try:
        return value.decode("ascii") if isinstance(value, bytes) else value.encode("ascii").decode()
    except UnicodeError:
        return ""


def _fits(key: str, content: bytes, signature: str) -> bool:
    if key.startswith(SHARED):
        return hmac.compare_digest(signer(key)(content), signature)
    version, _, text = signature.partition(",")
    raw = _decoded(text)
    if version != "v1a" or raw is None or len(raw) != SIGNATURE_BYTES:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(_bytes_of(key, PUBLIC)).verify(raw, content)
    except InvalidSignature:
        return False
    return True


def _bytes_of(key: str, prefix: str) -> bytes:
    """Raises ValueError, without the key in it."""
    raw = _decoded(key.removeprefix(prefix)) if key.startswith(prefix) else None
    if raw is None or (len(raw) not in SHARED_BYTES if prefix == SHARED else len(raw) != KEY_BYTES):
        raise ValueError(f"Not a {prefix} key.")
    return raw


def _decoded(text: str) -> bytes | None:
    """Only the one canonical spelling counts."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if _text(raw) == text else None


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
