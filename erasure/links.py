"""Links in letters: signed, so that they work without signing in, and open nothing else."""

from typing import Any

from django.core import signing
from django.urls import reverse

from erasure.models import Erasure

CANCEL, CERTIFICATE = "erasure.cancel", "erasure.certificate"


def cancel_url(erasure: Erasure) -> str:
    return link(erasure, "erasure:cancel", CANCEL)


def certificate_url(erasure: Erasure) -> str:
    return link(erasure, "erasure:certificate", CERTIFICATE)


def link(erasure: Erasure, view: str, salt: str) -> str:
    association: Any = erasure.association
    return str(association.url(reverse(view, args=[signing.dumps(str(erasure.pk), salt=salt)])))


def erasure_behind(token: str, salt: str) -> Erasure | None:
    """None for a token that we did not sign, or whose erasure is not of this association."""
    try:
        pk = signing.loads(token, salt=salt)
    except signing.BadSignature:
        return None
    return Erasure.objects.select_related("individual", "association").filter(pk=pk).first()
