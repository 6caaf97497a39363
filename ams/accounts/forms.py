"""The forms of signing in. Their answers never tell whether somebody is a member."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.tokens import PasswordResetTokenGenerator, default_token_generator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext_lazy as _

from ams import mailing
from ams.accounts import throttle
from ams.authentication import account_of, may_sign_in
from ams.models import Account


class SignInForm(forms.Form):
    """Django's LoginView hands in `request` and asks for `get_user()`."""

    email = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    WRONG = _("E-mail and password do not fit together. Look at both, or choose a new password.")
    TOO_OFTEN = _("That did not work too many times. Try again in half an hour, or choose a new password.")

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        self.request = request
        self.account: Account | None = None
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        email, password = self.cleaned_data.get("email"), self.cleaned_data.get("password")
        if not email or not password:
            return self.cleaned_data
        # Before the password is looked at: somebody who guesses learns nothing more for a while.
        if throttle.is_too_often(self.request, email):
            raise forms.ValidationError(self.TOO_OFTEN, code="too_often")
        self.account = authenticate(self.request, email=email, password=password)
        if self.account is None:
            raise forms.ValidationError(self.WRONG, code="wrong")
        return self.cleaned_data

    def get_user(self) -> Account | None:
        return self.account


class NewPasswordForm(forms.Form):
    """Asks for the link to choose a new password. Django's PasswordResetView calls `save()`."""

    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))

    def save(
        self,
        *,
        request: HttpRequest | None = None,
        token_generator: PasswordResetTokenGenerator = default_token_generator,
        **_others: Any,
    ) -> None:
        """The page that follows is the same for everybody; only the mailbox knows more."""
        email = self.cleaned_data["email"]
        account = account_of(email)
        if account is None or not may_sign_in(account) or throttle.is_too_often(request, email):
            return
        throttle.count_failure(request, email)  # ten letters in a quarter of an hour are enough
        mailing.write_to(
            account.individual,
            "accounts/mail/new_password",
            {"link": link_for(account, token_generator)},
            keep=False,
        )


def link_for(account: Account, token_generator: PasswordResetTokenGenerator = default_token_generator) -> str:
    """Opens once, and not after the password or the address has changed."""
    path = reverse(
        "password_reset_confirm",
        kwargs={
            "uidb64": urlsafe_base64_encode(force_bytes(account.pk)),
            "token": token_generator.make_token(account),
        },
    )
    return account.association.url(path)
