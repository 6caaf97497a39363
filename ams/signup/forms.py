"""What each step of joining asks."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from ams.models import Account, Individual, MembershipType
from consent.choices import Question
from privacy.day_field import BirthdayField


class AccountForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("You sign in with it, and we write to it about your membership."),
        error_messages={
            "required": _("Write your e-mail address."),
            "invalid": _("Look at the address once more: it should read like name@example.org."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class PasswordForm(forms.Form):
    """The password is hashed before it is kept; a form that is shown again never holds it."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=128,
        help_text=_("At least ten characters. A sentence that only you would say is a good one."),
        error_messages={"required": _("Choose a password.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        owner = Account(individual=Individual(email=self.email))
        password_validation.validate_password(password, owner)
        return password

    def kept(self) -> dict[str, Any]:
        return {"hash": make_password(self.cleaned_data["password"])}


def country_choices() -> list[tuple[str, str]]:
    """In the reader's language, sorted for it."""
    return [("", gettext("Choose a country")), *((code, name) for code, name in countries)]


class AboutForm(forms.Form):
    given_name = forms.CharField(
        label=_("First name"), max_length=100, error_messages={"required": _("Write your first name.")}
    )
    # One name is enough: not everybody has two.
    family_name = forms.CharField(label=_("Last name"), max_length=100, required=False)
    street = forms.CharField(
        label=_("Street and number"),
        max_length=200,
        error_messages={"required": _("Write the street and number of your address.")},
    )
    postcode = forms.CharField(label=_("Postcode"), max_length=20, required=False)
    town = forms.CharField(
        label=_("Town"), max_length=100, error_messages={"required": _("Write the town of your address.")}
    )
    country = forms.ChoiceField(
        label=_("Country"), choices=country_choices, error_messages={"required": _("Choose your country.")}
    )
    field_of_work = forms.CharField(label=_("Field of work"), max_length=100, required=False)
    born_on = BirthdayField(
        label=_("Date of birth"),
        required=False,
        help_text=_(
            "Only to know whether a parent has to agree to what you say yes to. Adults may leave it out."
        ),
    )

    AUTOCOMPLETE = {
        "given_name": "given-name",
        "family_name": "family-name",
        "street": "street-address",
        "postcode": "postal-code",
        "town": "address-level2",
        "country": "country",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, value in self.AUTOCOMPLETE.items():
            self.fields[name].widget.attrs["autocomplete"] = value

    def kept(self) -> dict[str, Any]:
        born_on = self.cleaned_data["born_on"]
        return self.cleaned_data | {"born_on": born_on.isoformat() if born_on else ""}


class MembershipForm(forms.Form):
    type = forms.ChoiceField(
        label=_("Which membership?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one kind of membership.")},
    )

    def __init__(self, *args: Any, types: list[MembershipType], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.types = types
        self.fields["type"].choices = [(each.code, each.name) for each in types]  # type: ignore[attr-defined]


class StatementsForm(forms.Form):
    """Statements as they are asked today. The page says which words it showed, and those are what is answered."""

    def __init__(
        self, *args: Any, questions: list[Question], before: dict[str, dict[str, Any]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            slug = question.statement.slug
            earlier = before.get(slug, {})
            # Newer words are newly asked: an answer to the old ones is not carried over.
            answer = earlier.get("answer", "") if earlier.get("version") == question.version.pk else ""
            self.fields[slug] = self.field_for(question, answer)
            self.fields[shown(slug)] = forms.IntegerField(
                initial=question.version.pk, required=False, widget=forms.HiddenInput
            )

    def field_for(self, question: Question, answer: str) -> forms.Field:
        raise NotImplementedError

    def answer_of(self, slug: str) -> str:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        for question in self.questions:
            slug = question.statement.slug
            if self.cleaned_data.get(shown(slug)) != question.version.pk:
                self.add_error(slug, _("These words have changed meanwhile. Read them once more and answer."))
        return self.cleaned_data

    def kept(self) -> dict[str, dict[str, Any]]:
        return {
            question.statement.slug: {
                "version": question.version.pk,
                "language": question.wording.language,
                "answer": self.answer_of(question.statement.slug),
            }
            for question in self.questions
        }


def shown(slug: str) -> str:
    return f"shown-{slug}"


class StatutesForm(StatementsForm):
    """One tick for each agreement; without all of them there is no membership."""

    def field_for(self, question: Question, answer: str) -> forms.Field:
        return forms.BooleanField(
            label=question.wording.yes or question.wording.title,
            initial=answer == "yes",
            error_messages={"required": _("We need your agreement before you can join.")},
        )

    def answer_of(self, slug: str) -> str:
        return "yes" if self.cleaned_data[slug] else ""


class ChoicesForm(StatementsForm):
    """Two equal answers to each question, none of them chosen for anybody. Art. 7, recital 32."""

    def field_for(self, question: Question, answer: str) -> forms.Field:
        words = question.wording
        return forms.ChoiceField(
            label=words.title,
            required=False,
            initial=answer,
            choices=[("yes", words.yes or _("Yes")), ("no", words.no or _("No"))],
            widget=forms.RadioSelect,
        )

    def answer_of(self, slug: str) -> str:
        return str(self.cleaned_data[slug])
