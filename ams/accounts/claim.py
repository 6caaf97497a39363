"""The first sign-in of somebody who was entered by others: they choose a password behind the link in our letter."""

from typing import Any

from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ams.accounts import devices
from ams.authentication import let_in
from ams.imports import inform
from ams.models import Account
from consent.again import way_on

GONE = 410


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, token: str) -> HttpResponse:
    individual: Any = inform.claimant(token)
    if individual is None:
        return void(request)
    # A login that is not saved yet: the validators compare the password with the name and the address.
    form: Any = SetPasswordForm(Account(individual=individual), request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = inform.claim(individual, form.cleaned_data["new_password1"])
        if account is None:
            return void(request)
        let_in(request, account)
        response = redirect(way_on(individual, reverse("privacy:tab")))
        devices.remember(request, response, account.email)
        return response
    return render(request, "accounts/claim.html", {"form": form, "individual": individual})


def void(request: HttpRequest) -> HttpResponse:
    """Used already, too old, or nobody is there any more: the page does not say which."""
    return render(request, "accounts/claim_void.html", status=GONE)
