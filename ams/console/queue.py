"""Requests by due date: where each stands, and what is next. Three statements, however many requests."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ams.console.due import Tag, tag_for
from ams.console.names import member
from ams.words import day, moment
from erasure.models import OPEN as ERASING
from erasure.models import Erasure
from erasure.models import State as Erasing
from portability.models import Export
from portability.models import State as Making
from privacy.declarations import Text
from privacy.requests.models import Kind, Request, State

# What staff call it; members read what they asked for (privacy/requests/models.py).
TITLES: Final[dict[Kind, Text]] = {
    Kind.ACCESS: gettext_lazy("Access"),
    Kind.PORTABILITY: gettext_lazy("Copy of data"),
    Kind.RECTIFICATION: gettext_lazy("Correction"),
    Kind.ERASURE: gettext_lazy("Erasure"),
    Kind.RESTRICTION: gettext_lazy("Restriction"),
    Kind.OBJECTION: gettext_lazy("Objection"),
}
COPIES: Final = {Kind.ACCESS, Kind.PORTABILITY}


@dataclass(frozen=True, slots=True)
class Step:
    """`waits`: does it need a person now?"""

    stands: str
    verb: str
    url: str
    waits: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """One request in the list."""

    request: Request
    member: str
    tag: Tag
    step: Step

    @property
    def title(self) -> str:
        return str(TITLES[Kind(self.request.kind)])

    @property
    def url(self) -> str:
        return reverse("admin:privacy_request_change", args=[self.request.pk])


def lines_of(requests: Sequence[Request]) -> list[Line]:
    erasures = open_erasures(requests)
    exports = newest_exports(requests)
    return [line_of(each, erasures.get(each.individual_id), exports.get(each.pk)) for each in requests]


def open_erasures(requests: Iterable[Request]) -> dict[UUID, Erasure]:
    people = {each.individual_id for each in requests if each.kind == Kind.ERASURE}
    rows = Erasure.objects.filter(individual_id__in=people, state__in=ERASING).defer("reason")
    return {row.individual_id: row for row in rows}


def newest_exports(requests: Iterable[Request]) -> dict[UUID, Export]:
    asked = [each.pk for each in requests if each.kind in COPIES]
    rows = (
        Export.objects.filter(request_id__in=asked)
        .exclude(state=Making.CANCELLED)
        .defer("pdf", "zip")
        .order_by("created_at")
    )
    return {row.request_id: row for row in rows if row.request_id}


def line_of(request: Request, erasure: Erasure | None, export: Export | None) -> Line:
    tag = closed_tag(request) or cooling_tag(erasure) or tag_for(request.due_at)
    return Line(request, member(request.individual), tag, step_of(request, erasure, export))


def closed_tag(request: Request) -> Tag | None:
    if request.state == State.OPEN or request.answered_at is None:
        return None
    text = _("%(state)s on %(day)s") % {
        "state": request.get_state_display(),
        "day": day(request.answered_at),
    }
    return {"state": "done" if request.state == State.DONE else "", "text": text, "icon": ""}


def cooling_tag(erasure: Erasure | None) -> Tag | None:
    if erasure is None or erasure.state == Erasing.REQUESTED:
        return None
    return {"state": "", "text": _("Cooling off"), "icon": "pause"} if erasure.can_stop else None


def step_of(request: Request, erasure: Erasure | None, export: Export | None) -> Step:
    own = reverse("admin:privacy_request_change", args=[request.pk])
    if request.state != State.OPEN:
        return Step(str(request.get_state_display()), _("Look"), own, waits=False)
    if request.kind == Kind.ERASURE:
        return step_of_erasure(request, erasure)
    if request.kind in COPIES:
        return step_of_copy(request, export)
    return Step(_("Waits for our answer"), _("Answer"), own)


def step_of_erasure(request: Request, erasure: Erasure | None) -> Step:
    if erasure is None:
        ask = reverse("admin:erasure_erasure_ask", args=[request.individual_id])
        return Step(_("No plan yet"), _("Read the plan"), ask)
    url = reverse("admin:erasure_erasure_change", args=[erasure.pk])
    if erasure.state == Erasing.REQUESTED:
        return Step(_("A second person is needed"), _("Read and approve"), url)
    if erasure.can_stop:
        when = _("Runs by itself on %(when)s") % {"when": moment(erasure.cools_off_until)}
        return Step(when, _("Look"), url, waits=False)
    return Step(str(erasure.get_state_display()), _("Look"), url, waits=False)


def step_of_copy(request: Request, export: Export | None) -> Step:
    url = reverse("admin:portability_export_for", args=[request.individual_id])
    if export is None:
        return Step(_("Nobody has made the copy"), _("Make the copy"), url)
    if export.is_open:
        return Step(_("Being made, %(n)s %%") % {"n": export.percent}, _("Look"), url, waits=False)
    if export.state == Making.FAILED:
        return Step(_("The copy could not be made"), _("Make it again"), url)
    return Step(_("Ready, and the request still open"), _("Send the copy"), url)


def open_requests() -> Any:
    """By due date; the lists show members by number, so the person comes along."""
    return Request.objects.filter(state=State.OPEN).select_related("individual").order_by("due_at", "pk")


def counts() -> dict[str, int]:
    """Open, late, due today, in one statement."""
    now = timezone.localtime()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow = midnight + timedelta(days=1)
    return Request.objects.filter(state=State.OPEN).aggregate(
        open=Count("pk"),
        late=Count("pk", Q(due_at__lt=midnight)),
        today=Count("pk", Q(due_at__gte=midnight, due_at__lt=tomorrow)),
    )
