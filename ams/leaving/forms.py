"""On which day a membership ends, and why if they like."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ams.words import day


class LeaveForm(forms.Form):
    """`last_day` is a date that was offered. Days: at least one, the first is today."""

    last_day = forms.TypedChoiceField(
        label=gettext_lazy("Your last day as a member"),
        coerce=date.fromisoformat,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose your last day."),
            "invalid_choice": gettext_lazy("Choose one of these days."),
        },
    )
    reason = forms.CharField(
        label=gettext_lazy("Why you leave"),
        help_text=gettext_lazy("You need not say. It goes with your data when that is erased."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, days: list[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today, *later = days
        field: Any = self.fields["last_day"]
        field.choices = [
            (today.isoformat(), _("Today, %(day)s") % {"day": day(today)}),
            *[
                (each.isoformat(), _("%(day)s, the end of a year of membership") % {"day": day(each)})
                for each in later
            ],
        ]
