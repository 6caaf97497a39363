"""A wording's facts for a card, and where its words are read in full."""

from django.urls import reverse
from django.utils.translation import gettext as _

from consent.choices import Choice
from consent.models import Decision, Wording


def terms(words: Wording) -> list[tuple[str, str]]:
    rows = [
        (_("What"), words.what),
        (_("Who"), words.who),
        (_("Why"), words.why),
        (_("How long"), words.how_long),
    ]
    return [(term, value) for term, value in rows if value]


def address_of_words(choice: Choice, decision: Decision | None) -> str:
    if decision:
        return reverse("consent:wording", args=[decision.pk])
    return reverse("consent:version", args=[choice.statement.slug, choice.version.number])
