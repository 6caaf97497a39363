"""When something is due, as a tag: late, today, tomorrow, in some days, or the date."""

from datetime import datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ams.words import day

A_WEEK: Final = 7
Tag = dict[str, Any]


def days_until(moment: datetime) -> int:
    """On the association's calendar; less than none when it is late."""
    return (timezone.localdate(moment) - timezone.localdate()).days


def tag_for(moment: datetime) -> Tag:
    left = days_until(moment)
    if left < 0:
        text = ngettext("Late by %(n)s day", "Late by %(n)s days", -left) % {"n": -left}
        return {"state": "danger", "text": text, "icon": "stop"}
    if left == 0:
        return {"state": "attention", "text": _("Today"), "icon": "clock"}
    if left == 1:
        return {"state": "", "text": _("Tomorrow"), "icon": "clock"}
    if left <= A_WEEK:
        text = ngettext("In %(n)s day", "In %(n)s days", left) % {"n": left}
        return {"state": "", "text": text, "icon": "clock"}
    return {"state": "", "text": day(moment), "icon": "clock"}
