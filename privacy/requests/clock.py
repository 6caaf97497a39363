"""When an answer is due: Art. 12(3) GDPR says one month, Regulation (EEC, Euratom) No 1182/71 says what a month is.

A period in months ends with the last hour of the day that carries the same number as the day of the event; if that
month has no such day, with its last day (Art. 3(2)(c)); if that day is a Saturday, a Sunday or a public holiday, with
the last hour of the next working day (Art. 3(4)).
"""

import calendar
from datetime import date, datetime, time, timedelta, tzinfo

from privacy.requests.holidays import is_holiday

FRIDAY = 4
LAST_SECOND = time(23, 59, 59)


def due(received: datetime, tz: tzinfo, *, country: str = "", months: int = 1) -> datetime:
    """The last second of the last day, in `tz`. The day on which the request came does not count (Art. 3(1))."""
    day = working_day(months_later(received.astimezone(tz).date(), months), country)
    return datetime.combine(day, LAST_SECOND, tzinfo=tz)


def months_later(day: date, months: int) -> date:
    """31 January and one month is the last of February."""
    ahead = day.month - 1 + months
    year, month = day.year + ahead // 12, ahead % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def working_day(day: date, country: str) -> date:
    """The day itself, or the next one on which people work."""
    while day.weekday() > FRIDAY or is_holiday(day, country):
        day += timedelta(days=1)
    return day
