"""How an endpoint is doing: one word, one sentence, and a strip of ninety days. A fixed number of statements."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from webhooks.models import Attempt, Delivery, Endpoint

DAYS: Final = 90
SLOW: Final = 5_000  # milliseconds
WELL, TROUBLED, DOWN, QUIET = "done", "attention", "danger", "none"
IN_WORDS: Final[dict[str, Promise]] = {
    WELL: gettext_lazy("well"),
    TROUBLED: gettext_lazy("slow"),
    DOWN: gettext_lazy("down"),
    QUIET: gettext_lazy("nothing sent"),
}


@dataclass(frozen=True, slots=True)
class Health:
    state: str
    text: str | Promise
    icon: str = ""


def health_of(endpoint: Endpoint, *, slow: bool = False) -> Health:
    if not endpoint.is_active:
        return Health(DOWN, gettext_lazy("Switched off"))
    if endpoint.failures:
        return Health(DOWN, gettext_lazy("Does not answer"), "alert")
    if endpoint.failing_since:
        return Health(TROUBLED, gettext_lazy("Answers with errors"), "alert")
    if not endpoint.last_success_at:
        return Health("", gettext_lazy("Nothing delivered yet"))
    return (
        Health(TROUBLED, gettext_lazy("Slow, but answering"), "alert")
        if slow
        else Health(WELL, gettext_lazy("Well"))
    )


def strip(endpoint: Endpoint) -> list[dict[str, Any]]:
    """The last ninety days on the association's calendar, oldest first."""
    today = timezone.localdate()
    first = today - timedelta(days=DAYS - 1)
    counts = _counts(endpoint, first)
    days = [first + timedelta(days=number) for number in range(DAYS)]
    return [{"date": day, "day": _day(day), "state": _state(counts.get(day))} for day in days]


def _counts(endpoint: Endpoint, first: date) -> dict[date, Mapping[str, Any]]:
    """A day earlier than asked for: the calendar's midnight is not the database's."""
    good = Q(outcome=Attempt.Outcome.DELIVERED)
    rows = (
        Attempt.objects.filter(delivery__endpoint=endpoint, at__date__gte=first - timedelta(days=1))
        .annotate(day=TruncDate("at"))
        .values("day")
        .order_by("day")
        .annotate(all=Count("pk"), good=Count("pk", good), slow=Count("pk", good & Q(milliseconds__gt=SLOW)))
    )
    return {row["day"]: row for row in rows}


def _state(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return QUIET
    if not row["good"]:
        return DOWN
    return TROUBLED if row["good"] < row["all"] or row["slow"] else WELL


def _day(day: date) -> str:
    return formats.date_format(day, "DATE_FORMAT")


def is_slow(days: list[dict[str, Any]]) -> bool:
    """Trouble within the last week, although something arrives."""
    return any(day["state"] in {TROUBLED, DOWN} for day in days[-7:])


def in_words(days: list[dict[str, Any]]) -> str:
    """The strip for ears: which days were not well."""
    bad = [f"{day['day']} ({IN_WORDS[day['state']]})" for day in days if day["state"] in {TROUBLED, DOWN}]
    if not bad:
        return _("Strip of 90 days: no trouble.")
    return _("Strip of 90 days: well on all but %(days)s.") % {"days": ", ".join(bad)}


def facts(days: list[dict[str, Any]], counts: Mapping[str, int]) -> str:
    """The one sentence at the head of the page."""
    well = sum(day["state"] in {WELL, QUIET} for day in days)
    sentences = [_("%(well)s of 90 days without trouble.") % {"well": well}]
    if waiting := counts.get(Delivery.State.DUE, 0):
        text = ngettext("%(count)s notice is under way.", "%(count)s notices are under way.", waiting)
        sentences.append(text % {"count": waiting})
    if ended := counts.get(Delivery.State.DEAD, 0) + counts.get(Delivery.State.FAILED, 0):
        text = ngettext("%(count)s did not arrive.", "%(count)s did not arrive.", ended)
        sentences.append(text % {"count": ended})
    return " ".join(sentences)


def counts_of(endpoint: Endpoint) -> dict[str, int]:
    """Deliveries by state."""
    rows = Delivery.objects.filter(endpoint=endpoint).values_list("state").order_by("state")
    return dict(rows.annotate(Count("pk")))


def undelivered() -> dict[UUID, tuple[int, int]]:
    """By endpoint: how many are under way, and how many were given up."""
    due, ended = Q(state=Delivery.State.DUE), Q(state__in=[Delivery.State.DEAD, Delivery.State.FAILED])
    rows = Delivery.objects.filter(due | ended).values("endpoint").order_by("endpoint")
    counted = rows.annotate(due=Count("pk", due), ended=Count("pk", ended))
    return {row["endpoint"]: (row["due"], row["ended"]) for row in counted}
