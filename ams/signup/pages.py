"""What each page of joining shows, as plain values for its template."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_countries import countries

from ams.models import MembershipType
from ams.names import whole_name
from ams.signup import notice, steps
from ams.signup.draft import Draft
from ams.words import day, money
from consent.ages import age_of_consent
from consent.choices import Question
from consent.terms import terms

Rows = list[dict[str, Any]]


def page(step: steps.Step, draft: Draft, form: Any) -> dict[str, Any]:
    earlier = steps.before(step, draft)
    stages = stages_around(step)
    return {
        "step": step,
        "form": form,
        "stages": stages,
        "stage_number": [stage["state"] for stage in stages].index("current") + 1,
        "back": reverse("join:step", args=[earlier.slug]) if earlier else "",
        "back_title": earlier.stage if earlier else "",
        "draft": draft,
        **OWN.get(step.slug, nothing_more)(draft, form),
    }


def stages_around(step: steps.Step) -> list[dict[str, Any]]:
    """The lines of the list: what lies behind, where one is, what comes."""
    labels = list(dict.fromkeys(str(each.stage) for each in steps.STEPS))
    here = labels.index(str(step.stage))
    return [
        {"label": label, "state": "done" if place < here else "current" if place == here else ""}
        for place, label in enumerate(labels)
    ]


def nothing_more(_draft: Draft, _form: Any) -> dict[str, Any]:
    return {}


def account(_draft: Draft, _form: Any) -> dict[str, Any]:
    return {"purposes": notice.purposes()}


def letter(draft: Draft, _form: Any) -> dict[str, Any]:
    return {"email": draft.answers["account"]["email"]}


def password(draft: Draft, _form: Any) -> dict[str, Any]:
    return letter(draft, _form) | {"is_set": "password" in draft.answers}


def membership(_draft: Draft, form: Any) -> dict[str, Any]:
    chosen = form["type"].value()
    cards = [
        {"type": each, "fee": fee_of(each), "checked": each.code == chosen, "id": f"id_type_{place}"}
        for place, each in enumerate(form.types)
    ]
    return {"cards": cards}


def statutes(_draft: Draft, form: Any) -> dict[str, Any]:
    return {"asked": [asked(question, form) for question in form.questions]}


def choices(_draft: Draft, form: Any) -> dict[str, Any]:
    return {"asked": [asked(question, form) for question in form.questions]}


def asked(question: Question, form: Any) -> dict[str, Any]:
    slug = question.statement.slug
    return {
        "slug": slug,
        "words": question.wording,
        "version": question.version,
        "terms": terms(question.wording),
        "field": form[slug],
        "shown": form[f"shown-{slug}"],
        "answer": form[slug].value() or "",
    }


def check(draft: Draft, _form: Any) -> dict[str, Any]:
    kind = MembershipType.objects.get(code=draft.answers["membership"]["type"])
    return {
        "about": list(about_rows(draft.answers)),
        "membership": membership_rows(kind)
        + [agreement_row(question) for question in steps.agreements(draft)],
        "consents": [choice_row(question, draft) for question in steps.consents(draft)],
        "guardian": guardian_rows(draft) if steps.needs_to_be_answered_for(draft) else [],
        "fee": fee_of(kind) if kind.yearly_fee else "",
    }


def guardian(draft: Draft, _form: Any) -> dict[str, Any]:
    country = draft.answers["about"]["country"]
    return {"age": age_of_consent(country, timezone.localdate())}


def guardian_rows(draft: Draft) -> Rows:
    named = draft.answers["guardian"]
    about = row(_("Parent or guardian"), f"{named['name']}\n{named['email']}", "guardian")
    return [about | {"note": _("We write to them once you have joined.")}]


def about_rows(answers: dict[str, Any]) -> Iterator[dict[str, Any]]:
    about = answers["about"]
    place = " ".join(part for part in (about["postcode"], about["town"]) if part)
    country = countries.name(about["country"])
    yield row(_("Name"), whole_name(about["given_name"], about["family_name"]), "about")
    yield row(_("E-mail"), answers["account"]["email"], "account")
    yield row(_("Password"), _("Chosen"), "password")
    yield row(_("Address"), "\n".join([about["street"], place, country]), "about")
    if about["field_of_work"]:
        yield row(_("Field of work"), about["field_of_work"], "about")
    if born_on := about.get("born_on"):
        yield row(_("Date of birth"), day(date.fromisoformat(born_on)), "about")


def membership_rows(kind: MembershipType) -> Rows:
    fee = _("%(fee)s a year, due within 14 days") % {"fee": fee_of(kind)} if kind.yearly_fee else _("Nothing")
    return [row(_("Kind"), kind.name, "membership"), {"term": _("Fee"), "value": fee}]


def agreement_row(question: Question) -> dict[str, Any]:
    agreed = _("Agreed, version %(number)s") % {"number": question.version.number}
    return row(question.wording.name, agreed, "statutes", action=_("Read")) | {"note": _("needed to join")}


def choice_row(question: Question, draft: Draft) -> dict[str, Any]:
    answer = draft.answers["choices"].get(question.statement.slug, {}).get("answer", "")
    return row(question.wording.name, None, "choices") | {
        "tag": yes_or_no(answer == "yes"),
        "note": "" if answer else _("left open"),
    }


def yes_or_no(yes: bool) -> dict[str, str]:
    return {"state": "done", "text": _("Yes"), "icon": "ok"} if yes else {"text": _("No"), "icon": "no"}


def row(term: str, value: str | None, slug: str, action: str = "") -> dict[str, Any]:
    return {
        "term": term,
        "value": value,
        "url": reverse("join:step", args=[slug]),
        "action": action or _("Change"),
    }


def fee_of(kind: MembershipType) -> str:
    return money(kind.yearly_fee, kind.currency)


OWN: Final[dict[str, Callable[[Draft, Any], dict[str, Any]]]] = {
    "account": account,
    "letter": letter,
    "password": password,
    "membership": membership,
    "statutes": statutes,
    "choices": choices,
    "guardian": guardian,
    "check": check,
}
