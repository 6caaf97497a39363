"""The opening page of the Privacy tab: one sentence of facts, the picture, then every room of the tab in short."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ams.models import Disclosure
from ams.sharing.record import lists_among, lists_of
from consent.choices import Choice, choices_of
from consent.models import Kind
from erasure.flow import open_among
from erasure.models import Erasure
from privacy.access import member_required
from privacy.declarations import Basis, bare
from privacy.everything import Read, everything_about
from privacy.holdings import Entry, Holding
from privacy.openings import openings
from privacy.recipients import others
from privacy.views import facts_about, facts_of, looks, person_of

Row = dict[str, Any]


@require_safe
@member_required
def overview(request: HttpRequest) -> HttpResponse:
    individual = person_of(request)
    page = {**page_about(individual, everything_about(individual)), **looks(openings(individual))}
    return render(request, "privacy/overview.html", page)


@require_safe
@member_required
def who(request: HttpRequest) -> HttpResponse:
    individual = person_of(request)
    return render(request, "privacy/who.html", {**facts_about(individual), "lists": lists_of(individual)})


def page_about(individual: Any, rows: Read) -> dict[str, Any]:
    """What the tab shows, but for who looked: the same for the member and, in the console, for staff."""
    facts = facts_of(individual, rows)
    choices = choices_of(individual, rows=rows)
    uses = [choice for choice in choices if choice.statement.kind == Kind.CONSENT]
    return {
        **facts,
        "individual": individual,
        "flow_rows": list(flow_rows(facts["holdings"])),
        "choices": choices,
        "uses": len(uses),
        "yes": sum(choice.is_yes() for choice in uses),
        "choice_rows": [choice_row(choice) for choice in choices],
        "lists": lists_among(rows[Disclosure]),
        "others": others(facts["holdings"]),
        "erasure": open_among(rows[Erasure]),
    }


def flow_rows(holdings: Iterable[Holding]) -> Iterable[Row]:
    """What → why → who: one ribbon for each heading and legal basis, named after its largest purpose."""
    for holding in holdings:
        by_basis: dict[Basis, list[Entry]] = defaultdict(list)
        for entry in holding.entries:
            by_basis[entry.basis].append(entry)
        for basis, entries in by_basis.items():
            yield flow_row(holding, basis, entries)


def flow_row(holding: Holding, basis: Basis, entries: list[Entry]) -> Row:
    largest = max(entries, key=lambda entry: entry.number)
    things = sum(entry.number for entry in entries)
    by_name: dict[str, int] = defaultdict(int)
    for entry in entries:
        for name in entry.recipients:
            by_name[str(bare(name))] += entry.number
    return {
        "what": holding.label,
        "what_url": f"#hold-{holding.category}",
        "why": str(largest.purpose),
        "why_note": str(basis.label),
        "why_url": reverse("consent:choices") if basis == Basis.CONSENT else f"#hold-{holding.category}",
        "yes": basis == Basis.CONSENT,
        "who": [{"name": name, "url": "#who", "things": number} for name, number in by_name.items()],
        "things": things,
    }


def choice_row(choice: Choice) -> Row:
    """A line of the list; the cards with their switches are a page of their own."""
    yes = choice.is_yes()
    if choice.statement.kind == Kind.AGREEMENT:
        tag = {"state": "done", "text": _("Agreed"), "icon": "lock"}
    else:
        tag = {"state": "done", "text": _("Yes")} if yes else {"state": "", "text": _("No")}
    return {
        "term": choice.wording.title,
        "name": choice.wording.name,
        "tag": tag,
        "since": choice.since,
        "goes_on": choice.goes_on,
    }
