"""A copy for somebody without a login: the link in the letter opens it once, for whoever also knows what we ask."""

import hashlib
import secrets
from typing import Final

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone

from portability.fetch import TOKEN_BYTES, Gone
from portability.models import Export, State
from privacy.proof import SecondProof

TRIES: Final = 5


def link_to(export: Export) -> str:
    """A new one; an earlier letter's opens nothing any more. Only the hash is kept."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    Export.objects.filter(pk=export.pk).update(letter_hash=hash_of(token), letter_tries=0)
    return reverse("portability:letter", args=[token])


def hash_of(token: str) -> bytes:
    return hashlib.sha256(f"letter:{token}".encode()).digest()


def behind(token: str) -> QuerySet[Export]:
    """The copy that this link may still open, or nothing."""
    return Export.objects.filter(
        letter_hash=hash_of(token),
        letter_tries__lt=TRIES,
        state=State.READY,
        expires_at__gt=timezone.now(),
    )


def is_opened(token: str, proof: SecondProof, answer: str) -> bool:
    """One try, counted before it is looked at. Raises Gone when the link was used up in the same moment."""
    if not behind(token).update(letter_tries=F("letter_tries") + 1):
        raise Gone
    if not proof.fits(answer):
        return False
    Export.objects.filter(letter_hash=hash_of(token)).update(letter_hash=None)
    return True


def tries_left(token: str) -> int:
    tries = behind(token).values_list("letter_tries", flat=True).first()
    return 0 if tries is None else TRIES - tries
