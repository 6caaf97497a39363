"""A person in the console: who they are in a line, what the member sees, what happened, and every row behind it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ams import models as m
from ams.console.names import member, named, who_acted, with_logins
from ams.newest import newest_first
from ams.profile.privacy import page_about
from ams.words import day, moment
from consent.models import Decision
from consent.names import name_of
from erasure.models import State as Erasing
from privacy.declarations import Text
from privacy.everything import Read, everything_about, everything_and
from privacy.holdings import record_of, told_of
from privacy.inventory import declaration_of, part_of
from privacy.ledger.kinds import Kind
from privacy.ledger.models import Evidence, LedgerEntry
from privacy.openings import called, lately, lines_of, looks_at, reasons_in
from privacy.tenancy import require_association
from privacy.views import looks

Block = dict[str, Any]
HAPPENED: Final = 12
SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Tab:
    label: Text
    models: tuple[type[Model], ...]


TABS: Final[dict[str, Tab]] = {
    "profile": Tab(
        gettext_lazy("Profile"),
        (m.Individual, m.PostalAddress, m.PhoneNumber, m.OtherEmail, m.Affiliation, m.SocialProfile),
    ),
    "membership": Tab(gettext_lazy("Membership"), (m.Membership, m.CommitteeService, m.Certificate)),
    "payments": Tab(gettext_lazy("Payments"), (m.Invoice, m.Payment)),
    "events": Tab(gettext_lazy("Events"), (m.EventRegistration,)),
    "letters": Tab(gettext_lazy("Letters and notes"), (m.StaffNote, m.Document, m.Post, m.SentMail)),
    "sign-in": Tab(gettext_lazy("Signing in"), (m.Account, m.EmailChange, m.ApiToken, m.LoginRecord)),
}


def tabs_of(individual: m.Individual, here: str) -> list[Block]:
    """Privacy leads: it is what the member sees."""
    privacy = {
        "label": _("Privacy"),
        "url": reverse("admin:ams_individual_change", args=[individual.pk]),
        "current": not here,
    }
    choices = {
        "label": _("Choices"),
        "url": reverse("admin:ams_individual_choices", args=[individual.pk]),
        "current": here == "choices",
    }
    others = [
        {
            "label": tab.label,
            "url": reverse("admin:ams_individual_see", args=[individual.pk, slug]),
            "current": slug == here,
        }
        for slug, tab in TABS.items()
    ]
    return [privacy, choices, *others]


def head_of(individual: m.Individual, rows: Read | None = None) -> Block:
    """Above every tab. `rows`: what was read already of the person."""
    return {
        "individual": individual,
        "name": individual.display_name or member(individual),
        "line": line_of(individual, rows or everything_about(individual, [m.Membership, m.PostalAddress])),
        "head_tags": list(tags_of(individual)),
    }


def line_of(individual: m.Individual, rows: Read) -> str:
    """Member 10 482 since 4 March 2019, early career, Uppsala, Sweden."""
    if individual.is_erased:
        return _("What the law keeps is all that is left")
    since = _("since %(day)s") % {"day": day(individual.joined_on)} if individual.joined_on else ""
    first = " ".join(filter(None, (member(individual), since)))
    town = town_of(rows[m.PostalAddress])
    return ", ".join(filter(None, (first, kind_of(rows[m.Membership]), town, str(individual.country.name))))


def kind_of(memberships: list[m.Membership]) -> str:
    rows = newest_first(memberships, "began_on")
    return rows[0].type.name if rows else ""


def town_of(addresses: list[m.PostalAddress]) -> str:
    """Of the preferred one, else of the first."""
    first = min(addresses, key=lambda each: (not each.is_preferred, each.pk), default=None)
    return str(first.town) if first else ""


def tags_of(individual: m.Individual) -> Iterable[Block]:
    if individual.is_erased:
        yield {"state": "", "text": _("Erased"), "icon": "erase"}
    if individual.deceased_at and not individual.is_erased:
        yield {"state": "attention", "text": _("Deceased: no letters go there"), "icon": "no"}
    if individual.is_restricted and not individual.is_erased:
        yield {"state": "attention", "text": _("Paused: nothing is done with the data"), "icon": "pause"}


def privacy_page(individual: m.Individual) -> tuple[Block, Read]:
    """What the member sees, with links that stay on this page, in sentences for whoever is not that member.

    And all that was read of the person: the page's head needs some of it too.
    """
    ledger = ledger_of(individual.pk)
    rows, (entries, people, logins) = everything_and(individual, ledger, *who_acted(ledger))
    page = page_about(individual, rows)
    page["flow_rows"] = [{**row, "why_url": "#choices"} if row["yes"] else row for row in page["flow_rows"]]
    staff = with_logins(people, logins)
    latest = sorted(entries, key=lambda entry: entry.seq, reverse=True)
    return {
        **page,
        **looks(lines_of(lately(latest), called(individual.association, staff), reasons_in(rows[Evidence]))),
        "for_staff": True,
        "asked": erasing(page["erasure"]),
        "happened": what_happened(individual, latest, named(staff), names_of_own(rows[Decision])),
    }, rows


def erasing(erasure: Any) -> Block | None:
    if erasure is None:
        return None
    waits = erasure.state == Erasing.REQUESTED
    until = moment(erasure.cools_off_until)
    text = (
        _("The member can stop it until %(until)s.") % {"until": until}
        if erasure.cools_off
        else _("The member can stop it until it is approved.")
    )
    return {
        "url": reverse("admin:erasure_erasure_change", args=[erasure.pk]),
        "waits": waits,
        "state": erasure.get_state_display(),
        "text": text if erasure.can_stop else "",
    }


def ledger_of(uid: UUID) -> "QuerySet[LedgerEntry]":
    """Who looked within a year, and the latest of all else."""
    about = LedgerEntry.objects.filter(association=require_association(), subject_uid=uid)
    others = about.exclude(kind=Kind.INDIVIDUAL_VIEWED).order_by("-seq")[:HAPPENED]
    return about.filter(Q(pk__in=looks_at(uid).values("pk")) | Q(pk__in=others.values("pk")))


def what_happened(
    individual: m.Individual, latest: list[LedgerEntry], names: dict[Any, str], asked: dict[str, str]
) -> list[Block]:
    """The newest first. That staff looked stands under "Who has it"."""
    entries = [entry for entry in latest if entry.kind != Kind.INDIVIDUAL_VIEWED][:HAPPENED]
    return [
        {
            "title": title_of(entry, asked),
            "state": "done",
            "when": entry.at,
            "text": by(entry, individual, names),
        }
        for entry in entries
    ]


def names_of_own(decisions: Iterable[Decision]) -> dict[str, str]:
    """What each was about, by the number as the ledger has it."""
    return {str(decision.pk): name_of(decision.version) for decision in decisions}


def title_of(entry: LedgerEntry, asked: dict[str, str]) -> str:
    """A decision says about what."""
    name = asked.get(entry.payload.get("decision", ""))
    return _("%(what)s: %(name)s") % {"what": entry.what, "name": name} if name else entry.what


def by(entry: LedgerEntry, individual: m.Individual, names: dict[Any, str]) -> str:
    if entry.actor_uid is None:
        return ""
    account = getattr(individual, "account", None)
    if entry.actor_uid in {individual.pk, account and account.pk}:
        return _("By the member")
    return _("By %(name)s") % {"name": names.get(entry.actor_uid) or _("somebody who has left us")}


def sections_of(individual: m.Individual, slug: str, may: Any) -> list[Block]:
    """Each model of a tab with its rows. `may`: does the reader's role allow "ams.add_invoice"?"""
    rows = everything_about(individual, TABS[slug].models)
    return [section_of(individual, model, rows[model], may) for model in TABS[slug].models]


