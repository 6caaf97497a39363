"""What needs a person today, by due date: requests, copies that failed, notices and letters that did not arrive."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ams.console import queue
from ams.console.due import Tag
from ams.console.names import member, names_of
from ams.console.unreadable import values_unreadable
from ams.models import Import, SentMail
from ams.words import day
from erasure.models import Erasure
from erasure.models import State as Erasing
from portability.models import Export
from portability.models import State as Making
from webhooks.models import Delivery

SHOWN: Final = 12
A_MONTH: Final = timedelta(days=30)
FAILED: Final[Tag] = {"state": "danger", "text": "", "icon": "stop"}


@dataclass(frozen=True, slots=True)
class Need:
    """A line of Today: when, what, why, and one click to act."""

    at: datetime
    tag: Tag
    title: str
    url: str
    note: str
    verb: str
    act: str


def needs() -> list[Need]:
    """A fixed number of statements; the most urgent first."""
    found = [
        *requests_that_wait(),
        *copies_that_failed(),
        *notices_undelivered(),
        *letters_unsent(),
        *broken_seals(),
        *lists_left(),
    ]
    return sorted(found, key=lambda need: need.at)


def requests_that_wait() -> Iterable[Need]:
    requests = list(queue.open_requests()[: SHOWN * 3])
    askers = who_asks()
    for line in queue.lines_of(requests):
        if line.step.waits:
            yield need_of(line, askers)


def need_of(line: queue.Line, askers: dict[Any, str]) -> Need:
    asker = askers.get(line.request.individual_id)
    note = _("%(name)s asks for a second person to approve") % {"name": asker} if asker else line.step.stands
    title = _("%(what)s, %(who)s") % {"what": line.title, "who": line.member}
    return Need(line.request.due_at, line.tag, title, line.url, note, line.step.verb, line.step.url)


def who_asks() -> dict[Any, str]:
    """By member: the colleague who asked for the erasure. Members who asked for themselves are not named."""
    waiting = Erasure.objects.filter(state=Erasing.REQUESTED, channel="staff").defer("reason")
    rows = {row.individual_id: row.requested_by for row in waiting}
    names = names_of(rows.values())
    return {uid: names[asker] for uid, asker in rows.items() if asker in names}


def copies_that_failed() -> Iterable[Need]:
    """Those of an open request stand there already."""
    failed = Export.objects.filter(state=Making.FAILED, created_at__gte=timezone.now() - A_MONTH)
    rows = failed.exclude(request__state="open").defer("pdf", "zip").select_related("individual")
    for row in rows.order_by("created_at")[:SHOWN]:
        url = reverse("admin:portability_export_for", args=[row.individual_id])
        title = _("Copy for %(who)s") % {"who": member(row.individual)}
        note = _("It could not be made. Reference %(number)s") % {"number": row.reference}
        yield Need(row.created_at, failed_tag(), title, url, note, _("Make it again"), url)


def notices_undelivered() -> Iterable[Need]:
    """One line for each organisation."""
    ended = [Delivery.State.DEAD, Delivery.State.FAILED]
    rows = Delivery.objects.filter(state__in=ended, ended_at__gte=timezone.now() - A_MONTH)
    by_endpoint = rows.values("endpoint", "endpoint__organisation", "endpoint__name").order_by("endpoint")
    for row in by_endpoint.annotate(n=Count("pk"), last=Max("ended_at")):
        url = reverse("admin:webhooks_endpoint_change", args=[row["endpoint"]])
        name = row["endpoint__organisation"] or row["endpoint__name"]
        told = ngettext(
            "%(n)s notice did not reach %(name)s", "%(n)s notices did not reach %(name)s", row["n"]
        )
        note = _("The last was given up on %(day)s") % {"day": day(row["last"])}
        title = told % {"n": row["n"], "name": name}
        yield Need(row["last"], failed_tag(), title, url, note, _("Look and send anew"), url)


def letters_unsent() -> Iterable[Need]:
    failed = SentMail.objects.filter(state=SentMail.State.FAILED, written_at__gte=timezone.now() - A_MONTH)
    found = failed.aggregate(n=Count("pk"), last=Max("written_at"))
    if not found["n"]:
        return
    url = f"{reverse('admin:ams_sentmail_changelist')}?state__exact=failed"
    title = ngettext("%(n)s letter could not be sent", "%(n)s letters could not be sent", found["n"])
    note = _("Mostly the address is not right any more")
    yield Need(found["last"], failed_tag(), title % {"n": found["n"]}, url, note, _("Look"), url)


def broken_seals() -> Iterable[Need]:
    for at, field, person in values_unreadable():
        whose = (
            _("%(what)s of %(who)s cannot be read") % {"what": field, "who": member(person)} if person else ""
        )
        title = whose or _("%(what)s cannot be read") % {"what": field}
        url = reverse("admin:ams_individual_change", args=[person.pk]) if person else reverse("admin:records")
        note = _("Its seal is broken. Restore it from a backup, or enter it anew.")
        yield Need(at, failed_tag(), title, url, note, _("Look"), url)


def lists_left() -> Iterable[Need]:
    """Uploaded and not confirmed, or given up by the worker."""
    states = [Import.State.UPLOADED, Import.State.FAILED]
    rows = Import.objects.filter(state__in=states, created_at__gte=timezone.now() - timedelta(days=7)).defer(
        "file"
    )
    for row in rows.order_by("created_at")[:SHOWN]:
        url = reverse("admin:ams_import_change", args=[row.pk])
        waits = row.state == Import.State.UPLOADED
        tag = {"state": "attention", "text": _("Waits"), "icon": "clock"} if waits else failed_tag()
        title = ngettext("A list of %(n)s row", "A list of %(n)s rows", row.rows) % {"n": row.rows}
        note = _("Its headings wait to be confirmed") if waits else _("It could not be read to its end")
        yield Need(row.created_at, tag, title, url, note, _("Go on"), url)


def failed_tag() -> Tag:
    return {**FAILED, "text": _("Failed")}


def facts(counted: dict[str, int], found: Sequence[Need]) -> dict[str, Any]:
    return {"counts": counted, "needs": found[:SHOWN], "more": max(0, len(found) - SHOWN)}
