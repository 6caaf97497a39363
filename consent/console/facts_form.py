"""The facts of a statement: what it is for, on which basis, who is asked, and where."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.functional import lazy
from django.utils.module_loading import import_string
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries

from consent.console.numbers import NumberTaken, number_for
from consent.models import AskedAt, Kind, Statement
from privacy.declarations import Basis

large: Final = lazy(capfirst, str)
OLDEST: Final = 120
A_NAME: Final = 120
# First words of addresses below a member's choices (consent/urls.py) and of the API's: a statement called so could not
# be answered there.
TAKEN: Final = {
    "again", "confirm", "guardian", "history", "object", "receipt", "scan", "stop", "undo", "verify", "words",
}  # fmt: skip
KEPT: Final = ("kind", "slug")  # of a statement that was published: the database sees to it too
# Art. 6(1): what is asked rests on the yes, what is a term of membership on the contract or the law.
BASES: Final[dict[str, set[Basis]]] = {
    Kind.CONSENT: {Basis.CONSENT},
    Kind.AGREEMENT: {Basis.CONTRACT, Basis.LEGAL_OBLIGATION},
    Kind.NOTICE: set(Basis) - {Basis.CONSENT},
}
BASIS_WORDS: Final = {
    Kind.CONSENT: gettext_lazy("A consent rests on the yes of each person, and on nothing else."),
    Kind.AGREEMENT: gettext_lazy("An agreement rests on the contract or on the law."),
    Kind.NOTICE: gettext_lazy("A notice asks nobody, so it cannot rest on a yes."),
}


def begun_large(choices: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Each label stands alone here, and not within a sentence."""
    return [(value, large(label)) for value, label in choices]


class LinesField(forms.CharField):
    """A list, one a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = (" ".join(line.split()) for line in str(value or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(data) != (initial or []))


class FactsForm(forms.ModelForm):  # type: ignore[type-arg]  # takes no parameters at run time
    class Meta:
        model = Statement
        fields = (
            "kind", "slug", "purpose", "basis", "recipients", "shared_fields", "asked_at", "order", "membership_types",
            "countries", "age_from", "age_to", "double_opt_in", "erase_after_days",
        )  # fmt: skip

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=begun_large(Kind.choices),
        widget=forms.RadioSelect,
        initial=Kind.CONSENT,
    )
    slug = forms.SlugField(
        label=gettext_lazy("Key"),
        max_length=60,
        required=False,
        help_text=gettext_lazy(
            "A short name for addresses and programs. It stays once a version is published."
        ),
    )
    recipients = LinesField(
        label=gettext_lazy("Recipients"),
        required=False,
        help_text=gettext_lazy(
            "By name, one a line. Leave it empty where nobody but our own staff has the data."
        ),
    )
    shared_fields = forms.MultipleChoiceField(
        label=gettext_lazy("What a list for them holds"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy(
            "A list for a recipient holds these of each person, and never more. Say so in the words too."
        ),
    )
    asked_at = forms.ChoiceField(
        label=gettext_lazy("Where it stands"),
        choices=begun_large(AskedAt.choices),
        widget=forms.RadioSelect,
        initial=AskedAt.BOTH,
    )
    membership_types = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of membership"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("Tick none to ask everybody."),
    )
    countries = LinesField(
        label=gettext_lazy("Countries"),
        required=False,
        help_text=gettext_lazy("By name or by two letters, one a line. Leave it empty to ask in all."),
    )
    age_from = forms.IntegerField(
        label=gettext_lazy("From age"), min_value=0, max_value=OLDEST, required=False
    )
    age_to = forms.IntegerField(
        label=gettext_lazy("Up to age"), min_value=0, max_value=OLDEST, required=False
    )
    erase_after_days = forms.IntegerField(
        label=gettext_lazy("Days until the data goes"),
        min_value=0,
        max_value=365,
        initial=30,
        help_text=gettext_lazy(
            "After a no: how long we wait before we erase what we hold by that yes alone."
        ),
    )

    def __init__(self, *args: Any, published: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types: Any = self.fields["membership_types"]
        types.choices = import_string(settings.CONSENT_AUDIENCE)()
        if not types.choices:
            del self.fields["membership_types"]
        shared: Any = self.fields["shared_fields"]
        shared.choices = import_string(settings.CONSENT_SHARED_FIELDS)()
        for name in KEPT if published else ():
            del self.fields[name]
        self.fields["order"].required = False
        for name in ("purpose", "basis"):
            field: Any = self.fields[name]
            field.choices = begun_large(field.choices)

    def clean_recipients(self) -> list[str]:
        names: list[str] = self.cleaned_data["recipients"]
        if any(len(name) > A_NAME for name in names):
            raise ValidationError(_("A name has at most %(n)s letters.") % {"n": A_NAME})
        return names

    def clean_countries(self) -> list[str]:
        """By code or by the name that the reader's language has for it."""
        lines = self.cleaned_data["countries"]
        found = {
            line: line.upper() if line.upper() in countries else countries.by_name(line) for line in lines
        }
        for line, code in found.items():
            if not code:
                raise ValidationError(_("We know no country called %(line)s.") % {"line": line})
        return list(dict.fromkeys(found.values()))

    def clean_order(self) -> int:
        return self.cleaned_data["order"] or 0

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"] or self.slug_from_words()
        if slug in TAKEN:
            raise ValidationError(_("This key stands for a page already. Choose another."))
        if Statement.objects.filter(slug=slug).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Another statement has this key."))
        try:
            self.instance.number = number_for(slug, self.instance if self.instance.pk else None)
        except NumberTaken as taken:
            raise ValidationError(_("Another statement stands for this use already.")) from taken
        return slug

    def slug_from_words(self) -> str:
        return str(self.instance.slug)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        kind = values.get("kind") or self.instance.kind
        if kind and (basis := values.get("basis")) and basis not in BASES[kind]:
            self.add_error("basis", str(BASIS_WORDS[Kind(kind)]))
        if kind != Kind.CONSENT:
            values["double_opt_in"] = False
        first, last = values.get("age_from"), values.get("age_to")
        if first is not None and last is not None and first > last:
            self.add_error("age_to", _("This is below the age that it begins with."))
        return values


class NewStatementForm(FactsForm):
    """The facts, and the first words: the name and the question."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=60,
        help_text=gettext_lazy("A few words for lists: Monthly letter."),
    )
    title = forms.CharField(
        label=gettext_lazy("Question"),
        max_length=200,
        help_text=gettext_lazy("As you would ask a guest: one sentence."),
    )
    field_order = ("name", "title")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = Statement.objects.aggregate(last=Max("order"))["last"]
        self.fields["order"].initial = (last or 0) + 1

    def slug_from_words(self) -> str:
        words = self.cleaned_data
        return str(slugify(words.get("name", "")) or slugify(words.get("title", "")))[:60]
