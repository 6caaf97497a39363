"""The words of a draft in one language, and what its publishing does."""

from datetime import date, datetime, time
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from consent import rich
from consent.console.drafts import FIELDS, planned_for
from consent.models import Kind, Standing, Statement, Version, Wording
from consent.models.decisions import YES
from consent.publish import latest_published
from privacy.day_field import DayField

LONGEST: Final = 20_000
TEN_YEARS: Final = 120
LABELS: Final = {
    "name": gettext_lazy("Name"),
    "title": gettext_lazy("Question"),
    "text": gettext_lazy("What it means"),
    "what": gettext_lazy("What"),
    "who": gettext_lazy("Who"),
    "why": gettext_lazy("Why"),
    "how_long": gettext_lazy("How long"),
    "stops": gettext_lazy("What a no stops"),
    "stays": gettext_lazy("What we keep, and why"),
    "yes": gettext_lazy("Words for yes"),
    "no": gettext_lazy("Words for no"),
}


class WordsForm(forms.ModelForm):  # type: ignore[type-arg]  # takes no parameters at run time
    """All of it may be left for later; what is missing stops publishing, not saving."""

    class Meta:
        model = Wording
        fields = FIELDS
        labels = LABELS
        help_texts = {
            "name": gettext_lazy("A few words for lists: Monthly letter."),
            "title": gettext_lazy("As you would ask a guest: one sentence."),
            "text": gettext_lazy(
                "Two sentences are enough. *Two stars* stress a word, a line that begins with - is a list, and "
                "[words](https://…) are a link."
            ),
            "stops": gettext_lazy("Read before somebody says no: from when, and what."),
            "stays": gettext_lazy("What cannot be called back, and what we need for something else."),
        }
        widgets = {"text": forms.Textarea(attrs={"rows": 6})}

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].validators.append(at_most(LONGEST))
        for field in self.fields.values():
            field.required = False
        for name in LEFT_OUT[Kind(kind)]:
            del self.fields[name]

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n").strip()
        if found := rich.problems(text):
            raise ValidationError(found)
        return text

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name, value in list(values.items()):  # an error takes its value out
            if name != "text" and rich.UNSEEN.search(value):
                self.add_error(name, str(rich.HIDDEN))
        return values


# A notice has no answers, and an agreement no second one; nobody says no to either.
LEFT_OUT: Final = {Kind.CONSENT: (), Kind.AGREEMENT: ("no", "stops", "stays"), Kind.NOTICE: ("yes", "no")}


def at_most(letters: int) -> Any:
    def check(value: str) -> None:
        if len(value) > letters:
            raise ValidationError(_("This has more than %(n)s letters.") % {"n": letters})

    return check


class RulesForm(forms.Form):
    """Who is asked again, after how many months everybody is, and from when the version counts."""

    again = forms.ChoiceField(
        label=gettext_lazy("Who is asked again"), widget=forms.RadioSelect, required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Why not everybody is asked before it counts"),
        help_text=gettext_lazy(
            "Needed where words have changed and an earlier yes goes on counting. It is kept with the version for good."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        required=False,
    )
    months = forms.IntegerField(
        label=gettext_lazy("Ask again after months"),
        min_value=1,
        max_value=TEN_YEARS,
        required=False,
        help_text=gettext_lazy("A yes is over by then, unless it is given again. Leave it empty for no end."),
    )
    valid_from = DayField(
        label=gettext_lazy("Valid from"),
        required=False,
        help_text=gettext_lazy("Leave it empty for: as soon as it is published."),
    )

    def __init__(self, *args: Any, version: Version, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": initial_of(version), **kwargs})
        self.version = version
        self.before = latest_published(version.statement)
        again: Any = self.fields["again"]
        again.choices = choices_for(version.statement)
        if self.before is None or version.statement.kind == Kind.NOTICE:
            del self.fields["again"], self.fields["reason"]
        if version.statement.kind != Kind.CONSENT:
            del self.fields["months"]

    def clean_valid_from(self) -> date | None:
        day: date | None = self.cleaned_data["valid_from"]
        if day and day < timezone.localdate():
            raise ValidationError(_("This day is over. Nobody could have read these words by then."))
        if self.before and starts(day) < self.before.effective_at:
            raise ValidationError(too_early(self.before))
        return day

    def rules(self) -> dict[str, Any]:
        """As the version has them."""
        values, again = self.cleaned_data, self.cleaned_data.get("again", "nobody")
        return {
            "ask_again": again != "nobody" if again else None,
            "old_counts": again == "counts",
            "reason": values.get("reason", ""),
            "again_after_months": values.get("months"),
            "effective_at": starts(values["valid_from"]),
        }


def starts(day: date | None) -> datetime:
    """Now, or the first moment of a day to come on the association's clock."""
    if day is None or day <= timezone.localdate():
        return timezone.now()
    return timezone.make_aware(datetime.combine(day, time.min))


def too_early(before: Version) -> str:
    told = _("Version %(number)s counts from %(day)s. This one cannot count before it.")
    return told % {"number": before.number, "day": day_in_words(before.effective_at)}


def day_in_words(at: datetime) -> str:
    return date_format(timezone.localtime(at), "DATE_FORMAT")


def initial_of(version: Version) -> dict[str, Any]:
    planned = planned_for(version)
    return {
        "again": again_of(version),
        "reason": version.reason,
        "months": version.again_after_months,
        "valid_from": timezone.localtime(planned).date() if planned else None,
    }


def again_of(version: Version) -> str:
    """Nothing, as long as nobody has chosen."""
    if version.ask_again is None:
        return ""
    return ("counts" if version.old_counts else "rests") if version.ask_again else "nobody"


def choices_for(statement: Statement) -> list[tuple[str, str]]:
    """With the number of people that each answer means."""
    many = said_yes(statement)
    who = ngettext("The one person who said yes.", "All %(n)s people who said yes.", many) % {"n": many}
    found = [
        ("nobody", _("Nobody: what people said yes to is still what it says.")),
        ("counts", _("%(who)s The earlier yes counts until they answer.") % {"who": who}),
        ("rests", _("%(who)s Until they answer, it is a no.") % {"who": who}),
    ]
    return found if statement.kind == Kind.CONSENT else found[:2]


def said_yes(statement: Statement) -> int:
    return Standing.objects.filter(statement=statement, act__in=YES).count()
