"""Answers of an unfinished wizard: sealed with a key that lives in the visitor's cookie and nowhere else.

An abandoned draft is noise in every backup, without anybody erasing it.
"""

import binascii
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privacy.vault.errors import SealBroken
from privacy.vault.padding import pad, unpad

KEY: Final = 32
NONCE: Final = 12


def new_key() -> str:
    """For the cookie: HttpOnly, Secure, SameSite=Lax. It is stored nowhere else."""
    return urlsafe_b64encode(secrets.token_bytes(KEY)).decode()


def seal_draft(payload: bytes, key: str, draft_id: UUID) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(_bytes_of(key)).encrypt(nonce, pad(payload), draft_id.bytes)


def open_draft(sealed: bytes, key: str, draft_id: UUID) -> bytes:
    """Raises SealBroken: the cookie is lost, made up, or of another draft. The wizard starts anew."""
    try:
        cipher = AESGCM(_bytes_of(key))
        return unpad(cipher.decrypt(bytes(sealed[:NONCE]), bytes(sealed[NONCE:]), draft_id.bytes))
    except (InvalidTag, ValueError):
        raise SealBroken("This draft does not open with this cookie.") from None


def _bytes_of(key: str) -> bytes:
    try:
        return urlsafe_b64decode(key.encode())
    except (binascii.Error, UnicodeEncodeError):
        raise SealBroken("This cookie holds no key.") from None
