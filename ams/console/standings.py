"""A person's choices at one moment as rows of a table, and all their decisions as a line of time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language_info, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from ams.console.names import names_of
from ams.models import Individual
from consent.at_time import Closed, StandingAt
from consent.history import Entry, history_of
from consent.models import Act, Channel, Decision, Kind, Paper
from privacy.day_field import DayField, TimeField

Block = dict[str, Any]
FUTURE: Final = gettext_lazy("This is still to come. Choose a moment until now.")
RESTS: Final = {
    Closed.NEWER_WORDS: gettext_lazy(
        "Yes, but to older words: it rests until the person has answered the newer ones"
    ),
    Closed.TIME: gettext_lazy("Yes, but its time was over"),
    Closed.ENDED: gettext_lazy("Yes, but the use had ended"),
    Closed.ADVERTISING: gettext_lazy("Closed by the objection to other advertising, which covers all of it"),
}


class MomentForm(forms.Form):
    """On the association's clock. Nothing said means now."""

    day = DayField(label=gettext_lazy("Date"), required=False)
    time = TimeField(label=pgettext_lazy("of day", "Time"), required=False)
    when: datetime

    def clean(self) -> dict[str, Any]:
        values, now = super().clean() or {}, timezone.localtime()
        if self.errors:
            return values
        self.when = now
        if values.get("day") or values.get("time"):
            self.when = moment_of(values.get("day") or now.date(), values.get("time"))
        if self.when > now:
            self.add_error("day" if self.when.date() > now.date() else "time", FUTURE)
        return values


def moment_of(day: Any, time: Any) -> datetime:
    """A day alone means its end, or now where it has not ended yet."""
    if time is not None:
        return timezone.make_aware(datetime.combine(day, time))
    end = timezone.make_aware(datetime.combine(day + timedelta(days=1), datetime.min.time()))
    now = timezone.localtime()
    return now if day == now.date() else end - timedelta(microseconds=1)


class People:
    """Who entered a decision, in words: the person, a guardian, staff by name, or nobody."""

    def __init__(self, individual: Individual, decisions: Iterable[Decision]) -> None:
        self.individual = individual
        actors = {each.actor for each in decisions} - {None, individual.pk}
        self.names = names_of(actors)

    def by(self, decision: Decision) -> str:
        if decision.actor is None:
            return ""
        if decision.actor == self.individual.pk:
            return _("By the member")
        # Also long after they were let go: from a letter nobody else answers.
        if decision.channel == Channel.MAIL:
            return _("By the parent or guardian")
        return _("By %(name)s") % {"name": self.names.get(decision.actor) or _("somebody who has left us")}


def rows_of(individual: Individual, standings: list[StandingAt], people: People) -> list[Block]:
    return [row_of(individual, each, people) for each in standings]


def row_of(individual: Individual, at: StandingAt, people: People) -> Block:
    decision = at.decision
    return {
        "name": at.wording.name if at.wording else at.statement.slug,
        "language": at.wording.language if at.wording else "",
        "tag": tag_of(at),
        "note": RESTS[at.closed] if at.closed and is_told(at) else "",
        "since": at.since,
        "where": capfirst(str(Channel(decision.channel).label)) if decision else "",
        "by": people.by(decision) if decision else "",
        "version": read_in(at),
        "words_url": words_url(individual, at),
    }


def is_told(at: StandingAt) -> bool:
    """A yes that did not count, and a use that nobody answered for themselves."""
    return at.closed == Closed.ADVERTISING or bool(at.decision and at.decision.is_yes())


def read_in(at: StandingAt) -> str:
    version = at.decision.version if at.decision else at.in_force
    if version is None or at.wording is None:
        return ""
    language = get_language_info(at.wording.language)["name_translated"]
    return _("Version %(number)s, in %(language)s") % {"number": version.number, "language": language}


def words_url(individual: Individual, at: StandingAt) -> str:
    if at.decision:
        return reverse("admin:ams_individual_words", args=[individual.pk, at.decision.pk])
    return reverse("consent:version", args=[at.statement.slug, at.in_force.number]) if at.in_force else ""


def tag_of(at: StandingAt) -> Block:
    match at.statement.kind:
        case Kind.AGREEMENT:
            agreed = at.act is not None
            return {"state": "done", "text": _("Agreed"), "icon": "lock"} if agreed else never(at)
        case Kind.NOTICE if at.act is None or at.closed == Closed.ADVERTISING:
            return untouched(at)
    if at.act is None:
        return never(at)
    if at.decision and at.decision.is_yes():
        if at.is_open():
            return {"state": "done", "text": _("Yes")}
        return {"state": "attention", "text": pgettext("a yes", "Rests"), "icon": "pause"}
    state = "attention" if at.act == Act.PENDING else ""
    return {"state": state, "text": at.act.label}


def untouched(at: StandingAt) -> Block:
    """A notice to which nothing was said, or nothing that counts."""
    if at.closed == Closed.ADVERTISING:
        return {"state": "", "text": Act.OBJECTED.label}
    text = _("No objection") if at.is_open() else _("Shown, not asked")
    return {"state": "", "text": text, "icon": "no"}


def never(at: StandingAt) -> Block:  # noqa: ARG001  beside tag_of
    return {"state": "", "text": _("Never answered"), "icon": "no"}


def timeline_of(individual: Individual, history: list[Entry], people: People) -> list[Block]:
    """The newest first. A receipt where there is one, the evidence where staff entered it."""
    papers = set(Paper.objects.filter(individual=individual).values_list("decision_id", flat=True))
    return [line_of(individual, entry, people, has_paper=entry.decision.pk in papers) for entry in history]


def line_of(individual: Individual, entry: Entry, people: People, *, has_paper: bool) -> Block:
    decision = entry.decision
    args = [individual.pk, decision.pk]
    where = capfirst(str(Channel(decision.channel).label))
    return {
        "title": _("%(name)s: %(answer)s") % {"name": entry.name, "answer": Act(decision.act).label},
        "name": entry.name,
        "when": decision.at,
        "text": ". ".join(filter(None, (where, people.by(decision)))),
        "words_url": reverse("admin:ams_individual_words", args=args),
        "evidence_url": reverse("admin:ams_individual_paper", args=args) if has_paper else "",
        "decision": decision,
    }


def history(individual: Individual) -> tuple[list[Entry], People]:
    entries = history_of(individual)
    return entries, People(individual, [entry.decision for entry in entries])
