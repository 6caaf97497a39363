"""What staff fill in about an endpoint."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from webhooks.event_types import SUBSCRIBABLE
from webhooks.guard import LONGEST_URL, AddressRefused, place_of
from webhooks.models import Scheme


class EndpointForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("What you call it here, for example “Bookkeeping”.")
    )
    organisation = forms.CharField(
        label=_("Organisation"), max_length=200, help_text=_("The recipient. Members read this name.")
    )
    # A line of text and not forms.URLField: guard.py is the one parser, and decides alone.
    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_URL,
        help_text=_("Begins with https. A name beyond ASCII in its xn-- form."),
    )
    event_types = forms.MultipleChoiceField(
        label=_("Is told about"),
        choices=[(kind.value, kind.label) for kind in SUBSCRIBABLE],
        widget=forms.CheckboxSelectMultiple,
    )
    signatures = forms.MultipleChoiceField(
        label=_("Signed with"), choices=Scheme.choices, widget=forms.CheckboxSelectMultiple
    )

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            place_of(url)
        except AddressRefused as refusal:
            raise forms.ValidationError(str(refusal.reason), code="refused") from None
        return url


class RotateForm(forms.Form):
    overlap = forms.ChoiceField(
        label=_("How long do the old keys go on signing beside the new ones?"),
        choices=[
            ("1", _("One day")),
            ("7", _("Seven days")),
            ("0", _("Not at all: an old key fell into the wrong hands")),
        ],
        initial="1",
        widget=forms.RadioSelect,
    )

    def clean_overlap(self) -> timedelta:
        return timedelta(days=int(self.cleaned_data["overlap"]))


def initial_of(endpoint: Any) -> dict[str, Any]:
    return {name: getattr(endpoint, name) for name in EndpointForm.base_fields}
