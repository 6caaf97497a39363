"""An issue as staff write it: for whom, under which yes, and the words in each language."""

from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _
from django_countries import countries

from ams.models import Association, Individual, MembershipType, Newsletter, NewsletterText
from ams.newsletters.audience import askable
from consent import rich
from consent.choices import Question

FACTS = ("name", "purpose", "membership_types", "countries")


class NewsletterForm(forms.Form):
    """A language is written whole or not at all; its readers get the next best until then."""

    name = forms.CharField(
        label=gettext_lazy("Name for our lists"),
        max_length=100,
        help_text=gettext_lazy(
            "Your colleagues read it, and members where they see what they got. Spring 2027."
        ),
    )
    purpose = forms.ChoiceField(
        label=gettext_lazy("Asked under"),
        help_text=gettext_lazy(
            "Only people who said yes to this get it, or whom it concerns until they object."
        ),
    )
    membership_types = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of membership"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: whatever their membership."),
    )
    countries = forms.MultipleChoiceField(
        label=gettext_lazy("Countries"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: wherever they live."),
    )

    def __init__(
        self, association: Association, *args: Any, issue: Newsletter | None = None, **kwargs: Any
    ) -> None:
        self.issue, self.questions = issue, askable()
        texts = {text.language: text for text in issue.texts.all()} if issue else {}
        self.languages = list(dict.fromkeys([*association.languages, *texts]))
        super().__init__(*args, **{"initial": initial(issue, texts), **kwargs})
        self.choices_of("purpose", [(each.statement.slug, called(each)) for each in self.questions])
        self.choices_of("membership_types", MembershipType.objects.values_list("code", "name"))
        self.choices_of("countries", countries_in_use())
        for language in self.languages:
            self.add_language(language)

    def choices_of(self, name: str, choices: Any) -> None:
        field: Any = self.fields[name]
        field.choices = list(choices)
        if not field.choices:  # nothing to choose from
            self.fields.pop(name)

    def add_language(self, language: str) -> None:
        called = get_language_info(language)["name_translated"]
        self.fields[f"subject-{language}"] = forms.CharField(
            label=_("Subject, %(language)s") % {"language": called}, max_length=150, required=False
        )
        self.fields[f"body-{language}"] = forms.CharField(
            label=_("Text, %(language)s") % {"language": called},
            required=False,
            max_length=20_000,
            widget=forms.Textarea(attrs={"rows": 12, "lang": language}),
            help_text=_(
                "An empty line begins a paragraph. **bold**, *italic*, - a list, [a link](https://…)."
            ),
        )

    @property
    def facts(self) -> list[Any]:
        return [self[name] for name in FACTS if name in self.fields]

    @property
    def words(self) -> list[tuple[str, list[Any]]]:
        """The fields of each language under its name."""
        return [
            (
                get_language_info(language)["name_translated"],
                [self[f"subject-{language}"], self[f"body-{language}"]],
            )
            for language in self.languages
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for language in self.languages:
            self.check_language(language, values)
        if not self.errors and not any(values[f"body-{language}"] for language in self.languages):
            self.add_error(f"subject-{self.languages[0]}", _("Write it in one language at least."))
        return values

    def check_language(self, language: str, values: dict[str, Any]) -> None:
        subject, body = values.get(f"subject-{language}"), values.get(f"body-{language}")
        if body and not subject:
            self.add_error(f"subject-{language}", _("Give it a subject."))
        if subject and not body:
            self.add_error(f"body-{language}", _("Write the text."))
        for problem in rich.problems(body or ""):
            self.add_error(f"body-{language}", problem)

    @transaction.atomic
    def save(self) -> Newsletter | None:
        """None: it is being sent by now, and what is sent does not change."""
        issue = self.issue or Newsletter()
        if self.issue and not is_still_a_draft(self.issue.pk):
            return None
        for name in FACTS:
            setattr(issue, name, self.cleaned_data.get(name, []))
        issue.save()
        issue.texts.all().delete()
        NewsletterText.objects.bulk_create(
            NewsletterText(
                newsletter=issue,
                language=language,
                subject=self.cleaned_data[f"subject-{language}"],
                body=body.replace("\r\n", "\n"),
            )
            for language in self.languages
            if (body := self.cleaned_data[f"body-{language}"])
        )
        return issue


def initial(issue: Newsletter | None, texts: dict[str, NewsletterText]) -> dict[str, Any]:
    if issue is None:
        return {}
    words = {f"subject-{text.language}": text.subject for text in texts.values()}
    words |= {f"body-{text.language}": text.body for text in texts.values()}
    return {name: getattr(issue, name) for name in FACTS} | words


def called(question: Question) -> str:
    return str(question.wording.name or question.statement.slug)


def countries_in_use() -> list[tuple[str, str]]:
    """Where our people live: nobody looks for theirs among two hundred."""
    people = Individual.objects.filter(erased_at=None).exclude(country="")
    codes = people.order_by().values_list("country", flat=True).distinct()
    return sorted(((str(code), str(countries.name(code))) for code in codes), key=lambda pair: pair[1])


def is_still_a_draft(pk: UUID) -> bool:
    """Locked, so that the answer stays true: somebody else may be sending it in this moment."""
    drafts = Newsletter.objects.select_for_update().filter(pk=pk, state=Newsletter.State.DRAFT)
    return drafts.first() is not None
