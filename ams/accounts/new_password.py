"""The letter with which somebody chooses a new password. The worker writes it: see door.py."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from ams.accounts import door, throttle
from ams.authentication import account_of, may_sign_in
from ams.mailing import write_to
from ams.models import Account, EmailChange
from ams.models.association import visiting
from ams.profile import new_email_links as links
from privacy import ledger
from privacy.ledger.kinds import Kind
from privacy.tenancy import speaking_for


def ask(request: HttpRequest, email: str) -> None:
    """The page that follows is the same for everybody; only the mailbox knows more."""
    from ams.tasks import send_new_password  # noqa: PLC0415  the task calls answer() of this module

    user: Any = request.user
    by = str(user.individual_id) if user.is_authenticated else None
    host = request.get_host().rsplit(":", 1)[0]
    door.ask(send_new_password, {"email": email, "host": host, "by": by})


def answer(association_id: UUID, number: UUID, key: str) -> None:
    with speaking_for(association_id):
        asked = door.take(number, key)
        if asked is not None:
            with visiting(asked["host"]):
                write(asked["email"], UUID(asked["by"]) if asked["by"] else None)


def write(email: str, by: UUID | None) -> None:
    account = account_of(email)
    if account is None or not may_sign_in(account) or throttle.letter_has_to_wait(email):
        return
    throttle.count_letter(email)
    until = waits_until(account)
    if until:
        write_to(account.individual, "accounts/mail/new_password_later", {"until": until}, keep=False)
    else:
        write_to(account.individual, "accounts/mail/new_password", {"link": link_for(account)}, keep=False)
    if by is not None and by != account.individual_id:
        payload = {"channel": "web"}
        ledger.append(Kind.LOGIN_RESET, subject=account.individual_id, actor=by, payload=payload)


@transaction.atomic
def waits_until(account: Account) -> datetime | None:
    """Where staff alone have said that this is the address, the old one hears of it first, and may take it back."""
    rows = EmailChange.objects.select_for_update(of=("self",)).select_related("individual__association")
    change = rows.filter(individual=account.individual_id, state=EmailChange.State.IN_FORCE).first()
    if change is None or not change.is_doubted:
        return None
    if change.reset_asked_at is None:
        change.reset_asked_at = timezone.now()
        change.save(update_fields=["reset_asked_at"])
        told = {"link": links.to_object(change), "until": change.reset_due_at}
        write_to(change.individual, "accounts/mail/new_password_old", told, keep=False, address=change.before)
    until = change.reset_due_at
    return until if until and timezone.now() < until else None


def link_for(account: Account) -> str:
    """Opens once, and not after the password or the address has changed."""
    uid, token = urlsafe_base64_encode(force_bytes(account.pk)), default_token_generator.make_token(account)
    return account.association.url(reverse("password_reset_confirm", kwargs={"uidb64": uid, "token": token}))
