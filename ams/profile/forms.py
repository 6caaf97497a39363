"""What a member corrects about themselves."""

from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ams.models import Individual
from ams.pictures import opened, photo_and_thumbnail
from consent import guardians
from privacy.day_field import BirthdayField
from privacy.vault.files import SealedFile


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]  # takes no parameters at run time
    """The person's own row. A new photo is made anew from its pixels, and a small one with it."""

    class Meta:
        model = Individual
        fields = (
            "title", "given_name", "family_name", "born_on", "photo", "field_of_work", "website", "about", "country",
            "language",
        )  # fmt: skip
        field_classes: ClassVar[dict[str, Any]] = {"born_on": BirthdayField}
        help_texts = {
            "born_on": _("For the early-career fee, and to know whether a parent has to agree to your yes."),
        }
        widgets = {
            "given_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "family_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "title": forms.TextInput(attrs={"autocomplete": "honorific-prefix"}),
            "about": forms.Textarea(attrs={"rows": 4}),
            "photo": forms.FileInput(attrs={"accept": "image/jpeg,image/png"}),
        }

    remove_photo = forms.BooleanField(label=_("Remove the photo"), required=False)

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


class OwnPersonForm(PersonForm):
    """For the person. A child does not get rid of the guardian by another birthday or country (Art. 8(2) GDPR)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.locked = ("born_on", "country") if guardians.must_confirm(self.instance) else ()
        for name in self.locked:
            self.fields[name].disabled = True
            self.fields[name].help_text = why_it_is_locked()

    def clean(self) -> dict[str, Any]:
        """A browser does not send what cannot be written in: whoever sends another value is told why it stays."""
        values = super().clean() or {}
        for name in self.locked:
            widget = self.fields[name].widget
            sent = widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            if sent is not None and not self.is_same(name, sent):
                self.add_error(
                    name, _("This stays as it is. Ask us to correct it, and our staff look at it.")
                )
        return values

    def is_same(self, name: str, sent: Any) -> bool:
        """A field that is disabled takes everything for unchanged."""
        field: Any = self.fields[name]
        try:
            value = field.to_python(sent)
        except forms.ValidationError:
            return False
        return str(value or "") == str(self.initial.get(name) or "")


def why_it_is_locked() -> str:
    return format_html(
        '{} <a href="{}">{}</a>',
        gettext("As long as a parent or guardian answers for you, our staff correct this."),
        reverse("profile:correction"),
        gettext("Ask us to correct something"),
    )


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
