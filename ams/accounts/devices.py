"""The browser on which somebody has signed in before: its failed tries are counted apart from everybody else's.

The cookie is sealed, and says nothing to whoever finds it. It opens no page: the password is asked for as ever.
"""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

COOKIE: Final = "__Host-device" if settings.HTTPS else "device"
LIFE: Final = timedelta(days=365)
PEOPLE: Final = 5  # of one household, say
NONCE: Final = 12
SALT: Final = "ams.accounts.devices"


def known(request: HttpRequest, email: str) -> str | None:
    """The number of the device, if this person has signed in with it."""
    device = opened(request)
    return device["number"] if mark_of(email) in device["who"] else None


def remember(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """After a sign-in, or after a link from a letter was followed and a password chosen."""
    device = opened(request)
    who = [mark_of(email), *(mark for mark in device["who"] if mark != mark_of(email))]
    content = {**device, "who": who[:PEOPLE], "day": timezone.now().date().isoformat()}
    response.set_cookie(
        COOKIE, seal(content), max_age=LIFE, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )


def opened(request: HttpRequest) -> dict[str, Any]:
    """A new device for a cookie that is missing, made up or too old."""
    sealed = request.COOKIES.get(COOKIE, "")
    for key in keys():
        device = unseal(sealed, key)
        if device and date.fromisoformat(device["day"]) + LIFE > timezone.now().date():
            return device
    return {"number": secrets.token_hex(16), "who": []}


def mark_of(email: str) -> str:
    return salted_hmac(SALT, email.strip().casefold(), algorithm="sha256").hexdigest()


def keys() -> Iterator[bytes]:
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield salted_hmac(SALT, "cookie", secret=secret, algorithm="sha256").digest()


def seal(content: dict[str, Any]) -> str:
    nonce = secrets.token_bytes(NONCE)
    plain = json.dumps(content, separators=(",", ":")).encode()
    return urlsafe_b64encode(nonce + AESGCM(next(keys())).encrypt(nonce, plain, None)).decode()


def unseal(sealed: str, key: bytes) -> dict[str, Any] | None:
    try:
        raw = urlsafe_b64decode(sealed.encode())
        content: dict[str, Any] = json.loads(AESGCM(key).decrypt(raw[:NONCE], raw[NONCE:], None))
    except (InvalidTag, ValueError):
        return None
    return content
