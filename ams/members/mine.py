"""A member's own entry: each field a switch, and beside it what others see; or, before their yes, what is asked."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ams.members.access import members_only
from ams.members.entry import NoYes, entry_of, introduce, shown_by, switch
from ams.members.fields import FIELDS
from ams.members.forms import IntroductionForm
from ams.members.read import card_of, values_of
from ams.models import DirectoryEntry, Individual
from ams.uses import DIRECTORY
from consent import gate
from consent.choices import Choice, choices_of
from consent.models import Kind
from consent.page import card as consent_card


@require_safe
@members_only
def show(request: HttpRequest) -> HttpResponse:
    individual = me(request)
    if gate.allows(individual.pk, DIRECTORY.slug):
        return render(request, "members/mine.html", page_of(individual, entry_of(individual.pk)))
    return render(request, "members/ask.html", question_for(individual))


@require_POST
@members_only
def field(request: HttpRequest, field: str) -> HttpResponse:
    """Says what is wanted: a double click asks for the same thing twice."""
    if field not in FIELDS:
        raise Http404
    individual = me(request)
    try:
        entry = switch(individual, field, on=request.POST.get("to") == "yes")
    except NoYes:
        return redirect("members:mine")
    if getattr(request, "htmx", False):
        return render(
            request, "members/entry.html", page_of(individual, entry) | {"saved": FIELDS[field].label}
        )
    return redirect(f"{reverse('members:mine')}#show-{field}")


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def introduction(request: HttpRequest) -> HttpResponse:
    individual = me(request)
    if not gate.allows(individual.pk, DIRECTORY.slug):
        return redirect("members:mine")
    form = IntroductionForm(request.POST or None, instance=entry_of(individual.pk))
    if request.method == "POST" and form.is_valid():
        introduce(individual, form.cleaned_data["introduction"] or "")
        messages.success(request, _("Your introduction is saved."))
        return redirect("members:mine")
    return render(request, "members/introduction.html", {"form": form})


def page_of(individual: Individual, entry: DirectoryEntry) -> dict[str, Any]:
    shown, values = shown_by(entry), values_of(individual)
    return {
        "card": card_of(individual.pk),
        "has_photo": bool(individual.thumbnail),
        "entry": entry,
        "fields": [
            {"name": name, "field": field, "values": values.get(name, []), "on": name in shown}
            for name, field in FIELDS.items()
        ],
    }


def question_for(individual: Individual) -> dict[str, Any]:
    """In the association's own words, with its switch; what is said here leads back here."""
    choice = choice_of(individual)
    asked = choice is not None and not choice.is_pending() and not individual.is_restricted
    card = consent_card(choice) if choice and asked else None
    if card:
        card["fields"] += [("next", reverse("members:mine")), ("alone", "yes")]
    return {"choice": choice, "card": card, "individual": individual}


def choice_of(individual: Individual) -> Choice | None:
    choices = choices_of(individual, kinds=[Kind.CONSENT])
    return next((choice for choice in choices if choice.statement.slug == DIRECTORY.slug), None)


def me(request: HttpRequest) -> Individual:
    user: Any = request.user
    individual: Individual = user.individual
    return individual
