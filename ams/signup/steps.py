"""The steps of joining, in order: what each asks, when it is answered, and what is kept of the answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ams.models import MembershipType
from ams.signup import forms as asked
from ams.signup.draft import Draft
from consent.ages import needs_guardian
from consent.audience import Facts, fits
from consent.choices import Question, asked_now
from consent.models import Kind
from consent.naming import GuardianForm

Posted = Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Step:
    """`stage` is the line in the list of steps; several pages may belong to one."""

    slug: str
    stage: str | Promise
    title: str | Promise
    form: Callable[[Draft, Posted], Any]
    keep: Callable[[Draft, Any], None]
    is_answered: Callable[[Draft], bool]
    is_asked: Callable[[Draft], bool] = lambda _draft: True


def _kept(slug: str) -> Callable[[Draft], bool]:
    return lambda draft: slug in draft.answers


def _keep_as(slug: str) -> Callable[[Draft, forms.Form], None]:
    def keep(draft: Draft, form: forms.Form) -> None:
        draft.answers[slug] = form.cleaned_data

    return keep


def account_form(draft: Draft, data: Posted) -> asked.AccountForm:
    return asked.AccountForm(data, initial=draft.answers.get("account"))


def keep_account(draft: Draft, form: asked.AccountForm) -> None:
    """Another address needs another letter; what the first one confirmed no longer counts."""
    email = form.cleaned_data["email"]
    if draft.answers.get("account", {}).get("email") != email:
        draft.row.letter += 1
        draft.answers.pop("letters", None)
    draft.answers["account"] = {"email": email}


def password_form(draft: Draft, data: Posted) -> asked.PasswordForm:
    return asked.PasswordForm(data, email=draft.answers["account"]["email"])


def keep_password(draft: Draft, form: asked.PasswordForm) -> None:
    draft.answers["password"] = form.kept()


def about_form(draft: Draft, data: Posted) -> asked.AboutForm:
    return asked.AboutForm(data, initial=draft.answers.get("about"))


def keep_about(draft: Draft, form: asked.AboutForm) -> None:
    draft.answers["about"] = form.kept()


def membership_form(draft: Draft, data: Posted) -> asked.MembershipForm:
    types = list(MembershipType.objects.filter(is_open=True))
    return asked.MembershipForm(data, types=types, initial=draft.answers.get("membership"))


def facts_of(draft: Draft) -> Facts:
    """What an audience may depend on, as far as it has been told."""
    about, kind = draft.answers["about"], draft.answers.get("membership", {}).get("type")
    born_on = about.get("born_on")  # an answer of yesterday's form knows nothing of it
    return Facts(
        country=about["country"],
        born_on=date.fromisoformat(born_on) if born_on else None,
        membership_types=[kind] if kind else [],
    )


def agreements(draft: Draft) -> list[Question]:
    return _for_such_a_person(draft, Kind.AGREEMENT)


def consents(draft: Draft) -> list[Question]:
    return _for_such_a_person(draft, Kind.CONSENT)


def _for_such_a_person(draft: Draft, kind: Kind) -> list[Question]:
    audience = fits(facts_of(draft), timezone.localdate(), "version__statement__")
    return asked_now(kinds=[kind], joining=True, audience=audience)


def has_agreed(draft: Draft) -> bool:
    """To all that is asked of such a person: another country or kind of membership may ask for more."""
    return all(question.statement.slug in draft.answers.get("statutes", {}) for question in agreements(draft))


def was_asked(draft: Draft) -> bool:
    """All that such a person is asked, whatever they answered; what comes to fit later is asked then."""
    seen = draft.answers.get("choices")
    return seen is not None and all(question.statement.slug in seen for question in consents(draft))


def answers_that_fit(draft: Draft) -> dict[str, dict[str, Any]]:
    """By statement. Who went back and is somebody else now has not answered what is for others, and nothing is kept."""
    said = draft.answers.get("statutes", {}) | draft.answers.get("choices", {})
    asked_of_them = {question.statement.slug for question in agreements(draft) + consents(draft)}
    return {slug: answer for slug, answer in said.items() if slug in asked_of_them}


def statutes_form(draft: Draft, data: Posted) -> asked.StatutesForm:
    return asked.StatutesForm(data, questions=agreements(draft), before=draft.answers.get("statutes", {}))


def choices_form(draft: Draft, data: Posted) -> asked.ChoicesForm:
    return asked.ChoicesForm(data, questions=consents(draft), before=draft.answers.get("choices", {}))


def keep_statements(slug: str) -> Callable[[Draft, asked.StatementsForm], None]:
    def keep(draft: Draft, form: asked.StatementsForm) -> None:
        draft.answers[slug] = form.kept()

    return keep


def needs_to_be_answered_for(draft: Draft) -> bool:
    """A child who said yes to something (Art. 8 GDPR). Who said no to all of it names nobody."""
    if "choices" not in draft.answers or not needs_guardian(facts_of(draft), timezone.localdate()):
        return False
    fitting, chosen = answers_that_fit(draft), draft.answers["choices"]
    return any(said["answer"] == "yes" for slug, said in fitting.items() if slug in chosen)


def guardian_form(draft: Draft, data: Posted) -> GuardianForm:
    return GuardianForm(data, own=draft.answers["account"]["email"], initial=draft.answers.get("guardian"))


def nothing(_draft: Draft, _form: Any) -> None:
    """Such a page asks for nothing that could be kept."""


def no_form(_draft: Draft, data: Posted) -> forms.Form:
    return forms.Form(data)


STEPS: Final = [
    Step("account", _("Account"), _("Where can we reach you?"), account_form, keep_account, _kept("account")),
    Step("letter", _("Account"), _("Look in your mail"), no_form, nothing, lambda draft: draft.is_confirmed),
    Step("password", _("Account"), _("Choose a password"), password_form, keep_password, _kept("password")),
    Step("about", _("About you"), _("Who are you?"), about_form, keep_about, _kept("about")),
    Step(
        "membership",
        _("Membership"),
        _("Which membership suits you?"),
        membership_form,
        _keep_as("membership"),
        _kept("membership"),
    ),
    Step(
        "statutes",
        _("Statutes"),
        _("What we agree on"),
        statutes_form,
        keep_statements("statutes"),
        has_agreed,
    ),
    Step(
        "choices",
        _("Your choices"),
        _("What may we do with your data?"),
        choices_form,
        keep_statements("choices"),
        was_asked,
    ),
    Step(
        "guardian",
        _("Your choices"),
        _("Who answers for you?"),
        guardian_form,
        _keep_as("guardian"),
        lambda draft: "guardian" in draft.answers or not needs_to_be_answered_for(draft),
        needs_to_be_answered_for,
    ),
    Step("check", _("Check"), _("Is everything right?"), no_form, nothing, lambda _draft: False),
]


def find(slug: str) -> Step | None:
    return next((step for step in STEPS if step.slug == slug), None)


def first_open(draft: Draft) -> Step:
    """Where the visitor goes on: the first step without an answer; the check when all have one."""
    return next(step for step in STEPS if not step.is_answered(draft))


def is_open(step: Step, draft: Draft) -> bool:
    """May this page be seen yet? All pages before it are answered, and it is one for this visitor."""
    return STEPS.index(step) <= STEPS.index(first_open(draft)) and step.is_asked(draft)


def before(step: Step, draft: Draft) -> Step | None:
    """The page to which Back leads; the letter is no page to go back to."""
    earlier = [each for each in STEPS[: STEPS.index(step)] if each.slug != "letter" and each.is_asked(draft)]
    return earlier[-1] if earlier else None
