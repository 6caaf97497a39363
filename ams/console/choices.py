"""A person's choices in the console: where they stood at any moment, what they said elsewhere, and the evidence."""

from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ams.console import evidence
from ams.console import person as page_of
from ams.console.entering import FIRST_STEP, EvidenceForm, SaidForm, about_to
from ams.console.guardian import guardian_view
from ams.console.names import me, opened
from ams.console.standings import MomentForm, history, rows_of, timeline_of
from ams.models import Individual
from ams.profile.views import as_file
from consent import guardians
from consent.at_time import standings_at
from consent.choices import in_language
from consent.history import words_of
from consent.models import Act, Decision, Paper
from consent.papers import CannotEnter, enter, may_enter_for

TAB = "choices"


def urls(pages: Any) -> list[URLPattern]:
    """Under the person's own address. `pages`: the admin of individuals."""
    one, name, safe = "<uuid:uid>/choices/", "ams_individual", require_safe
    views = {
        "choices": ("", safe(partial(choices_view, pages))),
        "enter": ("enter/", partial(enter_view, pages)),
        "evidence": ("evidence/", require_POST(partial(evidence_view, pages))),
        "words": ("<uuid:decision>/words/", safe(partial(words_view, pages))),
        "guardian": ("guardian/", partial(guardian_view, pages)),
        "paper": ("<uuid:decision>/evidence/", safe(partial(paper_view, pages))),
        "paper_file": ("<uuid:decision>/evidence/file/", safe(partial(paper_file_view, pages))),
    }
    around = pages.admin_site.admin_view
    return [path(f"{one}{end}", around(view), name=f"{name}_{key}") for key, (end, view) in views.items()]


def choices_view(pages: Any, request: HttpRequest, uid: UUID) -> HttpResponse:
    individual = pages.person(request, uid)
    form = MomentForm(request.GET)
    entries, people = history(individual)
    values: dict[str, Any] = {"form": form, "when": None}
    if form.is_valid():
        standings = standings_at(individual, form.when, language=get_language())
        values |= {"when": form.when, "standings": rows_of(individual, standings, people)}
    values["timeline"] = timeline_of(individual, entries, people)
    values |= {"may_export": may_export(request), "is_child": guardians.must_confirm(individual)}
    answer: HttpResponse = pages.on_the_record(request, individual, "choices", TAB, values)
    return answer


def words_view(pages: Any, request: HttpRequest, uid: UUID, decision: UUID) -> HttpResponse:
    individual = pages.person(request, uid)
    found = decision_of(individual, decision)
    values = {"decision": found, "version": found.version, "words": words_of(found)}
    answer: HttpResponse = pages.on_the_record(request, individual, "choices_words", TAB, values)
    return answer


def decision_of(individual: Individual, decision: UUID) -> Decision:
    rows = Decision.objects.select_related("version__statement", "shown")
    return get_object_or_404(rows, pk=decision, individual_id=individual.pk)


def paper_view(pages: Any, request: HttpRequest, uid: UUID, decision: UUID) -> HttpResponse:
    individual = pages.person(request, uid)
    paper = paper_of(individual, decision)
    _entries, people = history(individual)
    words = words_of(paper.decision)
    values = {"paper": paper, "words": words, "by": people.by(paper.decision), "decision": paper.decision}
    answer: HttpResponse = pages.on_the_record(request, individual, "choices_paper", TAB, values)
    return answer


def paper_file_view(pages: Any, request: HttpRequest, uid: UUID, decision: UUID) -> FileResponse:
    individual = pages.person(request, uid)
    answer = as_file(paper_of(individual, decision).file, attachment=True)
    opened(request, individual.pk)
    return answer


def paper_of(individual: Individual, decision: UUID) -> Paper:
    rows = Paper.objects.select_related("decision__version")
    return get_object_or_404(rows, decision=decision, individual_id=individual.pk)


def evidence_view(pages: Any, request: HttpRequest, uid: UUID) -> HttpResponse | StreamingHttpResponse:
    """For an authority: by POST, since it is written down that it was handed out."""
    individual = pages.person(request, uid)
    if not may_export(request):
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    return evidence.about_person(request, individual)


def may_export(request: HttpRequest) -> bool:
    user: Any = request.user
    return bool(user.has_perm("consent.view_decision"))


def enter_view(pages: Any, request: HttpRequest, uid: UUID) -> HttpResponse:
    """What was said, then the evidence, then it is done. Until then nothing is stored."""
    pages.require(request, "change")
    individual = pages.person(request, uid)
    try:
        may_enter_for(individual, me(request))
    except CannotEnter as refusal:
        return step(pages, request, individual, "enter", {"refusal": refusal.reason, "form": None})
    form = SaidForm(request.POST or None, individual=individual, by=me(request))
    if request.method != "POST" or not form.is_valid():
        return step(pages, request, individual, "enter", {"form": form})
    confirmed = "confirm" in request.POST
    proof = EvidenceForm.of(request) if confirmed else EvidenceForm()
    if confirmed and proof.is_valid():
        try:
            return entered(request, individual, form, proof)
        except CannotEnter as refusal:
            if refusal.field in FIRST_STEP:
                form.add_error(refusal.field, str(refusal.reason))
                return step(pages, request, individual, "enter", {"form": form})
            proof.add_error(None, str(refusal.reason))
    return preview(pages, request, individual, form, proof)


def entered(
    request: HttpRequest, individual: Individual, form: SaidForm, proof: EvidenceForm
) -> HttpResponse:
    """Raises CannotEnter."""
    decision = enter(individual, form.chosen, form.said(**proof.evidence()))
    told = _("Entered. The person has a letter that says so, if there is an address.")
    if decision.act == Act.PENDING:
        told = _("Entered. It counts once it is confirmed: a letter asks for that.")
    messages.success(request, told)
    return redirect("admin:ams_individual_choices", individual.pk)


def preview(
    pages: Any, request: HttpRequest, individual: Individual, form: SaidForm, proof: EvidenceForm
) -> HttpResponse:
    words = in_language(form.chosen.wordings.all(), form.cleaned_data["language"])
    called = page_of.head_of(individual)["name"]
    values = {
        "sentence": about_to(form, called),
        "said": said_before(request, form),
        "source": Paper.Source(form.cleaned_data["source"]).label,
        "said_on": form.cleaned_data["said_on"],
        "words": words,
        "version": form.chosen,
        "proof": proof,
    }
    return step(pages, request, individual, "preview", values)


def said_before(request: HttpRequest, form: SaidForm) -> list[tuple[str, str]]:
    """For hidden fields: the answers of the first step as they came, and the day in one."""
    values = {name: request.POST.get(name, "") for name in FIRST_STEP}
    values["said_on"] = form.cleaned_data["said_on"].isoformat()
    return sorted(values.items())


def step(
    pages: Any, request: HttpRequest, individual: Individual, name: str, values: dict[str, Any]
) -> HttpResponse:
    head = {"individual": individual, "name": page_of.head_of(individual)["name"]}
    page: HttpResponse = pages.page(
        request, f"choices_{name}", {"title": _("Enter a decision"), **head, **values}
    )
    if request.method == "GET":
        opened(request, individual.pk)
    return page
