"""Answers on their way: one sealed row, opened by the visitor's cookie alone, gone after three days.

A draft holds each step's answers under the step's name and nothing about where the visitor is: so Back, reload and
a second tab cannot disagree with it.
"""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from ams.models import JoinDraft
from privacy.vault import SealBroken
from privacy.vault.drafts import new_key, open_draft, seal_draft

LIFE: Final = timedelta(days=3)
LETTERS: Final = 10  # to one address; then it is to be looked at, or another one written
AFTERWARDS: Final = timedelta(
    minutes=15
)  # in which a second click on the last button still finds out what happened
COOKIE: Final = "__Host-join" if settings.HTTPS else "join"


class Lost(LookupError):  # noqa: N818  it says what is the case
    """There is no draft that this cookie opens: it expired, or the cookie is gone, or there never was one."""


@dataclass(slots=True)
class Draft:
    """A row and the key that opens it."""

    row: JoinDraft
    key: str
    answers: dict[str, Any] = field(default_factory=dict)

    @property
    def is_confirmed(self) -> bool:
        """Somebody followed the link in the letter to the address that stands in the answers now."""
        return self.row.letter > 0 and self.row.confirmed_letter == self.row.letter

    @property
    def joined(self) -> UUID | None:
        """The individual that these answers have become."""
        uid = self.answers.get("joined")
        return UUID(uid) if uid else None

    def count_letter(self) -> bool:
        """False when enough were written to this address."""
        written = self.answers.get("letters", 0)
        self.answers["letters"] = min(written + 1, LETTERS)
        return bool(written < LETTERS)

    def keep(self) -> None:
        payload = json.dumps(self.answers).encode()
        self.row.answers = seal_draft(payload, self.key, self.row.pk)
        self.row.save()

    def become(self, individual_id: UUID) -> None:
        """The answers go; what stays for a moment says only that they were used."""
        self.answers = {"joined": str(individual_id)}
        self.row.expires_at = timezone.now() + AFTERWARDS
        self.keep()


def begin() -> Draft:
    return Draft(JoinDraft(expires_at=timezone.now() + LIFE), new_key())


def find(request: HttpRequest, *, to_change: bool = False) -> Draft:
    """Raises Lost. With `to_change` a second tab waits until the first has been answered."""
    number, _, key = request.COOKIES.get(COOKIE, "").partition(".")
    if not _is_uuid(number):
        raise Lost
    rows = JoinDraft.objects.select_for_update() if to_change else JoinDraft.objects.all()
    row = rows.filter(pk=number, expires_at__gt=timezone.now()).first()
    if row is None:
        raise Lost
    try:
        return Draft(row, key, json.loads(open_draft(bytes(row.answers), key, row.pk)))
    except SealBroken:
        raise Lost from None


def was_here(request: HttpRequest) -> bool:
    """A cookie without its draft: the answers have expired."""
    return COOKIE in request.COOKIES


def hand_over(response: HttpResponse, draft: Draft) -> None:
    """The key leaves us here and comes back with each request."""
    response.set_cookie(
        COOKIE,
        f"{draft.row.pk}.{draft.key}",
        max_age=LIFE,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def take_back(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, samesite="Lax")


def sweep() -> int:
    """Drafts that have expired, of the association that speaks."""
    return JoinDraft.objects.filter(expires_at__lte=timezone.now()).delete()[0]


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
