"""The versions of a statement with what people answered to each: the draft first, the oldest last."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consent.models import Act, Kind, Standing, Statement, Version
from consent.models.decisions import YES
from privacy.inventory import individual_model

Counts = dict[int, Counter[str]]
NO = {Act.DECLINED, Act.WITHDRAWN, Act.EXPIRED}


def counts_of(statement: Statement) -> Counts:
    """By version: the latest answer of each person, under the words that it was given to. One query."""
    found: Counts = {}
    rows = Standing.objects.filter(statement=statement).values("version", "act").annotate(n=Count("pk"))
    for row in rows:
        found.setdefault(row["version"], Counter())[side_of(row["act"])] += row["n"]
    return found


def side_of(act: str) -> str:
    if act in YES:
        return "yes"
    return "no" if act in NO else str(act)


def items_of(statement: Statement, versions: list[Version], draft_url: str) -> list[dict[str, Any]]:
    """`versions`: the newest first."""
    counts, current, names = counts_of(statement), in_force_of(versions), names_of(versions)
    items = [item(statement, version, current, counts.get(version.pk), draft_url) for version in versions]
    for line, version in zip(items, versions, strict=True):
        line["text"] = " ".join(
            filter(None, (line.get("text"), published_by(version, names), why_not_all(version)))
        )
    return items


def names_of(versions: list[Version]) -> dict[UUID, str]:
    """Of those who published. One query."""
    uids = {each.published_by for each in versions if each.published_by}
    people: dict[UUID, Any] = individual_model()._base_manager.in_bulk(list(uids)) if uids else {}
    return {uid: person.display_name for uid, person in people.items()}


def published_by(version: Version, names: dict[UUID, str]) -> str:
    """Nothing for a draft, and for what was there from the beginning."""
    if version.published_by is None:
        return ""
    name = names.get(version.published_by) or _("somebody who has left us")
    return _("Published by %(name)s.") % {"name": name}


def why_not_all(version: Version) -> str:
    """Why an earlier yes went on counting although the words changed; of a draft, on its own page."""
    if not version.reason or not version.is_published():
        return ""
    return _("Not everybody was asked before it counted: %(reason)s") % {"reason": version.reason}


def in_force_of(versions: list[Version]) -> Version | None:
    now = timezone.now()
    published = (each for each in versions if each.is_published() and each.effective_at <= now)
    return max(published, key=lambda version: version.number, default=None)


def item(
    statement: Statement,
    version: Version,
    current: Version | None,
    counts: Counter[str] | None,
    draft_url: str,
) -> dict[str, Any]:
    number = {"number": version.number}
    if not version.is_published():
        title, link = _("Version %(number)s, draft, last saved") % number, _("Go on writing")
        return {
            "title": title,
            "state": "current",
            "when": version.changed_at,
            "url": draft_url,
            "link": link if draft_url else "",
        }
    return {
        "title": title_of(statement, version, current) % number,
        "state": "done" if version.effective_at <= timezone.now() else "",
        "when": version.effective_at,
        "text": in_words(statement, counts or Counter()),
        "url": reverse("admin:consent_statement_version", args=[statement.pk, version.number]),
        "link": _("Read version %(number)s") % number,
    }


def title_of(statement: Statement, version: Version, current: Version | None) -> str:
    if version.effective_at > timezone.now():
        return _("Version %(number)s, waits for its day")
    if version == current and not statement.ended_at:
        return _("Version %(number)s, in use")
    return _("Version %(number)s")


def in_words(statement: Statement, counts: Counter[str]) -> str:
    if statement.kind == Kind.NOTICE:
        objected = counts[Act.OBJECTED]
        return ngettext("%(n)s objection.", "%(n)s objections.", objected) % {"n": objected}
    told = _("%(yes)s yes, %(no)s no.") % {"yes": counts["yes"], "no": counts["no"]}
    if pending := counts[Act.PENDING]:
        told += " " + ngettext("%(n)s waits for a click.", "%(n)s wait for a click.", pending) % {
            "n": pending
        }
    return told
