"""Signing in, proving it once more, and choosing a new password: Django's own views, with our forms."""

from typing import Any

from django.conf import settings
from django.contrib.auth import views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ams.accounts import devices
from ams.accounts.forms import NewPasswordForm, SamePasswordForm, SignInForm
from ams.authentication import let_in
from ams.models import Account
from consent.again import way_on
from privacy.access import member_required, note_password


class SignIn(views.LoginView):
    authentication_form = SignInForm  # type: ignore[assignment]  # Django asks for its own class and needs two methods

    def form_valid(self, form: Any) -> HttpResponse:
        account: Account = form.get_user()
        let_in(self.request, account)
        response = redirect(self.get_success_url())
        devices.remember(self.request, response, account.email)
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


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def password_again(request: HttpRequest) -> HttpResponse:
    """Before what a stolen session must not do."""
    form = SamePasswordForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        note_password(request)
        return redirect(way_back(request))
    return render(request, "accounts/password_again.html", {"form": form, "next": way_back(request)})


def way_back(request: HttpRequest) -> str:
    """Never to another site."""
    wanted: str = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else resolve_url(settings.LOGIN_REDIRECT_URL)


class AskForNewPassword(views.PasswordResetView):
    form_class = NewPasswordForm  # type: ignore[assignment]  # as above: it has save()


class ChooseNewPassword(views.PasswordResetConfirmView):
    """Whoever opened the link reads that mailbox: the address is confirmed with it, and the browser known."""

    def form_valid(self, form: Any) -> HttpResponse:
        account: Account = form.user
        if account.email_verified_at is None:
            account.email_verified_at = timezone.now()  # form.save() writes the row
        response = super().form_valid(form)
        devices.remember(self.request, response, account.email)
        return response
