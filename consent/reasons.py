"""Why somebody is asked anew, and what changed in the words, read in the language of whoever reads it."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from typing import Final

from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from consent.choices import Choice, in_language
from consent.diff import changes
from consent.models import Asking, Standing, Version, Wording

# Plain text has no strokes: what is new and what has gone stand between signs that the letter explains.
SIGNS: Final = {"ins": ("[+", "+]"), "del": ("[-", "-]")}
ENDS: Final = re.compile(r"</(?:p|li|ul|ol)>|<br\s*/?>")


@dataclass(frozen=True, slots=True)
class Reason:
    """`now` and `then`: the words in all languages; a letter is written in its reader's. `counts`: the earlier yes."""

    standing: Standing
    why: Asking.Why
    counts: bool
    now: list[Wording]
    then: list[Wording]

    def words(self) -> Wording:
        return in_language(self.now)

    def version(self) -> Version:
        return self.words().version

    def changes(self) -> list[tuple[str, SafeString]]:
        """Nothing where the earlier words did not exist in this language: a translation is no change."""
        words = self.words()
        before = next((each for each in self.then if each.language == words.language), None)
        return changes(before, words) if before and before.version_id != words.version_id else []

    def changes_in_plain_text(self) -> list[tuple[str, str]]:
        return [(label, in_plain_text(marked)) for label, marked in self.changes()]


def reasons_of(choices: Iterable[Choice]) -> list[Reason]:
    """For the page: one query for the words of then."""
    asked = [choice for choice in choices if choice.standing and choice.why_again]
    then: dict[int, list[Wording]] = defaultdict(list)
    for wording in Wording.objects.filter(
        version__in={each.standing.version_id for each in asked if each.standing}
    ):
        then[wording.version_id].append(wording)
    return [
        Reason(
            choice.standing,
            choice.why_again,
            choice.is_yes(),
            [choice.wording],
            then[choice.standing.version_id],
        )
        for choice in asked
        if choice.standing and choice.why_again
    ]


def in_plain_text(marked: str) -> str:
    for tag, (begins, ends) in SIGNS.items():
        marked = marked.replace(f"<{tag}>", begins).replace(f"</{tag}>", ends)
    return unescape(strip_tags(ENDS.sub("\n", marked))).strip()
