"""Signing in with e-mail and password: the address is looked up in the blind index and never repeated."""

from typing import Any
from uuid import UUID

from django.contrib.auth import login
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest
from django.utils import timezone

from ams.accounts import throttle
from ams.models import Account, LoginRecord
from privacy.access import note_password

BROWSER = 300


class ByEmail(BaseBackend):
    def authenticate(
        self,
        request: HttpRequest | None,
        email: str | None = None,
        password: str | None = None,
        **_others: Any,
    ) -> Account | None:
        """The same work and the same answer for a wrong password and for an address that nobody has."""
        if not email or password is None:
            return None
        account = account_of(email)
        if account is None:
            Account().set_password(password)  # as slow as a check
            throttle.count_failure(request, email)
            return None
        is_right = account.check_password(password)
        if not may_sign_in(account):
            return None
        if not is_right:
            throttle.count_failure(request, email)
            record(account, request, LoginRecord.Outcome.REFUSED)
        return account if is_right else None

    def get_user(self, user_id: UUID | str) -> Account | None:
        account = Account.objects.select_related("individual").filter(pk=user_id).first()
        return account if account and may_sign_in(account) else None


def account_of(email: str) -> Account | None:
    return Account.objects.select_related("individual").filter(individual__email=email).first()


def may_sign_in(account: Account) -> bool:
    return account.is_active and not account.individual.is_erased and not account.individual.deceased_at


def let_in(request: HttpRequest, account: Account) -> None:
    """Whoever has just given the password, or chosen it."""
    login(request, account, backend="ams.authentication.ByEmail")
    note_password(request)
    record(account, request, LoginRecord.Outcome.SIGNED_IN)


def record(account: Account, request: HttpRequest | None, outcome: LoginRecord.Outcome) -> None:
    """The member sees these on their Privacy tab, and sees when somebody else tried."""
    LoginRecord.objects.create(
        individual_id=account.individual_id,
        at=timezone.now(),
        outcome=outcome,
        ip_address=throttle.address_of(request),
        browser=request.headers.get("User-Agent", "")[:BROWSER] if request else None,
    )
