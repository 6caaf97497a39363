"""Can this draft be published, and if not, why not: language by language, in words for whoever writes it."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import get_language_info, pgettext
from django.utils.translation import gettext as _

from consent import rich
from consent.choices import FALLBACK
from consent.console.drafts import planned_for, words_in
from consent.console.words_form import LABELS, too_early
from consent.coverage import asks_enough, is_another_use, leaves_advertising, names_more
from consent.models import Kind, Statement, Version, Wording
from consent.publish import latest_published, unwritten


@dataclass(frozen=True, slots=True)
class Language:
    """`why_not`: what keeps it from being published. `is_same`: as in the last version, while others changed."""

    code: str
    name: str
    wording: Wording | None
    why_not: str = ""
    is_same: bool = False

    @property
    def tag(self) -> dict[str, str]:
        if self.wording is None:
            return {"state": "attention", "text": _("Missing"), "icon": "alert"}
        if self.why_not:
            return {"state": "attention", "text": _("Not ready"), "icon": "alert"}
        if self.is_same:
            return {"state": "", "text": _("As before"), "icon": "info"}
        return {"state": "done", "text": _("Ready"), "icon": ""}


def languages_of(version: Version) -> list[Language]:
    """In the association's order. A draft is held against the version before it."""
    written = {each.language: each for each in version.wordings.all()}
    last = latest_published(version.statement)
    before = {each.language: words_in(each) for each in last.wordings.all()} if last else {}
    changed = {code for code, each in written.items() if words_in(each) != before.get(code)}
    return [
        Language(
            code=code,
            name=name_of(code),
            wording=written.get(code),
            why_not=why_not_in(version.statement, code, written.get(code)),
            is_same=bool(changed) and code in before and code not in changed,
        )
        for code in spoken(version)
    ]


def spoken(version: Version) -> list[str]:
    codes: list[str] = version.association.languages or [FALLBACK]
    return codes


def name_of(code: str) -> str:
    return str(get_language_info(code)["name_translated"])


def why_not_in(statement: Statement, code: str, wording: Wording | None) -> str:
    """One sentence, or nothing."""
    language = {"language": name_of(code)}
    if wording is None:
        return _("%(language)s is missing.") % language
    if names := unwritten(statement, wording):
        fields = get_text_list([label(name) for name in names], pgettext("list of names", "and"))
        return _("%(language)s: still to be written: %(fields)s.") % {**language, "fields": fields}
    if problems := rich.problems(wording.text):
        return _("%(language)s: %(problem)s") % {**language, "problem": problems[0]}
    return ""


def label(name: str) -> str:
    return str(LABELS[name])


def why_not(version: Version, languages: list[Language]) -> list[str]:
    """Sentences, or nothing: then it can be published."""
    found = [each.why_not for each in languages if each.why_not]
    if version.statement.ended_at:
        found.append(_("The statement is no longer asked. Take it up again first."))
    before = latest_published(version.statement)
    if before and (planned_for(version) or timezone.now()) < before.effective_at:
        found.append(too_early(before))
    if before and not asks_enough(version, before):
        found.append(not_covered(version, before))
    if leaves_advertising(version.statement):
        found.append(stays_advertising())
    return found


def not_covered(version: Version, before: Version) -> str:
    if version.ask_again is None:
        return _("Choose who is asked again.")
    statement = version.statement
    if not is_another_use(statement, before):
        return needs_more(version, before)
    if statement.kind == Kind.CONSENT:
        return _(
            "The purpose or the legal basis is another than in the words before: those who said yes are asked again, "
            "and until they answer, it is a no."
        )
    return _(
        "The purpose or the legal basis is another than in the words before: those who agreed are asked again."
    )


def needs_more(version: Version, before: Version) -> str:
    if names_more(version.statement, before) and not version.ask_again:
        return _(
            "A recipient, or a field of its list, is new: those who said yes are asked again. Until they answer, "
            "nothing of theirs goes there."
        )
    if version.ask_again:
        return _(
            "What, who, why or how long is told otherwise: until people answer, it is a no. If the earlier yes shall "
            "count meanwhile, write why."
        )
    return _("The words are not those of before: everybody is asked again. If nobody shall be, write why.")


def stays_advertising() -> str:
    return _(
        "Earlier words told this use as advertising, and people may have objected to all advertising in them. "
        "So it stays advertising: for another use, end this statement and begin another one."
    )
