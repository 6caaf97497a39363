"""The two steps of entering what somebody said elsewhere: what it was, and then the evidence for it."""

from collections import defaultdict
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from ams.console.scan_form import ScanForm
from ams.models import Individual
from ams.words import day
from consent.choices import in_language
from consent.models import Kind, Paper, Version
from consent.papers import CannotEnter, Said, fits, is_news, latest_of
from privacy.day_field import DayField

ANSWERS: Final = [("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]
FIRST_STEP: Final = {"version", "answer", "language", "source", "said_on"}


class SaidForm(forms.Form):
    version = forms.TypedChoiceField(
        label=gettext_lazy("The words that the person had"),
        help_text=gettext_lazy("As they stand on the paper, or were read out."),
        coerce=int,
    )
    answer = forms.ChoiceField(label=gettext_lazy("The answer"), choices=ANSWERS, widget=forms.RadioSelect)
    language = forms.ChoiceField(label=gettext_lazy("Language of these words"))
    source = forms.ChoiceField(label=gettext_lazy("How we know"), choices=Paper.Source.choices)
    said_on = DayField(
        label=gettext_lazy("Said on"), help_text=gettext_lazy("The day on the paper, or of the call.")
    )

    def __init__(self, *args: Any, individual: Individual, by: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.individual, self.by = individual, by
        self.versions = {version.pk: version for version in versions_to_choose()}
        fields: dict[str, Any] = self.fields
        fields["version"].choices = [("", _("Choose")), *by_statement(self.versions.values())]
        languages = individual.association.languages
        fields["language"].choices = [
            (code, get_language_info(code)["name_translated"]) for code in sorted(languages)
        ]
        fields["language"].initial = individual.association.language_for(individual.language)

    @property
    def chosen(self) -> Version:
        return self.versions[self.cleaned_data["version"]]

    def said(self, **evidence: Any) -> Said:
        values = self.cleaned_data
        return Said(
            yes=values["answer"] == "yes",
            language=values["language"],
            source=values["source"],
            said_on=values["said_on"],
            by=self.by,
            **evidence,
        )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors:
            try:
                fits(self.chosen, self.said())
                latest = latest_of([self.individual.pk], self.chosen)
                is_news(latest.get(self.individual.pk), values["said_on"])
            except CannotEnter as refusal:
                self.add_error(refusal.field, str(refusal.reason))
        return values


class EvidenceForm(ScanForm):
    """Kept with the decision, sealed; the person can read it. Nothing is stored before this step is confirmed."""

    field_order = ("note", "scan")
    note = forms.CharField(
        label=gettext_lazy("What was said"),
        help_text=gettext_lazy(
            "In a sentence or two, as you would tell it to somebody who asks. The member reads it."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not (values.get("note") or values.get("scan")):
            self.add_error("note", _("Write down what was said, or attach a scan: one of the two is needed."))
        return values

    def evidence(self) -> dict[str, Any]:
        return {"note": self.cleaned_data["note"], **self.uploaded()}


def versions_to_choose() -> list[Version]:
    """Of statements that are asked now; those of notices are nobody's answer."""
    rows = Version.objects.in_force().filter(
        statement__kind__in=[Kind.CONSENT, Kind.AGREEMENT], statement__ended_at=None
    )
    ordered = rows.order_by("statement__order", "statement__number", "-number")
    return list(ordered.select_related("statement").prefetch_related("wordings"))


def by_statement(versions: Any) -> list[tuple[str, list[tuple[int, str]]]]:
    """The newest words of each first."""
    groups: dict[int, list[Version]] = defaultdict(list)
    for version in versions:
        groups[version.statement_id].append(version)
    return [(name_of(group[0]), [(each.pk, label_of(each)) for each in group]) for group in groups.values()]


def name_of(version: Version) -> str:
    return in_language(version.wordings.all()).name


def label_of(version: Version) -> str:
    told = _("%(name)s, version %(number)s, in force from %(day)s")
    return told % {"name": name_of(version), "number": version.number, "day": day(version.effective_at)}


def about_to(form: SaidForm, called: str) -> str:
    """The sentence before the last click."""
    yes = _("You are about to enter for %(name)s: yes to %(what)s, version %(number)s.")
    no = _("You are about to enter for %(name)s: no to %(what)s, version %(number)s.")
    version = form.chosen
    sentence = yes if form.cleaned_data["answer"] == "yes" else no
    return sentence % {"name": called, "what": name_of(version), "number": version.number}
