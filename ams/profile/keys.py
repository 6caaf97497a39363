"""Keys with which programs of a member's own speak to the API: made, shown once, ended."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from ams.models import ApiToken
from ams.models.api import LIFE, digest_of, new_token
from privacy.access import member_required


class KeyForm(forms.ModelForm):  # type: ignore[type-arg]  # takes no parameters at run time
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("It may"), choices=ApiToken.Scope.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = ApiToken
        fields = ("name", "scopes")


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def keys(request: HttpRequest) -> HttpResponse:
    """The token stands on the page that answers, and nowhere else ever."""
    user: Any = request.user
    token = ""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        token = new_token()
        form.instance.individual = user.individual
        form.instance.digest, form.instance.expires_at = digest_of(token), timezone.now() + LIFE
        form.save()
        form = KeyForm()
    mine = ApiToken.objects.filter(individual_id=user.individual_id)
    return render(request, "profile/keys.html", {"form": form, "keys": mine, "token": token})


@require_POST
@member_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    get_object_or_404(ApiToken, pk=pk, individual_id=user.individual_id).delete()
    messages.success(request, _("The key is ended. Programs that use it get no more answers."))
    return redirect("profile:keys")
