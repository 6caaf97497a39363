"""Signing in and choosing a new password: Django's own views, with our forms, and a record of who came when."""

from typing import Any

from django.conf import settings
from django.contrib.auth import views
from django.http import HttpResponse
from django.utils import timezone

from ams.accounts.forms import NewPasswordForm, SignInForm
from ams.authentication import record
from ams.models import Account, LoginRecord
from consent.again import way_on


class SignIn(views.LoginView):
    authentication_form = SignInForm  # type: ignore[assignment]  # Django asks for its own class and needs two methods

    def form_valid(self, form: Any) -> HttpResponse:
        account: Account = form.get_user()
        record(account, self.request, LoginRecord.Outcome.SIGNED_IN)
        response: HttpResponse = super().form_valid(form)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            account.association.language_for(account.individual.language),
            max_age=settings.SESSION_COOKIE_AGE,
            samesite="Lax",
            secure=settings.HTTPS,
        )
        return response

    def get_success_url(self) -> str:
        """First what is to be answered anew, if anything is; it leads on from there."""
        account: Any = self.request.user
        return way_on(account.individual, super().get_success_url())


class AskForNewPassword(views.PasswordResetView):
    form_class = NewPasswordForm  # type: ignore[assignment]  # as above: it has save()


class ChooseNewPassword(views.PasswordResetConfirmView):
    """Whoever opened the link reads that mailbox: the address is confirmed with it."""

    def form_valid(self, form: Any) -> HttpResponse:
        account: Account = form.user
        if account.email_verified_at is None:
            account.email_verified_at = timezone.now()  # form.save() writes the row
        return super().form_valid(form)
