"""What is done on the association's own interest, as cards with a way to object: Art. 21(4) wants them apart."""

from typing import Any
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from consent.choices import Choice
from consent.history import Entry
from consent.models import Act, Decision, Kind, Purpose
from consent.objection import open_objection, waiting
from consent.terms import address_of_words, terms
from privacy.requests.models import Request


def interests(individual: Any, choices: list[Choice]) -> list[dict[str, Any]]:
    """No query, unless something waits for our answer."""
    ours = [choice for choice in choices if choice.version.can_be_objected_to()]
    asked = open_objection(individual.pk) if any(awaits_answer(choice) for choice in ours) else None
    waits = set(waiting(individual.pk).values_list("decision", flat=True)) if asked else set()
    by_a_yes = [choice for choice in choices if choice.is_yes() and asks_for_advertising(choice)]
    return [interest(choice, asked if decision_of(choice) in waits else None, by_a_yes) for choice in ours]


def asks_for_advertising(choice: Choice) -> bool:
    """Asked for by its own name: an objection does not take that yes back (consent/gate.py)."""
    return choice.statement.kind == Kind.CONSENT and choice.version.told_purpose == Purpose.DIRECT_MARKETING


def interest(choice: Choice, asked: Request | None, by_a_yes: list[Choice]) -> dict[str, Any]:
    """The hidden values say which words the person has before them, and what they want: see consent/page.py."""
    wanted = "lift" if choice.is_objected() else "object"
    purpose = (_("Purpose"), capfirst(choice.version.told_purpose.label))
    return {
        "id": f"interest-{choice.statement.slug}",
        "choice": choice,
        "words": choice.wording,
        "terms": [purpose, *terms(choice.wording)],
        "fields": [("version", choice.version.pk), ("language", choice.wording.language), ("to", wanted)],
        "words_url": address_of_words(choice, choice.decision),
        "asked": asked,
        "advertises": choice.version.is_for_advertising(),
        "go_on": by_a_yes if choice.version.is_for_advertising() else [],
        "may_say_why": wanted == "object" and not choice.version.is_for_advertising(),
    }


def awaits_answer(choice: Choice) -> bool:
    return bool(choice.objection and not choice.version.is_for_advertising())


def decision_of(choice: Choice) -> UUID | None:
    return choice.standing.decision_id if choice.standing else None


def just_objected(
    saved: str, pressed: str, cards: list[dict[str, Any]], entries: list[Entry]
) -> dict[str, Any] | None:
    """The decision that was just taken, while it still stands, and the card that tells of it.

    An objection to advertising is lifted on any card for it: it may have stood on a use that has none by now.
    """
    for card in cards:
        if (own := card["choice"].decision) and str(own.pk) == saved:
            return {"card": card, "decision": own}
    decision = next((each.decision for each in entries if str(each.decision.pk) == saved), None)
    card_of = {card["choice"].statement.slug: card for card in cards if card["advertises"]}
    if decision and pressed in card_of and opened(card_of[pressed]["choice"], decision):
        return {"card": card_of[pressed], "decision": decision}
    return None


def opened(choice: Choice, decision: Decision) -> bool:
    """By lifting an objection to something else, and nothing was said about this one since."""
    is_newest = choice.since is None or choice.since < decision.at
    return decision.act == Act.LIFTED and not choice.is_objected() and is_newest
