"""Typed confirmation: the number of the very person, and for members their password."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class Confirmation(forms.Form):
    """`typed` must equal the member number, spaces aside. `fingerprint` names the plan that was read."""

    typed = forms.CharField(label=_("Member number"), max_length=40, strip=True)
    fingerprint = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, individual: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.individual = individual
        self.fields["typed"].label = _("To go on, type the member number: %(number)s") % {
            "number": individual.member_number
        }
        self.fields["typed"].help_text = _("You can copy and paste it. Spaces do not matter.")
        self.fields["typed"].widget.attrs |= {"autocomplete": "off", "class": "medium"}

    def clean_typed(self) -> str:
        typed = "".join(self.cleaned_data["typed"].split())
        if typed != "".join(str(self.individual.member_number).split()):
            raise forms.ValidationError(
                _("This is not the number. Type %(number)s."),
                params={"number": self.individual.member_number},
            )
        return typed


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
