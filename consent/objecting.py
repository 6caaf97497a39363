"""A member objects to a use under My choices, or takes it back: one press each, and a reason only if they like."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from consent.choices import asked_now, in_language
from consent.decide import beside
from consent.models import Channel, Kind, Version
from consent.objection import lift_now, object_now
from consent.page import page_of
from privacy.access import member_required
from privacy.numbers import row_number
from privacy.visitor import evidence_of

LONGEST = 2000


@require_POST
@member_required
def switch(request: HttpRequest, slug: str) -> HttpResponse:
    """Says what is wanted, so that a double click asks for the same thing twice."""
    user: Any = request.user
    version = shown_version(request, slug)
    wants_back = request.POST.get("to") == "lift"
    reason = "" if wants_back else reason_in(request)
    if len(reason) > LONGEST:
        return once_more(request, user.individual, slug, reason)
    verb = lift_now if wants_back else object_now
    decision = verb(user.individual, version, **circumstances(request, user.individual, version, reason))
    saved = str(decision.pk) if decision else ""
    if request.headers.get("HX-Request"):
        context = page_of(user.individual, saved=saved, pressed=slug) | {
            "changed": version.statement_id,
            "advertises": version.is_for_advertising(),
        }
        return render(request, "consent/objection_changed.html", context)
    return redirect(f"{reverse('consent:choices')}?saved={saved}&pressed={slug}")


def shown_version(request: HttpRequest, slug: str) -> Version:
    """The words that the page showed, if they are or were in force."""
    interests = Version.objects.in_force().on_our_interest().select_related("statement")
    return get_object_or_404(interests, statement__slug=slug, pk=row_number(request.POST.get("version")))


def reason_in(request: HttpRequest) -> str:
    return request.POST.get("reason", "").replace("\r\n", "\n").strip()


def circumstances(request: HttpRequest, individual: Any, version: Version, reason: str) -> Any:
    language = in_language(version.wordings.all(), request.POST.get("language")).language
    on_the_page = [question.version for question in asked_now(kinds=list(Kind))]
    return {
        "channel": Channel.TAB,
        "actor": individual.pk,
        "language": language,
        "shown": beside(individual, on_the_page, language=language),
        "evidence": evidence_of(request) | ({"reason": reason} if reason else {}),
    }


def once_more(request: HttpRequest, individual: Any, slug: str, reason: str) -> HttpResponse:
    """With what was written, so that nothing is lost."""
    told = _("This is longer than %(most)s characters. Make it shorter, or leave it out.") % {"most": LONGEST}
    context = page_of(individual) | {"error": told, "error_at": slug, "reason": reason}
    return render(request, "consent/choices.html", context, status=HTTPStatus.BAD_REQUEST)
