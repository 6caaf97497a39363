"""The last look before publishing: what is new is read and confirmed in every language, so that none stays behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from consent.console.readiness import Language
from consent.diff import changes
from consent.models import Version, Wording


@dataclass(frozen=True, slots=True)
class Difference:
    """`changes`: pairs of what it is called and its words with marks. None where the language is new."""

    language: Language
    changes: list[tuple[str, SafeString]] | None
    tick: BoundField


class LastLookForm(forms.Form):
    """A tick for each language, where there were words before."""

    def __init__(
        self, languages: Sequence[Language], before: Version | None, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.languages = languages if before else []
        self.before = {each.language: each for each in before.wordings.all()} if before else {}
        for language in self.languages:
            self.fields[name_of(language)] = self.tick_for(language)

    def tick_for(self, language: Language) -> forms.BooleanField:
        known = {"language": language.name}
        label = _("%(language)s: I have read it, and it says the same as the other languages")
        return forms.BooleanField(
            label=label % known,
            error_messages={"required": _("Read and confirm %(language)s too.") % known},
        )

    def differences(self) -> list[Difference]:
        return [
            Difference(each, changes_in(self.before.get(each.code), each.wording), self[name_of(each)])
            for each in self.languages
        ]


def name_of(language: Language) -> str:
    return f"read_{language.code}"


def changes_in(old: Wording | None, new: Wording | None) -> list[tuple[str, SafeString]] | None:
    return changes(old, new) if old and new else None
