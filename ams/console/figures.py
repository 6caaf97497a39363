"""How an association is doing, in a few numbers and two pictures. A fixed number of statements."""

from datetime import date, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Aggregate, Count, F, FloatField, Q
from django.db.models.functions import Extract, TruncWeek
from django.utils import formats, timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ams.models import Individual
from consent.models import Kind, Standing, Statement, Wording
from consent.models.decisions import YES
from privacy.requests.models import Request, State
from webhooks.health import health_of
from webhooks.models import Endpoint

WEEKS: Final = 8
MONTHS: Final = 6
A_WEEK: Final = timedelta(days=7)
A_QUARTER: Final = timedelta(days=90)
A_DAY: Final = 86_400
NONE: Final = "\u2013"  # a dash where there is nothing to count
Block = dict[str, Any]

# For each month the people who came to a yes, less those who left it: a decision counts where it changes something.
CHANGES: Final = """
SELECT date_trunc('month', at AT TIME ZONE %s)::date AS month, sum(yes - before) AS more
FROM (SELECT at, (act = ANY(%s))::int AS yes,
             lag((act = ANY(%s))::int, 1, 0) OVER (PARTITION BY individual_id ORDER BY at, id) AS before
      FROM consent_decision WHERE statement_id = %s) AS decisions
GROUP BY month ORDER BY month
"""


class Median(Aggregate):
    function = "PERCENTILE_CONT"
    name = "median"
    output_field = FloatField()
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


def stats() -> list[Block]:
    return [open_now(), days_to_answer(), said_yes(), organisations()]


def open_now() -> Block:
    """Today, and a week ago."""
    then = timezone.now() - A_WEEK
    was = Q(received_at__lte=then) & (Q(answered_at=None) | Q(answered_at__gt=then))
    found = Request.objects.aggregate(now=Count("pk", Q(state=State.OPEN)), then=Count("pk", was))
    return {"label": _("Open requests"), "value": found["now"], **trend(found["now"] - found["then"])}


def trend(more: int) -> Block:
    if not more:
        return {"trend": _("As a week ago"), "direction": "equal"}
    if more > 0:
        text = ngettext("%(n)s more than a week ago", "%(n)s more than a week ago", more) % {"n": more}
        return {"trend": text, "direction": "up", "good": False}
    text = ngettext("%(n)s fewer than a week ago", "%(n)s fewer than a week ago", -more) % {"n": -more}
    return {"trend": text, "direction": "down", "good": True}


def days_to_answer() -> Block:
    """The median of the last ninety days, and of the ninety before."""
    now = timezone.now()
    seconds = Median(
        Extract(F("answered_at") - F("received_at"), "epoch"), filter=Q(answered_at__gt=now - A_QUARTER)
    )
    earlier = Median(
        Extract(F("answered_at") - F("received_at"), "epoch"),
        filter=Q(answered_at__lte=now - A_QUARTER, answered_at__gt=now - 2 * A_QUARTER),
    )
    answered = Request.objects.filter(answered_at__gt=now - 2 * A_QUARTER)
    found = answered.exclude(state=State.CANCELLED).aggregate(now=seconds, before=earlier)
    value = NONE if found["now"] is None else round(found["now"] / A_DAY)
    text = _("In the last ninety days")
    if found["now"] is not None and found["before"] is not None:
        before = round(found["before"] / A_DAY)
        text = ngettext("%(n)s day in the ninety before", "%(n)s days in the ninety before", before) % {
            "n": before
        }
    return {"label": _("Days to answer, median"), "value": value, "trend": text, "direction": "equal"}


def said_yes() -> Block:
    people = Individual.objects.filter(erased_at=None).count()
    yes = (
        Standing.objects.filter(statement__kind=Kind.CONSENT, act__in=YES, individual__erased_at=None)
        .values("individual")
        .distinct()
        .count()
    )
    share = f"{round(100 * yes / people)}\u00a0%" if people else NONE
    return {"label": _("People who said yes to something"), "value": share}


def organisations() -> Block:
    endpoints = list(Endpoint.objects.all())
    well = sum(endpoint.is_active and not endpoint.failing_since for endpoint in endpoints)
    value = _("%(well)s of %(all)s") % {"well": well, "all": len(endpoints)} if endpoints else NONE
    troubled = [str(health_of(endpoint).text) for endpoint in endpoints if endpoint.failing_since]
    found: Block = {"label": _("Organisations that answer"), "value": value}
    if troubled:
        text = ngettext("%(n)s does not", "%(n)s do not", len(troubled)) % {"n": len(troubled)}
        found |= {"trend": text, "direction": "up", "good": False}
    return found


def requests_by_week() -> list[tuple[str, int]]:
    """The last eight weeks by their number, the one that runs included."""
    this = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
    first = this - (WEEKS - 1) * A_WEEK
    rows = (
        Request.objects.filter(received_at__date__gte=first)
        .annotate(week=TruncWeek("received_at"))
        .values("week")
        .order_by("week")
        .annotate(n=Count("pk"))
    )
    counted = {timezone.localdate(row["week"]): row["n"] for row in rows}
    weeks = [first + number * A_WEEK for number in range(WEEKS)]
    return [(str(week.isocalendar().week), counted.get(week, 0)) for week in weeks]


def yes_by_month() -> Block | None:
    """To the association's first consent: this half year and, beside it, the one a year ago."""
    statement = Statement.objects.filter(kind=Kind.CONSENT, versions__state="published").first()
    if statement is None:
        return None
    more = changes_of(statement)
    months = [month_before(timezone.localdate(), back) for back in reversed(range(MONTHS))]
    rows = [
        (formats.date_format(month, "F"), total(more, month), total(more, month.replace(year=month.year - 1)))
        for month in months
    ]
    year, month = str(months[-1].year), _("Month")
    return {"title": title_of(statement), "rows": rows, "heads": f"{month}|{year}|{int(year) - 1}"}


def changes_of(statement: Statement) -> dict[date, int]:
    zone = str(timezone.get_current_timezone_name())
    words = [str(act) for act in YES]
    with connection.cursor() as cursor:
        cursor.execute(CHANGES, [zone, words, words, statement.pk])
        return {month: int(more) for month, more in cursor.fetchall()}


def total(more: dict[date, int], month: date) -> int:
    """At the end of that month."""
    return sum(change for begun, change in more.items() if begun <= month)


def month_before(day: date, back: int) -> date:
    number = day.year * 12 + day.month - 1 - back
    return date(number // 12, number % 12 + 1, 1)


def title_of(statement: Statement) -> str:
    """In the reader's language, where it is written."""
    wordings = Wording.objects.filter(version__statement=statement, version__state="published")
    names = dict(wordings.order_by("version__number").values_list("language", "name"))
    name = names.get((get_language() or "en").split("-")[0]) or next(iter(names.values()), statement.slug)
    return _("Yes to: %(name)s") % {"name": name}
