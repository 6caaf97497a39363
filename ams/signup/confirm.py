"""The link in the first letter: whoever follows it can read mail to the address that was typed."""

from typing import Final
from uuid import UUID

from django.core import signing
from django.urls import reverse
from django.utils import timezone

from ams.models import JoinDraft
from ams.signup.draft import LIFE, Draft

SALT: Final = "join.confirm"


def link_for(draft: Draft) -> str:
    """Names the draft and the letter, never the address."""
    token = signing.dumps([draft.row.pk.hex, draft.row.letter], salt=SALT)
    return reverse("join:confirm", args=[token])


def draft_of(token: str) -> JoinDraft | None:
    """The draft that this link may confirm: none if it is made up, too old, or the address has changed since."""
    try:
        number, letter = signing.loads(token, salt=SALT, max_age=LIFE)
    except signing.BadSignature:
        return None
    return JoinDraft.objects.filter(pk=UUID(number), letter=letter, expires_at__gt=timezone.now()).first()


def confirm(token: str) -> JoinDraft | None:
    """May be pressed twice. No key is needed: the answers stay closed, wherever the letter was opened."""
    row = draft_of(token)
    if row is None:
        return None
    # Once more with the letter: the address may be changed in another window at this moment.
    same = JoinDraft.objects.filter(pk=row.pk, letter=row.letter)
    return row if same.update(confirmed_letter=row.letter) else None
