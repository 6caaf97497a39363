"""Asked anew at the next visit: each question as when joining, with what changed, and a way on without an answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consent import lock
from consent.asking import open_questions
from consent.choices import Choice, in_language
from consent.decide import CannotWithdraw, beside, decline, give
from consent.models import Channel, Kind, Version
from consent.reasons import Reason, reasons_of
from consent.terms import terms
from privacy.access import member_required
from privacy.numbers import row_number
from privacy.visitor import evidence_of

VERSION = "version-"  # the hidden field of each question, with its slug
LANGUAGE = "language-"
ANSWER = "answer-"


@dataclass(frozen=True, slots=True)
class Answer:
    """To the words that the page showed, whatever is in force by now."""

    version: Version
    yes: bool
    language: str


def way_on(individual: Any, wanted: str) -> str:
    """Where a visit begins: with what is to be answered anew, and then where the member wanted to go."""
    here = reverse("consent:again")
    if wanted.startswith(here) or individual is None or not open_questions(individual):
        return wanted
    return f"{here}?{urlencode({'next': wanted})}"


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def again(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if request.method == "POST":
        return answer(request, user.individual)
    questions = open_questions(user.individual)
    return show(request, questions) if questions else redirect(onward(request))


def show(request: HttpRequest, choices: list[Choice], **more: Any) -> HttpResponse:
    status = more.pop("status", HTTPStatus.OK)
    refused = more.get("refused", {})
    questions = [question(each, refused) for each in reasons_of(choices)]
    context = {"questions": questions, "later": onward(request), **more}
    return render(request, "consent/again.html", context, status=status)


def question(reason: Reason, refused: dict[str, Any]) -> dict[str, Any]:
    words, version = reason.words(), reason.version()
    slug = version.statement.slug
    is_agreement = version.statement.kind == Kind.AGREEMENT
    return {
        "reason": reason,
        "words": words,
        "terms": terms(words),
        "slug": slug,
        "name": f"{ANSWER}{slug}",
        "yes": words.yes or (_("Yes, I agree") if is_agreement else _("Yes")),
        "no": words.no or (_("No, I do not agree") if is_agreement else _("No")),
        "error": refused.get(slug, ""),
    }


def answer(request: HttpRequest, individual: Any) -> HttpResponse:
    shown = shown_versions(request)
    answers = list(answers_in(request, shown))
    if not answers:
        told = _("Choose an answer, or go on without one.")
        return show(request, open_questions(individual), nothing=told, status=HTTPStatus.BAD_REQUEST)
    refused = store(request, individual, answers, shown)
    left = open_questions(individual)
    # Newer words came while they were reading: what they said is kept, and what is new is shown.
    given = {each.version.statement_id for each in answers} - {each.version.statement_id for each in refused}
    newer = [choice for choice in left if choice.statement.pk in given]
    if refused or newer:
        why = {each.version.statement.slug: CannotWithdraw.reason for each in refused}
        status = HTTPStatus.CONFLICT if refused else HTTPStatus.OK
        return show(request, left, newer=newer, refused=why, status=status)
    messages.success(request, _("Your answers are saved. You can change them under Privacy at any time."))
    return redirect(onward(request))


def shown_versions(request: HttpRequest) -> list[Version]:
    """What stood on the page, as far as it can be answered."""
    pks = [row_number(str(value)) for name, value in request.POST.items() if name.startswith(VERSION)]
    asked = Version.objects.in_force().filter(
        pk__in=pks, statement__kind__in=[Kind.CONSENT, Kind.AGREEMENT], statement__ended_at=None
    )
    return list(asked.select_related("statement").order_by("statement__order", "statement__number"))


def answers_in(request: HttpRequest, shown: Iterable[Version]) -> Iterable[Answer]:
    for version in shown:
        said = request.POST.get(f"{ANSWER}{version.statement.slug}")
        if said in {"yes", "no"}:
            wanted = request.POST.get(f"{LANGUAGE}{version.statement.slug}")
            yield Answer(version, said == "yes", in_language(version.wordings.all(), wanted).language)


def store(request: HttpRequest, individual: Any, answers: list[Answer], shown: list[Version]) -> list[Answer]:
    """Each once. Returns those that cannot be: a no to what belongs to membership."""
    lock.hold(individual.pk, *(each.version.statement_id for each in answers))
    page = beside(individual, shown, language=answers[0].language)
    refused = []
    for each in answers:
        verb = give if each.yes else decline
        try:
            verb(
                individual,
                each.version,
                channel=Channel.TAB,
                actor=individual.pk,
                language=each.language,
                shown=page,
                evidence=evidence_of(request),
            )
        except CannotWithdraw:
            refused.append(each)
    return refused


def onward(request: HttpRequest) -> str:
    """Where they wanted to go; only to pages of ours."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else reverse("consent:choices")
