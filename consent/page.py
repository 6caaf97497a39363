"""The page of a member's choices as plain values for its template."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.text import capfirst, get_text_list
from django.utils.translation import get_language_info, pgettext
from django.utils.translation import gettext as _

from consent import guardians
from consent.choices import Choice, choices_of
from consent.consequences import consequences
from consent.history import Entry, history_of
from consent.interests import asks_for_advertising, interests, just_objected
from consent.models import Act, Channel, Decision, Kind
from consent.reasons import reasons_of
from consent.terms import address_of_words, terms
from consent.waiting import waits_of


def page_of(individual: Any, *, saved: str = "", pressed: str = "") -> dict[str, Any]:
    """`saved` names the decision that the person has just taken; `pressed`: on the card of which use."""
    choices = choices_of(individual, kinds=list(Kind))
    consents = [choice for choice in choices if choice.statement.kind == Kind.CONSENT]
    entries = history_of(individual)
    waits = waits_of(individual, consents)
    just = just_saved(saved, consents)
    uses = interests(individual, choices)
    return {
        "cards": [card(choice, waits.get(choice.statement.pk)) for choice in consents],
        "agreements": [
            choice for choice in choices if choice.statement.kind == Kind.AGREEMENT and choice.standing
        ],
        "yes": sum(choice.is_yes() for choice in consents),
        "total": len(consents),
        "guardian": guardians.of(individual) if guardians.must_confirm(individual) else None,
        "asked_again": reasons_of(each for each in choices if each.statement.kind != Kind.NOTICE),
        "interests": uses,
        "saved": just,
        "after": consequences(just) if just else None,
        "objected": just_objected(saved, pressed, uses, entries),
        "history": [line(group) for group in together(entries)],
    }


def card(choice: Choice, waits: dict[str, Any] | None = None) -> dict[str, Any]:
    """One use with its switch. The hidden values say which words the person has before them, and what they want."""
    is_on = choice.is_yes() or (choice.is_pending() and not choice.in_vain)
    wanted = "no" if is_on else "yes"
    decision = None if choice.must_ask_again() else choice.decision
    fields = [("version", choice.version.pk), ("language", choice.wording.language), ("to", wanted)]
    return {
        "id": f"choice-{choice.statement.slug}",
        "choice": choice,
        "is_on": is_on,
        "waits": waits,
        "words": choice.wording,
        "terms": terms(choice.wording),
        "after": consequences(choice),
        "fields": fields,
        "words_url": address_of_words(choice, decision),
        "advertises": asks_for_advertising(choice),
    }


def just_saved(saved: str, choices: list[Choice]) -> Choice | None:
    """Only a decision that still stands is announced: a reloaded page does not tell of something older."""
    return next((each for each in choices if each.decision and str(each.decision.pk) == saved), None)


def together(entries: list[Entry]) -> list[list[Entry]]:
    """Answers that were given on one page, the same way, are one line."""
    groups: dict[tuple[int | UUID, str], list[Entry]] = {}
    for entry in entries:
        decision = entry.decision
        groups.setdefault((decision.shown_id or decision.pk, answered(decision)), []).append(entry)
    return list(groups.values())


def line(group: list[Entry]) -> dict[str, Any]:
    decision = group[0].decision
    names = get_text_list([entry.name for entry in reversed(group)], pgettext("list of names", "and"))
    return {
        "title": answered(decision) % {"names": names},
        "state": "done",
        "when": decision.at,
        "text": _("%(where)s, in %(language)s.")
        % {
            "where": capfirst(str(Channel(decision.channel).label)),
            "language": get_language_info(decision.language)["name_translated"],
        },
        "url": reverse("consent:wording", args=[decision.pk]) if len(group) == 1 else "",
        "link": _("The words"),
        "more": [receipt(entry, is_alone=len(group) == 1) for entry in reversed(group)],
    }


def receipt(entry: Entry, *, is_alone: bool) -> dict[str, str]:
    text = _("The receipt") if is_alone else _("Receipt: %(name)s") % {"name": entry.name}
    return {"url": reverse("consent:receipt", args=[entry.decision.pk]), "text": text}


def answered(decision: Decision) -> str:
    match decision.act:
        case Act.PENDING:
            return _("Yes, still to be confirmed: %(names)s")
        case Act.EXPIRED:
            return _("Ended by time: %(names)s")
        case Act.OBJECTED:
            return _("Objected: %(names)s")
        case Act.LIFTED:
            return _("No longer objected: %(names)s")
    return _("Yes: %(names)s") if decision.is_yes() else _("No: %(names)s")
