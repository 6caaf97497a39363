"""An issue as its reader gets it: in their language, or in the next best that it was written in."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ams.mailing import asked_under, compose, way_out, written
from ams.models import Association, Individual, Newsletter, NewsletterText, SentMail
from consent import rich
from consent.choices import Question

TEMPLATE: Final = "newsletters/mail/issue"


@dataclass(frozen=True, slots=True)
class Issue:
    """All that letters of one issue share: read once, used for many. `questions` fills as languages are met."""

    newsletter: Newsletter
    association: Association
    words: Mapping[str, Mapping[str, str]]
    questions: dict[str, Question | None] = field(default_factory=dict)

    def language_for(self, wanted: str) -> str:
        return language_for(self.association, self.words, wanted)

    def letter(self, individual: Individual) -> SentMail | None:
        """Not saved, and the gate is the caller's to ask. None: nothing asks for such letters any more."""
        language = self.language_for(individual.language)
        question = self.question(language)
        if question is None:
            return None
        context = {"issue": self.words[language]}
        return written(individual, self.association, TEMPLATE, context, language=language, question=question)

    def question(self, language: str) -> Question | None:
        if language not in self.questions:
            self.questions[language] = asked_under(self.newsletter.purpose, language)
        return self.questions[language]

    def shown_to(self, individual: Individual, language: str) -> tuple[str, str, str]:
        """Subject, text and HTML as somebody who said yes gets them; the way out leads to the choices here."""
        question = self.question(language)
        context = {**way_out(individual, self.association, question), "issue": self.words[language]}
        if question:
            context["stop_link"] = way_out(individual, self.association, None)["choices_link"]
        return compose(individual, self.association, TEMPLATE, context, language)


def read(newsletter: Newsletter) -> Issue:
    association = Association.objects.get(pk=newsletter.association_id)  # type: ignore[misc]  # it has one
    texts = NewsletterText.objects.filter(newsletter=newsletter)
    return Issue(newsletter, association, {text.language: words_of(text) for text in texts})


def words_of(text: NewsletterText) -> dict[str, str]:
    """Rendered once, not for each reader."""
    return {"subject": text.subject, "html": rich.html(text.body), "plain": rich.plain(text.body)}


def language_for(association: Association, written_in: Mapping[str, Any], wanted: str) -> str:
    """The reader's own; else the association's first that it was written in."""
    wishes = [wanted, *association.languages, *written_in]
    return next(language for language in wishes if language in written_in)


def fingerprint(newsletter: Newsletter) -> str:
    """Of what was looked at before sending: whoever confirms sends that and nothing else."""
    texts = NewsletterText.objects.filter(newsletter=newsletter).order_by("language")
    facts: list[Any] = [newsletter.purpose, newsletter.membership_types, newsletter.countries]
    facts += texts.values_list("language", "subject", "body")
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
