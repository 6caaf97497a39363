"""The links in the letters about a new address. They name the row alone, so a later wish makes them void."""

from typing import Final

from django.core import signing
from django.urls import reverse

from ams.models import EmailChange
from ams.models.new_email import LIFE, REMEMBERED

NEW: Final = "profile.email.new"
OLD: Final = "profile.email.old"


def to_confirm(change: EmailChange) -> str:
    return link(change, "profile:email_confirm", NEW)


def to_object(change: EmailChange) -> str:
    """For the old address: agree, or stop it."""
    return link(change, "profile:email_old", OLD)


def link(change: EmailChange, view: str, salt: str) -> str:
    return change.individual.association.url(reverse(view, args=[signing.dumps(change.pk, salt=salt)]))


def opened(token: str, salt: str) -> int | None:
    """The row's number; whether the link still does something, the row says."""
    try:
        return int(signing.loads(token, salt=salt, max_age=LIFE + REMEMBERED))
    except signing.BadSignature:
        return None
