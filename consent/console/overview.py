"""The list of statements: what is asked, where, in which version, and how many say yes. Four queries."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from consent.choices import in_language
from consent.console.timeline import NO, in_force_of
from consent.models import AskedAt, Kind, Standing, Statement, Version, Wording
from consent.models.decisions import YES
from privacy.declarations import Text

KINDS: Final[dict[str, Text]] = {
    Kind.CONSENT: gettext_lazy("Consent"),
    Kind.AGREEMENT: gettext_lazy("Agreement"),
    Kind.NOTICE: gettext_lazy("Notice"),
}
WHERE: Final[dict[str, Text]] = {
    AskedAt.JOINING: gettext_lazy("Joining"),
    AskedAt.PRIVACY: gettext_lazy("Privacy"),
    AskedAt.BOTH: pgettext_lazy("where a statement stands", "Both"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One statement, its versions (the newest first) and what people say to it."""

    statement: Statement
    versions: list[Version]
    wording: Wording | None
    answers: Counter[str]

    @property
    def name(self) -> str:
        return self.wording.name or self.wording.title if self.wording else self.statement.slug

    @property
    def current(self) -> Version | None:
        return in_force_of(self.versions)

    @property
    def draft(self) -> Version | None:
        return next((version for version in self.versions if not version.is_published()), None)

    @property
    def waiting(self) -> Version | None:
        now = timezone.now()
        return next((each for each in self.versions if each.is_published() and each.effective_at > now), None)


def lines() -> list[Line]:
    by_statement: dict[int, list[Version]] = {}
    for version in Version.objects.order_by("-number"):
        by_statement.setdefault(version.statement_id, []).append(version)
    statements = list(Statement.objects.all())
    shown = [each for each in (_shown(by_statement.get(row.pk, [])) for row in statements) if each]
    words = _words_of(shown)
    answers = _answers()
    return [
        Line(row, versions, words.get(shown_one.pk) if shown_one else None, answers.get(row.pk, Counter()))
        for row in statements
        for versions in [by_statement.get(row.pk, [])]
        for shown_one in [_shown(versions)]
    ]


def _shown(versions: list[Version]) -> Version | None:
    """Whose words stand in the list: what is in force, else what comes."""
    return in_force_of(versions) or (versions[0] if versions else None)


def _words_of(versions: Iterable[Version]) -> dict[int, Wording]:
    by_version: dict[int, list[Wording]] = {}
    for wording in Wording.objects.filter(version__in=[version.pk for version in versions]):
        by_version.setdefault(wording.version_id, []).append(wording)
    return {version: in_language(wordings) for version, wordings in by_version.items()}


def _answers() -> dict[int, Counter[str]]:
    found: dict[int, Counter[str]] = {}
    for row in Standing.objects.values("statement", "act").annotate(n=Count("pk")):
        found.setdefault(row["statement"], Counter())[row["act"]] += row["n"]
    return found


def rows_of(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """For blocks/table.html."""
    return [
        {
            "head": {
                "text": line.name,
                "url": reverse("admin:consent_statement_change", args=[line.statement.pk]),
            },
            "cells": [
                {"label": _("Question"), "text": line.wording.title if line.wording else ""},
                {"label": _("Kind"), "text": KINDS[line.statement.kind]},
                {"label": _("Where"), "text": WHERE[line.statement.asked_at]},
                {"label": _("In force"), "text": in_force(line), "number": True},
                {"label": _("Say yes"), "text": share(line), "number": True},
                {"label": _("State"), "tag": tag_of(line)},
            ],
        }
        for line in lines
    ]


def columns() -> list[dict[str, Any]]:
    heads = (_("Statement"), _("Question"), _("Kind"), _("Where"), _("In force"), _("Say yes"), _("State"))
    numbers = {_("In force"), _("Say yes")}
    return [{"label": head, "number": head in numbers} for head in heads]


def in_force(line: Line) -> str:
    return str(line.current.number) if line.current else pgettext("version in force", "none")


def share(line: Line) -> str:
    """Of those who answered a consent. A dash where nobody was asked."""
    yes = sum(line.answers[act] for act in YES)
    answered = yes + sum(line.answers[act] for act in NO)
    if line.statement.kind != Kind.CONSENT or not answered:
        return "\u2013"
    return _("%(share)s %% of %(answered)s") % {"share": round(100 * yes / answered), "answered": answered}


def tag_of(line: Line) -> dict[str, str]:
    if line.statement.ended_at:
        return {"state": "", "text": _("No longer asked"), "icon": "no"}
    if line.draft:
        return {
            "state": "attention",
            "text": _("Draft of version %(number)s") % {"number": line.draft.number},
            "icon": "file",
        }
    if line.waiting:
        day = date_format(timezone.localtime(line.waiting.effective_at), "DATE_FORMAT")
        number = {"number": line.waiting.number, "day": day}
        return {"state": "accent", "text": _("Version %(number)s from %(day)s") % number, "icon": ""}
    return {"state": "done", "text": _("In use"), "icon": ""}
