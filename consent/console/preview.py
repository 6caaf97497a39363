"""A draft as people will see it, in its own language, with the words marked that are new since the last version."""

from types import SimpleNamespace
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import override

from consent.console.drafts import FIELDS
from consent.diff import mark_one
from consent.models import AskedAt, Statement, Wording
from consent.terms import terms


def preview(statement: Statement, wording: Wording, before: Wording | None) -> SafeString:
    """Everything on it speaks the language of the words, whoever looks at it."""
    words: Any = marked(wording, before)
    with override(wording.language):
        words.yes, words.no = words.yes or _("Yes"), words.no or _("No")  # as in the wizard
        return render_to_string(
            "consent/console/preview.html",
            {
                "kind": statement.kind,
                "words": words,
                "terms": terms(words),
                "at_joining": statement.asked_at != AskedAt.PRIVACY,
                "under_privacy": statement.asked_at != AskedAt.JOINING,
            },
        )


def marked(wording: Wording, before: Wording | None) -> SimpleNamespace:
    """Without an earlier version nothing is new, and nothing is marked."""
    last = before or wording
    words = {name: mark_one(name, last, wording, gone=False) for name in FIELDS}
    return SimpleNamespace(**words, language=wording.language)
