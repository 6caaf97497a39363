"""Opt-in: for each consent how many say yes, to which words, over the last two years, and who took it back."""

from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ams import charts
from ams.console import evidence
from ams.models import Individual
from ams.words import spaced
from consent.choices import in_language
from consent.models import Kind, State, Statement, Version
from consent.rates import Answers, by_month, by_version, withdrawn_lately

Block = dict[str, Any]
NONE: Final = "\u2013"
WHOLE: Final = 100


def page(request: HttpRequest) -> Block:
    """A fixed number of statements, however many people there are."""
    must_see(request)
    now = timezone.now()
    people = Individual.objects.filter(erased_at=None).count()
    months, versions, lately = by_month(now), by_version(), withdrawn_lately(now)
    found = [
        section(group, months.get(statement.pk, []), versions, lately.get(statement.pk, (0, 0)), people)
        for statement, group in published().items()
    ]
    user: Any = request.user
    return {
        "title": _("Opt-in"),
        "stats": [taken_back(*(sum(each) for each in zip((0, 0), *lately.values(), strict=True)))],
        "people": people,
        "sections": found,
        "may_enter": user.has_perm("ams.change_individual"),
        "may_export": user.has_perm("consent.view_decision"),
    }


def must_see(request: HttpRequest) -> None:
    """Raises PermissionDenied."""
    user: Any = request.user
    if not user.has_perm("consent.view_statement"):
        raise PermissionDenied


def published() -> dict[Statement, list[Version]]:
    """Each consent that is asked, with its versions, the newest first. Two queries."""
    rows = Version.objects.filter(
        statement__kind=Kind.CONSENT, statement__ended_at=None, state=State.PUBLISHED
    )
    found: dict[Statement, list[Version]] = {}
    ordered = rows.select_related("statement").prefetch_related("wordings")
    for version in ordered.order_by("statement__order", "statement__number", "-number"):
        found.setdefault(version.statement, []).append(version)
    return found


def section(
    versions: list[Version], months: list[Any], answers: dict[int, Answers], lately: Any, people: int
) -> Block:
    statement = versions[0].statement
    now = months[-1][1] if months else Answers()
    name = in_language(versions[0].wordings.all()).name
    return {
        "slug": statement.slug,
        "name": name,
        "url": reverse("admin:consent_statement_change", args=[statement.pk]),
        "fact": fact(now, any(version.pk in answers for version in versions)),
        "stats": [share_now(months), taken_back(*lately)],
        "line": line_of(name, months),
        "bars": bars_of(now, people),
        "versions": [version_row(version, answers.get(version.pk, Answers())) for version in versions],
    }


def per_cent(share: int | None) -> str:
    return NONE if share is None else f"{share}\u00a0%"


def share_now(months: list[Any]) -> Block:
    """Beside the end of the month before."""
    now, before = (months[-1][1].share, months[-2][1].share) if months else (None, None)
    found: Block = {"label": _("Say yes, of those who answered"), "value": per_cent(now)}
    if now is None or before is None:
        return found
    more = now - before
    if not more:
        return found | {"trend": _("As at the end of last month"), "direction": "equal"}
    if more > 0:
        text = ngettext("%(n)s point more than last month", "%(n)s points more than last month", more)
        return found | {"trend": text % {"n": more}, "direction": "up"}
    text = ngettext("%(n)s point less than last month", "%(n)s points less than last month", -more)
    return found | {"trend": text % {"n": -more}, "direction": "down"}


def taken_back(late: int, early: int) -> Block:
    found: Block = {"label": _("Taken back in thirty days"), "value": late}
    more = late - early
    if not more:
        return found | {"trend": _("As in the thirty days before"), "direction": "equal"}
    if more > 0:
        text = ngettext("%(n)s more than in the thirty before", "%(n)s more than in the thirty before", more)
        return found | {"trend": text % {"n": more}, "direction": "up", "good": False}
    text = ngettext("%(n)s fewer than in the thirty before", "%(n)s fewer than in the thirty before", -more)
    return found | {"trend": text % {"n": -more}, "direction": "down", "good": True}


def line_of(name: str, months: list[Any]) -> Block | None:
    """From the first month in which anybody had answered; always on the scale of the whole."""
    rows = [(month, each) for month, each in months]
    while rows and not rows[0][1].answered:
        rows.pop(0)
    if not rows:
        return None
    cells = [
        (formats.date_format(month, "YEAR_MONTH_FORMAT"), per_cent(each.share), each.yes, each.answered)
        for month, each in rows
    ]
    return {
        "title": _("Yes to: %(name)s") % {"name": name},
        "note": _("Of those who had answered, at the end of each month"),
        "rows": cells,
        "heads": [_("Month"), _("Share"), _("Yes"), _("Answered")],
        "high": per_cent(WHOLE),
        "middle": per_cent(WHOLE // 2),
        "curve": charts.line([each.share or 0 for _month, each in rows], 0, WHOLE),
        "first": cells[0],
        "last": cells[-1],
    }


def bars_of(now: Answers, people: int) -> list[tuple[str, int]]:
    """Everybody on record, in four groups."""
    return [
        (_("Yes"), now.yes),
        (_("No"), now.no),
        (_("Taken back"), now.withdrawn),
        (_("No answer"), max(0, people - now.answered)),
    ]


def version_row(version: Version, answers: Answers) -> Block:
    return {
        "number": version.number,
        "from": version.effective_at,
        "answered": answers.answered,
        "yes": answers.yes,
        "share": per_cent(answers.share),
        "asks": version.ask_again,
    }


def fact(now: Answers, before: bool) -> str:
    """In one sentence. `before`: were there answers that do not count any more?"""
    if not now.answered:
        return _("No answer counts at the moment.") if before else _("Nobody has answered yet.")
    told = ngettext(
        "%(yes)s of the %(n)s person who answered says yes.",
        "%(yes)s of the %(n)s people who answered say yes.",
        now.answered,
    )
    return told % {"yes": spaced(now.yes), "n": spaced(now.answered)}


def hand_out(request: HttpRequest, slug: str) -> HttpResponse | StreamingHttpResponse:
    """For an authority: every answer to one statement."""
    user: Any = request.user
    if not user.has_perm("consent.view_decision"):
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    return evidence.about_statement(request, get_object_or_404(Statement, slug=slug))
