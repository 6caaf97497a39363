"""What a member corrects about themselves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ams.models import Individual
from ams.pictures import opened, photo_and_thumbnail
from privacy.vault.files import SealedFile


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]  # takes no parameters at run time
    """The person's own row. A new photo is made anew from its pixels, and a small one with it."""

    class Meta:
        model = Individual
        fields = (
            "title", "given_name", "family_name", "born_on", "photo", "field_of_work", "website", "about", "country",
            "language",
        )  # fmt: skip
        help_texts = {
            "born_on": _("For the early-career fee, and to know whether a parent has to agree to your yes."),
        }
        widgets = {
            "born_on": forms.DateInput(attrs={"autocomplete": "bday"}),
            "given_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "family_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "title": forms.TextInput(attrs={"autocomplete": "honorific-prefix"}),
            "about": forms.Textarea(attrs={"rows": 4}),
            "photo": forms.FileInput(attrs={"accept": "image/jpeg,image/png"}),
        }

    remove_photo = forms.BooleanField(label=_("Remove my photo"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.picture: Any = None
        self.fields["given_name"].required = True
        languages = self.instance.association.languages
        field: Any = self.fields["language"]
        field.choices = [choice for choice in field.choices if choice[0] in languages]
        if not self.instance.photo:
            del self.fields["remove_photo"]

    def clean_photo(self) -> Any:
        upload = self.cleaned_data.get("photo")
        if upload and not isinstance(upload, SealedFile):
            self.picture = opened(upload)
        return upload

    def save(self, commit: bool = True) -> Individual:
        person = self.instance
        if self.picture is not None:
            person.photo, person.thumbnail = photo_and_thumbnail(self.picture)
        elif self.cleaned_data.get("remove_photo"):
            for file in (person.photo, person.thumbnail):
                if isinstance(file, SealedFile):
                    file.delete()
            person.photo = person.thumbnail = None
        super().save(commit)
        return person  # type: ignore[no-any-return]


class EmailForm(forms.Form):
    """A new address counts once its owner has followed the link that we send there."""

    email = forms.EmailField(
        label=_("New e-mail"),
        help_text=_("We write to a new address first, to see that it is yours."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class CorrectionForm(forms.Form):
    """For what only staff can change."""

    text = forms.CharField(
        label=_("What is wrong, and what is right?"),
        help_text=_("We answer within one month, mostly sooner."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
