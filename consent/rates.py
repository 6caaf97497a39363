"""How many say yes, and how that changed: counted from the decisions, in a fixed number of statements.

A yes counts as the gate counts it: not when its time is over, and not while it rests under newer words. Whoever has
let it run out, or waits for a click, has not answered. Everybody who was erased is gone from these numbers too.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone

from consent.models import Act, Decision
from consent.models.decisions import YES

MONTHS: Final = 24
LATELY: Final = timedelta(days=30)

# Each answer counts from its moment to the next one; a yes ends sooner where its time does, or where newer words rest
# it. What is summed up is how many more, or fewer, each month has of each answer.
CHANGES: Final = """
WITH words AS (
    SELECT version.id, version.statement_id, version.again_after_months AS months,
           (SELECT min(greatest(newer.effective_at, newer.published_at)) FROM consent_version AS newer
            WHERE newer.statement_id = version.statement_id AND newer.number > version.number
              AND newer.state = 'published' AND newer.ask_again AND NOT newer.old_counts) AS rests_at
    FROM consent_version AS version JOIN consent_statement AS statement ON statement.id = version.statement_id
    WHERE statement.kind = 'consent' AND statement.ended_at IS NULL
), answers AS (
    SELECT words.*, decision.at AS begins,
           CASE WHEN act = ANY(%(yes)s) THEN 'yes' WHEN act = %(no)s THEN 'no'
                WHEN act = %(withdrawn)s THEN 'withdrawn' END AS says,
           lead(decision.at) OVER (PARTITION BY decision.individual_id, decision.statement_id
                                   ORDER BY decision.at, decision.id) AS next_at
    FROM consent_decision AS decision JOIN words ON words.id = decision.version_id
), spans AS (
    SELECT statement_id, says, begins,
           CASE WHEN says = 'yes' THEN least(next_at, rests_at,
               (begins AT TIME ZONE 'UTC' + make_interval(months => months)) AT TIME ZONE 'UTC')
           ELSE next_at END AS ends
    FROM answers WHERE says IS NOT NULL
), changes AS (
    SELECT statement_id, says, begins AS at, 1 AS more FROM spans WHERE ends IS NULL OR ends > begins
    UNION ALL
    SELECT statement_id, says, ends AS at, -1 AS more FROM spans WHERE ends > begins
)
SELECT statement_id, date_trunc('month', at AT TIME ZONE %(zone)s)::date AS month, says, sum(more)
FROM changes WHERE at <= %(now)s GROUP BY statement_id, month, says
"""

# By the words: what each person answered to them last.
BY_VERSION: Final = """
SELECT version_id, count(*) FILTER (WHERE act = ANY(%(yes)s)), count(*) FILTER (WHERE act = %(no)s),
       count(*) FILTER (WHERE act = %(withdrawn)s)
FROM (SELECT DISTINCT ON (individual_id, version_id) version_id, act FROM consent_decision
      ORDER BY individual_id, version_id, at DESC, id DESC) AS last
GROUP BY version_id
"""


@dataclass(slots=True)
class Answers:
    yes: int = 0
    no: int = 0
    withdrawn: int = 0

    @property
    def answered(self) -> int:
        return self.yes + self.no + self.withdrawn

    @property
    def share(self) -> int | None:
        """Of those who answered, in per cent."""
        return round(100 * self.yes / self.answered) if self.answered else None

    def plus(self, says: str, more: int) -> None:
        setattr(self, says, getattr(self, says) + more)


def month_before(day: date, back: int) -> date:
    number = day.year * 12 + day.month - 1 - back
    return date(number // 12, number % 12 + 1, 1)


def by_month(now: datetime, *, months: int = MONTHS) -> dict[int, list[tuple[date, Answers]]]:
    """By statement: each of the last months at its end, and the one that runs as it is now. One statement."""
    last = timezone.localdate(now)
    wanted = [month_before(last, back) for back in reversed(range(months))]
    changes: dict[int, dict[date, list[tuple[str, int]]]] = defaultdict(lambda: defaultdict(list))
    for statement, month, says, more in fetched(CHANGES, now=now, zone=str(timezone.get_current_timezone())):
        changes[statement][month].append((says, int(more)))
    return {statement: list(summed(found, wanted)) for statement, found in changes.items()}


def summed(changes: dict[date, list[tuple[str, int]]], wanted: list[date]) -> Iterator[tuple[date, Answers]]:
    for month in wanted:
        answers = Answers()
        for begun, rows in changes.items():
            for says, more in rows if begun <= month else ():
                answers.plus(says, more)
        yield month, answers


def by_version() -> dict[int, Answers]:
    return {version: Answers(*counted) for version, *counted in fetched(BY_VERSION)}


def fetched(sql: str, **values: str | datetime) -> list[tuple[Any, ...]]:
    acts: dict[str, Any] = {
        "yes": [str(act) for act in YES],
        "no": str(Act.DECLINED),
        "withdrawn": str(Act.WITHDRAWN),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, acts | values)
        return list(cursor.fetchall())


def withdrawn_lately(now: datetime) -> dict[int, tuple[int, int]]:
    """By statement: how many took their yes back in the last thirty days, and in the thirty before."""
    lately = Q(at__gt=now - LATELY)
    rows = Decision.objects.filter(act=Act.WITHDRAWN, at__gt=now - 2 * LATELY, at__lte=now)
    counted = (
        rows.values("statement").order_by().annotate(late=Count("pk", lately), early=Count("pk", ~lately))
    )
    return {row["statement"]: (row["late"], row["early"]) for row in counted}