def section_of(individual: m.Individual, model: type[Model], rows: list[Any], may: Any) -> Block:
    declaration, name = declaration_of(model), model._meta.model_name or ""
    told = told_of(declaration)
    own = model is m.Individual
    more = max(0, len(rows) - SHOWN)
    return {
        "title": _("Person") if own else capfirst(str(model._meta.verbose_name_plural)),
        "number": name,
        "cards": [
            {
                "name": str(row),
                "rows": [
                    {"term": value.label, "value": value}
                    for value in record_of(told, row, part_of(declaration, row, individual))
                ],
                "url": edit_url(individual) if own else reverse(f"admin:ams_{name}_change", args=[row.pk]),
            }
            for row in reversed(rows[-SHOWN:])
        ],
        "more": ngettext("%(n)s older one", "%(n)s older ones", more) % {"n": more} if more else "",
        "add_url": "" if own or not can_add(individual, name, may) else add_url(individual, name),
    }


def can_add(individual: m.Individual, name: str, may: Any) -> bool:
    if (
        individual.is_erased
        or individual.is_restricted
        or name in {"post", "sentmail", "loginrecord", "apitoken", "emailchange"}
    ):
        return False
    if name == "account" and hasattr(individual, "account"):
        return False
    return bool(may(f"ams.add_{name}"))


def add_url(individual: m.Individual, name: str) -> str:
    return f"{reverse(f'admin:ams_{name}_add')}?individual={individual.pk}"


def edit_url(individual: m.Individual) -> str:
    left_alone = individual.is_erased or individual.is_restricted
    return "" if left_alone else reverse("admin:ams_individual_edit", args=[individual.pk])
