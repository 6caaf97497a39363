"""What the console's pages say of an issue: whom it reaches, in which languages, and how far it is."""

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _
from django_countries import countries

from ams.console.names import names_of
from ams.models import Association, MembershipType, Newsletter
from ams.newsletters.audience import figures_of, question_of, readers_of
from ams.newsletters.forms import called
from ams.newsletters.letter import fingerprint, language_for
from ams.newsletters.progress import progress_of
from ams.words import spaced
from consent.models import Kind

STATES = {
    Newsletter.State.DRAFT: "",
    Newsletter.State.SENDING: "accent",
    Newsletter.State.SENT: "done",
    Newsletter.State.STOPPED: "attention",
}


def tag(issue: Newsletter) -> dict[str, Any]:
    return {"state": STATES[Newsletter.State(issue.state)], "text": issue.get_state_display(), "icon": ""}


def of_a_draft(issue: Newsletter, association: Association) -> dict[str, Any]:
    """Whom it would reach if it were sent now."""
    question = question_of(issue)
    return {
        "issue": issue,
        "title": issue.name,
        "tag": tag(issue),
        "figures": figures_of(issue),
        "asked": called(question) if question else "",
        "by_yes": question is not None and question.statement.kind == Kind.CONSENT,
        "rows": [*facts(issue, question), *languages(issue, association)],
        "seen": fingerprint(issue),
    }


def facts(issue: Newsletter, question: Any) -> list[dict[str, Any]]:
    return [
        {"term": _("Asked under"), "value": called(question) if question else issue.purpose},
        {"term": _("Audience"), "value": audience(issue)},
    ]


def audience(issue: Newsletter) -> str:
    types = dict(MembershipType.objects.values_list("code", "name")) if issue.membership_types else {}
    parts = [", ".join(types.get(code, code) for code in issue.membership_types)]
    parts.append(", ".join(str(countries.name(code)) for code in issue.countries))
    return "\n".join(part for part in parts if part) or _("Everybody")


def languages(issue: Newsletter, association: Association) -> list[dict[str, Any]]:
    """A missing one is shown as such, with what its readers get instead."""
    written = dict(issue.texts.values_list("language", "subject"))
    readers = readers_of(issue) if issue.state == Newsletter.State.DRAFT else {}
    spoken = dict.fromkeys([*association.languages, *written])
    return [language_row(issue, association, each, written, readers.get(each, 0)) for each in spoken]


def language_row(
    issue: Newsletter, association: Association, language: str, written: dict[str, str], readers: int
) -> dict[str, Any]:
    row: dict[str, Any] = {"term": named(language), "note": counted(readers) if readers else ""}
    if language in written:
        url = reverse("admin:ams_newsletter_preview", args=[issue.pk, language])
        return row | {"value": written[language], "url": url, "action": _("Preview")}
    row["tag"] = {"state": "attention", "text": _("Not written")}
    if written:
        instead = named(language_for(association, written, language))
        row["value"] = _("Its readers get: %(language)s.") % {"language": instead}
    return row


def counted(readers: int) -> str:
    return ngettext("%(n)s reader", "%(n)s readers", readers) % {"n": spaced(readers)}


def named(language: str) -> str:
    return str(get_language_info(language)["name_translated"]).capitalize()


def of_a_sent_one(issue: Newsletter, association: Association) -> dict[str, Any]:
    progress, question = progress_of(issue), question_of(issue)
    names = names_of([issue.started_by])
    return {
        "issue": issue,
        "title": issue.name,
        "tag": tag(issue),
        "progress": progress,
        "may_stop": progress.is_open,
        "may_go_on": issue.state == Newsletter.State.STOPPED and progress.stopped and question is not None,
        "by": names.get(issue.started_by, "") if issue.started_by else "",
        "rows": [*facts(issue, question), *languages(issue, association)],
        "stats": stats(progress),
    }


def stats(progress: Any) -> list[dict[str, Any]]:
    """What is nothing to tell is left out, but for how many left."""
    shown = [
        (_("Sent"), progress.left, True),
        (_("On their way"), progress.waiting + progress.under_way, False),
        (_("No yes any more"), progress.no_yes, False),
        (_("No e-mail address"), progress.no_address, False),
        (_("Stopped"), progress.stopped, False),
        (_("Could not be sent"), progress.failed, False),
    ]
    return [{"label": label, "value": value} for label, value, always in shown if value or always]
