"""Why a request was done or refused: a word in the ledger, a sentence for the person (Art. 12(4) GDPR)."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from privacy.declarations import Text
from privacy.requests.models import Kind, State

DONE: Final[dict[str, Text]] = {
    "corrected": _("We have corrected it."),
    "completed": _("We have added what was missing."),
    "stopped": _("We have stopped the use that you named."),
    "restricted": _(
        "From now on we keep your data and do nothing else with it, until we write to you again."
    ),
    "answered": _("We have answered you in another way."),
}
REFUSED: Final[dict[str, Text]] = {
    "already_right": _("What we hold is right, as far as we can find out."),
    "not_proven": _("Nothing shows that what we hold is wrong."),
    "not_identified": _("We could not make sure that it was you who asked."),
    "law": _("A law obliges us to leave it as it is."),
    "grounds": _(
        "We have compelling grounds to go on, which weigh more here than yours. The use goes on (Art. 21(1) GDPR)."
    ),
    "claims": _("We need it for a legal claim. The use goes on (Art. 21(1) GDPR)."),
    "excessive": _("The same was asked many times without a new reason (Art. 12(5) GDPR)."),
}
BY_OUTCOME: Final[dict[State, dict[str, Text]]] = {State.DONE: DONE, State.REFUSED: REFUSED}
# Of an objection the question is not whether something is right, but whether a use may go on.
OBJECTION: Final = {
    State.DONE: ("stopped", "answered"),
    State.REFUSED: ("grounds", "claims", "not_identified", "excessive"),
}
# Whoever asks for a restriction and is told "done" is restricted: nothing else is an answer (Art. 18 GDPR).
RESTRICTION: Final = {
    State.DONE: ("restricted",),
    State.REFUSED: ("already_right", "not_proven", "not_identified", "law", "excessive"),
}
LISTED: Final = {Kind.OBJECTION: OBJECTION, Kind.RESTRICTION: RESTRICTION}
FOR_THESE_ALONE: Final = {"grounds", "claims", "restricted"}


def reasons_for(kind: str, outcome: State) -> list[tuple[str, Text]]:
    """What may be answered to such a request."""
    reasons = BY_OUTCOME[outcome]
    if listed := LISTED.get(Kind(kind)):
        return [(word, reasons[word]) for word in listed[outcome]]
    return [(word, text) for word, text in reasons.items() if word not in FOR_THESE_ALONE]


def outcome_of(reason: str) -> State:
    """Raises KeyError for a word that is not on the list."""
    return next(state for state, reasons in BY_OUTCOME.items() if reason in reasons)


def sentence(reason: str) -> Text:
    return (DONE | REFUSED)[reason]
