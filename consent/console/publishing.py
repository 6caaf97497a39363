"""Publishing from the console: what is confirmed is what is published, and the ledger says by whom."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consent.console.drafts import draft_as_seen, planned_for
from consent.console.facts import shared_labels
from consent.console.readiness import Language
from consent.console.words_form import said_yes
from consent.models import State, Version
from consent.publish import publish
from privacy import ledger


@transaction.atomic
def publish_draft(version: Version, *, seen: str, by: UUID | None) -> bool:
    """False: the draft is another one by now than the one that was read."""
    locked = Version.objects.select_for_update(of=("self",)).select_related("statement").get(pk=version.pk)
    if locked.state != State.DRAFT or draft_as_seen(locked) != seen:
        return False
    published = publish(locked, by=by)
    ledger.append(
        ledger.Kind.STATEMENT_PUBLISHED,
        subject=None,
        actor=by,
        payload={
            "statement": published.statement_id,
            "version": published.number,
            "version_hash": published.hash,
            "statement_kind": published.statement.kind,
        },
    )
    return True


def summary_of(version: Version, languages: list[Language]) -> list[dict[str, Any]]:
    """What will count once it is published. For blocks/summary.html."""
    planned = planned_for(version)
    return [
        {
            "term": _("Valid from"),
            "value": day_and_hour(planned) if planned else _("As soon as you publish it"),
        },
        {"term": _("Who is asked again"), "value": asked_again(version)},
        *([{"term": _("Why not everybody"), "value": version.reason}] if version.reason else []),
        {"term": _("Asked again after"), "value": months(version)},
        {"term": _("Purpose"), "value": capfirst(version.statement.get_purpose_display())},
        {"term": _("Legal basis"), "value": capfirst(version.statement.get_basis_display())},
        {
            "term": _("Recipients"),
            "value": "\n".join(version.statement.recipients) or _("Our own staff alone"),
        },
        *([lists_hold(version)] if version.statement.shared_fields else []),
        *({"term": each.name, "value": "", "tag": each.tag, "note": same(each)} for each in languages),
    ]


def lists_hold(version: Version) -> dict[str, Any]:
    return {
        "term": _("What a list for them holds"),
        "value": ", ".join(shared_labels(version.statement.shared_fields)),
        "note": _("No list will hold more. Say so under “What”, in every language."),
    }


def same(language: Language) -> str:
    return _("Its words are those of the version before, while others are new.") if language.is_same else ""


def day_and_hour(at: Any) -> str:
    here = timezone.localtime(at)
    return f"{date_format(here, 'DATE_FORMAT')}, {here:%H:%M}\u00a0{here.tzname()}"


def asked_again(version: Version) -> str:
    if not version.ask_again:
        return _("Nobody")
    many = said_yes(version.statement)
    told = (
        ngettext(
            "%(n)s person. The earlier yes counts until the answer.",
            "%(n)s people. The earlier yes counts until they answer.",
            many,
        )
        if version.old_counts
        else ngettext(
            "%(n)s person. Until the answer, it is a no.",
            "%(n)s people. Until they answer, it is a no.",
            many,
        )
    )
    return told % {"n": many}


def months(version: Version) -> str:
    many = version.again_after_months
    return (
        ngettext("%(n)s month", "%(n)s months", many) % {"n": many}
        if many
        else _("Never, unless the words change")
    )
