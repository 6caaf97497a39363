"""What a person says about a list: which file, how it is read, what its headings mean."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries

from ams.imports import layouts
from ams.imports.encodings import NAMES
from ams.imports.headings import FIELDS, says_who
from ams.imports.read import DELIMITERS, Reading, Table
from ams.imports.reasons import REASONS
from ams.models import Import
from ams.models.imports import DateOrder

ENCODINGS: Final = ("utf-8", "cp1252", "cp1250", "cp850", "mac_roman", "utf-16", "utf-8-twice")
SEPARATORS: Final = dict(
    zip(
        DELIMITERS,
        (gettext_lazy("comma"), gettext_lazy("semicolon"), gettext_lazy("tab"), gettext_lazy("upright line")),
        strict=True,
    )
)


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("The list"),
        help_text=gettext_lazy(
            "CSV, from whatever program: any usual encoding, separator and line break. Or an address book as vCards."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.vcf,text/csv,text/vcard"}),
        allow_empty_file=True,
    )


class ReadingForm(forms.Form):
    """How the bytes become rows."""

    encoding = forms.ChoiceField(
        label=gettext_lazy("Characters"),
        help_text=gettext_lazy("If letters such as ü or ł look wrong above, choose others."),
    )
    delimiter = forms.ChoiceField(label=gettext_lazy("Separator"), choices=list(SEPARATORS.items()))
    heading_line = forms.IntegerField(
        label=gettext_lazy("Line of the headings"),
        help_text=gettext_lazy("0 if the list has none."),
        min_value=0,
        max_value=1000,
        widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
    )

    def __init__(self, job: Import, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={name: getattr(job, name) for name in self.base_fields})
        fields: dict[str, Any] = self.fields
        fields["encoding"].choices = [
            (code, NAMES[code]) for code in dict.fromkeys([job.encoding, *ENCODINGS])
        ]

    @property
    def reading(self) -> Reading:
        return Reading(**self.cleaned_data)


class MeaningForm(forms.Form):
    """One choice for each heading, a field at most once; and what the list itself does not say."""

    country = forms.ChoiceField(
        label=gettext_lazy("Country of those for whom the list names none"),
        help_text=gettext_lazy("Letters, statistics and the choices that are asked go by it."),
        required=False,
    )
    date_order = forms.ChoiceField(
        label=gettext_lazy("Dates such as 03/04/1984"),
        help_text=gettext_lazy("Only where the whole column leaves it open."),
        choices=[("", gettext_lazy("as the column shows")), *DateOrder.choices],
        required=False,
    )

    def __init__(self, job: Import, table: Table, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"country": job.country.code, "date_order": job.date_order})
        self.table = table
        fields: dict[str, Any] = self.fields
        fields["country"].choices = list(countries)
        choices = [("", _("Leave it out")), *FIELDS.items()]
        for number, (heading, name) in enumerate(zip(table.headings, job.columns, strict=True)):
            label = heading or _("Column %(n)s, without a heading") % {"n": number + 1}
            self.fields[f"column-{number}"] = forms.ChoiceField(
                label=label, choices=choices, initial=name, required=False
            )

    @property
    def of_columns(self) -> list[str]:
        return [name for name in self.fields if name.startswith("column-")]

    @property
    def columns(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.of_columns]

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"] or self.initial["country"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        seen: set[str] = set()
        for name in self.of_columns:
            meant = values.get(name)
            if meant and meant in seen:
                told = _("%(field)s is chosen twice.") % {"field": FIELDS[meant]}
                self.add_error(name, told)
            seen.add(meant or "")
        if not self.errors and not says_who(self.columns):
            raise ValidationError(str(REASONS["no_columns"]))
        if not self.errors and not values["date_order"] and layouts.is_order_open(self.table, self.columns):
            self.add_error(
                "date_order", _("The dates fit both. Say whether the day or the month comes first.")
            )
        return values
