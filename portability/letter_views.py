"""The pages behind the letter of somebody without a login: one question, then the two downloads."""

from typing import Final
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portability import by_letter, fetch
from portability.download import as_download
from portability.models import Export, Format, State
from portability.views import gone
from privacy.day_field import BirthdayField
from privacy.proof import second_proof_of

COOKIE: Final = "copy"
SALT: Final = "portability.by_letter"


class BirthdayForm(forms.Form):
    answer = BirthdayField(
        label=gettext_lazy("Your date of birth"),
        help_text=gettext_lazy("So that nobody else who reads your mail opens what we hold about you."),
    )


class PostcodeForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("Your postcode"),
        help_text=gettext_lazy(
            "Of the address that we have of you. So that nobody else who reads your mail opens what we hold about you."
        ),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
        error_messages={"required": gettext_lazy("Write your postcode.")},
    )


FORMS: Final[dict[str, type[forms.Form]]] = {"birthday": BirthdayForm, "postcode": PostcodeForm}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, token: str) -> HttpResponse:
    """Looking at it opens nothing: scanners of mail follow links."""
    export = by_letter.behind(token).select_related("individual").first()
    proof = second_proof_of(export.individual) if export else None
    if export is None or proof is None:
        return gone(request)
    form = FORMS[proof.kind](request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if by_letter.is_opened(token, proof, str(form.cleaned_data["answer"])):
                return opened_for(export)
        except fetch.Gone:
            return gone(request)
        if not by_letter.tries_left(token):
            return gone(request)
        form.add_error(None, does_not_fit(by_letter.tries_left(token)))
    return render(request, "portability/letter.html", {"form": form})


def does_not_fit(left: int) -> str:
    told = ngettext(
        "That does not fit what we hold. You can try once more.",
        "That does not fit what we hold. You can try %(n)s more times.",
        left,
    )
    return told % {"n": left}


def opened_for(export: Export) -> HttpResponse:
    """For some minutes, in this browser: the cookie names the copy and is signed."""
    response = redirect("portability:opened", export.pk)
    response.set_signed_cookie(
        COOKIE,
        str(export.pk),
        salt=SALT,
        max_age=fetch.TOKEN_LIFE,
        path=reverse("portability:take"),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response


def opened_here(request: HttpRequest, export_id: UUID) -> Export | None:
    seen = request.get_signed_cookie(COOKIE, "", salt=SALT, max_age=fetch.TOKEN_LIFE)
    if seen != str(export_id):
        return None
    ready = Export.objects.filter(pk=export_id, state=State.READY, expires_at__gt=timezone.now())
    return ready.select_related("association").first()


@never_cache
@require_safe
def opened(request: HttpRequest, export_id: UUID) -> HttpResponse:
    export = opened_here(request, export_id)
    return render(request, "portability/opened.html", {"export": export}) if export else gone(request)


@require_POST
def take_opened(request: HttpRequest, export_id: UUID, kind: Format) -> HttpResponseBase:
    export = opened_here(request, export_id)
    if export is None:
        return gone(request)
    try:
        file = fetch.take_again(export.pk, kind, owner=export.individual_id, channel="letter")
    except fetch.Gone:
        return gone(request)
    return as_download(export, kind, file)
