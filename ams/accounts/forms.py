"""The forms of signing in. Their answers never tell whether somebody is a member."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ams.accounts import new_password, throttle
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
    TOO_OFTEN = _("That did not work too many times. Wait a few minutes, or choose a new password.")

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


class SamePasswordForm(forms.Form):
    """The password of who is signed in, once more. Wrong ones count as failed sign-ins do."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        self.request = request
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        account: Any = self.request.user
        password: str = self.cleaned_data["password"]
        if throttle.is_too_often(self.request, account.email):
            raise forms.ValidationError(SignInForm.TOO_OFTEN, code="too_often")
        if authenticate(self.request, email=account.email, password=password) != account:
            raise forms.ValidationError(_("This is not your password."), code="wrong")
        return password


class NewPasswordForm(forms.Form):
    """Asks for the link to choose a new password. Django's PasswordResetView calls `save()`."""

    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))

    def save(self, *, request: HttpRequest, **_others: Any) -> None:
        new_password.ask(request, self.cleaned_data["email"])
