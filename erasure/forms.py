"""Typed confirmation: what names the very person, and for members their password."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class Confirmation(forms.Form):
    """`typed` must equal what names the person, spaces aside. `fingerprint` names the plan that was read."""

    typed = forms.CharField(max_length=254, strip=True)
    fingerprint = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, individual: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.individual = individual
        label, self.name = named(individual)
        self.fields["typed"].label = label % {"name": self.name}
        self.fields["typed"].help_text = _("You can copy and paste it. Spaces do not matter.")
        self.fields["typed"].widget.attrs |= {"autocomplete": "off", "class": "medium"}

    def clean_typed(self) -> str:
        typed = "".join(self.cleaned_data["typed"].split())
        if typed.casefold() != "".join(self.name.split()).casefold():
            raise forms.ValidationError(
                _("This is something else. Type %(name)s."), params={"name": self.name}
            )
        return typed


def named(individual: Any) -> tuple[Any, str]:
    """The member number; who came from a list may have an e-mail only, and who was entered by hand a name only."""
    if individual.member_number:
        return _("To go on, type the member number: %(name)s"), individual.member_number
    if individual.email:
        return _("To go on, type the e-mail address: %(name)s"), individual.email
    return _("To go on, type the name: %(name)s"), individual.display_name


class OwnConfirmation(Confirmation):
    """The member's own: the password once more, since the act cannot be undone."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "medium"}),
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.individual.account.check_password(password):
            raise forms.ValidationError(_("This is not your password."))
        return password


class StaffConfirmation(Confirmation):
    """By staff, for a member who asked in another way."""

    reason = forms.CharField(
        label=_("How did the member ask?"),
        help_text=_("For example: letter of 3 November. It goes with everything else."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class Approval(forms.Form):
    """The second person's. `at_once` ends the cooling-off now, because the member does not want to wait."""

    fingerprint = forms.CharField(widget=forms.HiddenInput, max_length=64)
    at_once = forms.BooleanField(
        label=_("Erase at once: the member does not want to wait"),
        help_text=_("Otherwise it begins when the member can no longer stop it."),
        required=False,
    )
