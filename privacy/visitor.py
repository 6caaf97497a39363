"""Where a request came from: for the sealed evidence of a decision, and to slow down whoever guesses."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest

BROWSER: Final = 300


def address_of(request: HttpRequest) -> str:
    """Behind a proxy that we were told to trust, the last address that it added; else whoever is connected."""
    if settings.SECURE_PROXY_SSL_HEADER and (chain := request.headers.get("X-Forwarded-For")):
        return chain.rpartition(",")[2].strip()[:60]
    return str(request.META.get("REMOTE_ADDR", ""))


def evidence_of(request: HttpRequest) -> dict[str, str]:
    """Personal, so it is sealed with the person's key beside the ledger (privacy/ledger)."""
    return {"address": address_of(request), "browser": request.headers.get("User-Agent", "")[:BROWSER]}
