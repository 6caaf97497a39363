"""The receipt of joining: what was decided, word for word, and when. Read from the records, not from memory."""

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from ams.models import Individual, Invoice
from ams.signup.pages import yes_or_no
from ams.words import moment, money
from consent.choices import in_language
from consent.history import words_of
from consent.models import Act, Channel, Confirmation, Decision, Kind, Shown, Version, Wording
from consent.receipts.number import receipt_number
from consent.waiting import pending_of


def page(individual: Individual) -> dict[str, Any]:
    decisions = decisions_of(individual)
    joined_at = decisions[0].at if decisions else individual.created_at
    return {
        "individual": individual,
        "rows": [row(decision) for decision in decisions]
        + [open_row(words) for words in left_open(decisions)],
        "number": number_of(individual),
        "joined_at": joined_at,
        "decided_at": moment(joined_at, seconds=True),
        "invoice": Invoice.objects.filter(individual=individual).order_by("issued_on", "pk").first(),
        "waiting": waiting(individual),
        "consents": [each for each in decisions if each.statement.kind == Kind.CONSENT and each.is_yes()],
    }


def decisions_of(individual: Individual) -> list[Decision]:
    rows = Decision.objects.filter(individual=individual, channel=Channel.WIZARD)
    return list(rows.select_related("statement", "version", "shown").order_by("statement__order"))


def left_open(decisions: list[Decision]) -> list[Wording]:
    """What stood on the page and was not answered: it counts as a no and is no decision."""
    shown = next((decision.shown for decision in decisions if decision.shown), None)
    if shown is None:
        return []
    return [in_language(version.wordings.all(), shown.language) for version in unanswered(shown, decisions)]


def unanswered(shown: Shown, decisions: list[Decision]) -> list[Version]:
    answered = [decision.version_id for decision in decisions]
    rows = Version.objects.filter(hash__in=shown.versions).exclude(pk__in=answered)
    return list(rows.prefetch_related("wordings").order_by("statement__order"))


def row(decision: Decision) -> dict[str, Any]:
    words = words_of(decision)
    return {
        "term": words.name,
        "tag": not_yet() if decision.act == Act.PENDING else yes_or_no(decision.is_yes()),
        "value": None,
        "note": _("“%(words)s” Version %(number)s, %(language)s")
        % {
            "words": words.title,
            "number": decision.version.number,
            "language": get_language_info(words.language)["name_translated"],
        },
        "url": reverse("consent:receipt", args=[decision.pk]),
        "action": _("Receipt"),
    }


def not_yet() -> dict[str, str]:
    return {"state": "attention", "text": _("Not confirmed yet"), "icon": "clock"}


def waiting(individual: Individual) -> list[dict[str, Any]]:
    """What counts only once somebody has pressed a button in a letter: the person, or who answers for them."""
    return [
        {
            "name": words_of(each.decision).name,
            "by_guardian": each.by == Confirmation.By.GUARDIAN,
            "until": each.expires_at,
        }
        for each in pending_of(individual.pk)
    ]


def open_row(words: Wording) -> dict[str, Any]:
    return {"term": words.name, "tag": yes_or_no(False), "value": None, "note": _("left open, counts as no")}


def number_of(individual: Individual) -> str:
    return receipt_number(individual.association, individual.pk, individual.created_at)


def letter(individual: Individual) -> dict[str, Any]:
    """The same for the mail: plain words, each decision in full."""
    association, decisions = individual.association, decisions_of(individual)
    invoice = Invoice.objects.filter(individual=individual).first()
    return {
        "given_name": individual.given_name,
        "member_number": individual.member_number,
        "number": number_of(individual),
        "decisions": [
            in_full(decision)
            | {"receipt_link": association.url(reverse("consent:receipt", args=[decision.pk]))}
            for decision in decisions
        ],
        "waiting": waiting(individual),
        "left_open": [{"name": words.name, "title": words.title} for words in left_open(decisions)],
        "choices_link": association.url(reverse("consent:choices")),
        "fee": money(invoice.amount, invoice.currency) if invoice else "",
        "invoice_number": invoice.number if invoice else "",
        "due_on": invoice.due_on if invoice else None,
    }


def in_full(decision: Decision) -> dict[str, Any]:
    words = words_of(decision)
    return {
        "yes": decision.is_yes(),
        "pending": decision.act == Act.PENDING,
        "name": words.name,
        "title": words.title,
        "text": words.text,
        "what": words.what,
        "who": words.who,
        "why": words.why,
        "how_long": words.how_long,
        "answer": words.yes if decision.is_yes() or decision.act == Act.PENDING else words.no,
        "version": decision.version.number,
        "at": moment(decision.at, seconds=True),
        "hash": decision.version.hash,
    }
