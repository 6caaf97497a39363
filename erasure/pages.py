"""Puts a plan, and how far an erasure is, into the house's blocks: columns of fates, a line of time.

Members and staff read the same sentences, so none of them says "you".
"""

from datetime import date
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from erasure.models import Erasure, State
from erasure.plan import ANSWER_DAYS, Moments, Plan
from webhooks.models import Delivery

Block = dict[str, Any]


def fates_of(plan: Plan) -> dict[str, Block]:
    return {"goes": goes_of(plan), "stays": stays_of(plan), "told": told_of(plan)}


def owed_of(individual: Any) -> list[str]:
    """What is not settled yet, in the words of whoever keeps the books."""
    lines: list[str] = import_string(settings.ERASURE_OWED)(individual)
    return lines


def goes_of(plan: Plan) -> Block:
    return {
        "lead": ngettext(
            "%(count)s thing, from our systems and from every back-up.",
            "%(count)s things, from our systems and from every back-up.",
            plan.going,
        )
        % {"count": plan.going},
        "items": [
            {"title": category.label, "text": ", ".join(f"{line.count} {line.label}" for line in lines)}
            for category, lines in plan.by_category().items()
        ],
    }


def stays_of(plan: Plan) -> Block:
    lead = _("Locked away. Only the law may open it.") if plan.stays else ""
    lines = [
        {"title": f"{line.count} {line.label}", "text": until_text(line.until, str(line.because))}
        for line in plan.stays
    ]
    proof = {
        "title": _("Proof that we erased"),
        "text": _("under a number, without name or address"),
    }
    return {"lead": lead, "items": [*lines, proof]}


def told_of(plan: Plan) -> Block:
    if not plan.told:
        return {"lead": _("Nobody else has the data."), "items": []}
    lead = ngettext(
        "%(count)s organisation must erase too.", "%(count)s organisations must erase too.", len(plan.told)
    )
    return {
        "lead": lead % {"count": len(plan.told)},
        "items": [
            {"title": line.organisation, "text": _("gets a signed notice with a number that only they know")}
            for line in plan.told
        ],
    }


def until_text(until: date, because: str) -> str:
    return _("until %(day)s at the latest, each until its own date. %(because)s") % {
        "day": in_words(until),
        "because": because,
    }


def in_words(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


def time_line(moments: Moments) -> list[Block]:
    """Under the plan: what happens when."""
    return [
        {
            "title": pgettext("when", "Today"),
            "state": "current",
            "when": moments.asked.date(),
            "text": _("We stop using the data at once."),
        },
        last_moment_to_stop(moments),
        {
            "title": _("Gone, and every back-up dark"),
            "when": moments.gone.date(),
            "text": _(
                "Within the hour, once two people here have agreed. The only keys are destroyed: nobody can undo it."
            ),
        },
        {
            "title": _("Others answered"),
            "when": moments.answered,
            "text": _("Whoever has the data from us has been told, again and again until they have it."),
        },
    ]


def last_moment_to_stop(moments: Moments) -> Block:
    """Without days to reconsider it is the approval, and nobody knows its hour."""
    cools_off = moments.last_moment > moments.asked
    return {
        "title": _("Last moment to stop"),
        "when": moments.last_moment if cools_off else _("when a second person here agrees"),
        "text": _("Until then one click ends it, here or in our letter."),
    }


def progress_of(erasure: Erasure, deliveries: list[Delivery]) -> list[Block]:
    """How far it is: on the page while it cools off, in the console, and on the certificate."""
    steps = [
        step(
            _("Erasure asked for"), erasure.requested_at, _("We stopped using the data at the same moment.")
        ),
        step(_("A second person here agreed"), erasure.approved_at),
        step(_("Removed from the live systems"), erasure.rows_gone_at, removed_text(erasure)),
        step(
            _("Every back-up made unreadable"),
            erasure.keys_destroyed_at,
            _("The only keys that could open the data were destroyed in every place where they were kept."),
        ),
        *[told_step(delivery) for delivery in deliveries],
    ]
    return with_current(steps, over=erasure.state in {State.COMPLETED, State.CANCELLED})


def step(title: str, when: Any, text: str = "") -> Block:
    return {"title": title, "when": when, "text": text if when else "", "state": "done" if when else ""}


def removed_text(erasure: Erasure) -> str:
    rows = erasure.counts.get("rows", {})
    return _("%(rows)s rows in %(tables)s tables, %(files)s files.") % {
        "rows": sum(rows.values()),
        "tables": sum(1 for count in rows.values() if count),
        "files": len(erasure.files),
    }


def told_step(delivery: Delivery) -> Block:
    organisation = delivery.endpoint.organisation
    if delivery.state == "delivered":
        return step(_("%(name)s was told") % {"name": organisation}, delivery.ended_at)
    if delivery.state in {"dead", "failed"}:
        text = _("Every attempt failed; our staff write to them.")
        return {
            "title": _("%(name)s could not be told") % {"name": organisation},
            "state": "danger",
            "text": text,
        }
    return {
        "title": _("%(name)s is being told") % {"name": organisation},
        "text": _("We try again until they answer, for %(days)s days.") % {"days": ANSWER_DAYS},
    }


def with_current(steps: list[Block], *, over: bool) -> list[Block]:
    """The first step that is not done is where we are."""
    if not over:
        waiting = next((each for each in steps if not each.get("state")), None)
        if waiting is not None:
            waiting["state"] = "current"
    return steps


def stays_of_record(erasure: Erasure) -> list[Block]:
    """What was written down when it was approved, with real dates."""
    return [{**line, "until": date.fromisoformat(line["until"])} for line in erasure.stays]
