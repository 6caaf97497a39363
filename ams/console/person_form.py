"""What staff enter about a person: the member's own form, and what only the association decides."""

from datetime import date, timedelta
from typing import Any, ClassVar, Final
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ams.console.scan_form import ScanForm
from ams.models import Individual
from ams.profile import new_email
from ams.profile.forms import PersonForm
from ams.roles import Role
from privacy import ledger
from privacy.day_field import DayField
from privacy.ledger.kinds import Kind
from privacy.requests import open_request, words_of
from privacy.requests.models import Kind as Right
from privacy.requests.models import Request
from webhooks.publish import publish

WRITTEN_TO = gettext_lazy(
    "We write to both addresses. The new one counts once the old one agrees, or after three days without a no."
)
AS_LOGIN = gettext_lazy(
    "Your role may not change the address with which a colleague signs in: the colleague does it under Profile."
)
LONG_AGO: Final = timedelta(days=366)
TAKEN = {
    "email": gettext_lazy("Somebody else has this address."),
    "member_number": gettext_lazy("Somebody else has this number."),
}


class StaffPersonForm(PersonForm):
    class Meta(PersonForm.Meta):
        fields = (*PersonForm.Meta.fields, "email", "member_number", "joined_on")  # type: ignore[assignment]  # a longer tuple
        field_classes: ClassVar[dict[str, Any]] = {**PersonForm.Meta.field_classes, "joined_on": DayField}
        help_texts = {
            "born_on": gettext_lazy(
                "For the early-career fee, and to know whether a parent or guardian has to agree to a yes."
            ),
        }

    email_reason = forms.CharField(
        label=gettext_lazy("Why another e-mail?"),
        help_text=gettext_lazy("For example: she wrote to us on 3 November. The member reads it."),
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, by: Role, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        account = getattr(self.instance, "account", None)
        self.signs_in = account is not None
        self.email_before = self.instance.email
        self.asks_old = new_email.old_address(self.instance) is not None
        self.order_fields([*PersonForm.Meta.fields, "email", "email_reason"])
        email = self.fields["email"]
        if account is not None and not by.includes(Role(account.role)):
            email.disabled, email.help_text = True, AS_LOGIN
        elif self.asks_old:
            email.help_text = WRITTEN_TO
        if email.disabled or not self.asks_old:
            del self.fields["email_reason"]

    def clean(self) -> dict[str, Any]:
        """Without an address or a number the person could not be told from another."""
        values = super().clean() or {}
        if not (values.get("email") or values.get("member_number")):
            raise ValidationError(_("Enter an e-mail or a member number."))
        for name, told in TAKEN.items():
            if values.get(name) and self.is_taken(name, values[name]):
                self.add_error(name, told)
        if self.signs_in and not values.get("email"):
            self.add_error("email", _("This person signs in with it. Enter another one, or leave it."))
        if self.asks_old and "email" in self.changed_data and not values.get("email_reason"):
            self.add_error("email_reason", _("Write why: the member is told."))
        return values

    def is_taken(self, name: str, value: str) -> bool:
        """Through the blind index; the constraint behind it has the association in it, which no form shows."""
        return Individual.objects.filter(**{name: value}).exclude(pk=self.instance.pk).exists()

    @transaction.atomic
    def enter(self, actor: UUID) -> Individual:
        """A new person; where the data comes from is known."""
        self.instance.source = Individual.Source.STAFF
        person = self.save()
        ledger.append(Kind.INDIVIDUAL_CREATED, subject=person.pk, actor=actor, payload={"channel": "console"})
        return person

    @transaction.atomic
    def correct(self, actor: UUID) -> list[str]:
        """In force at once, but for another address: the old one is asked. Returns what changed."""
        names = sorted(set(self.changed_data) - {"email", "email_reason"})
        self.instance.email = self.email_before
        person = self.save()
        if "email" in self.changed_data and self.move(person, actor):
            names.append("email")
        if names:
            publish("individual.updated", subject=person.pk, data={"fields": names})
            payload = {"channel": "console", "fields": len(names)}
            ledger.append(Kind.INDIVIDUAL_CHANGED, subject=person.pk, actor=actor, payload=payload)
        return names

    def move(self, person: Individual, actor: UUID) -> bool:
        """True: it counts already, as nobody is there to be asked, or none is left to be used."""
        address = self.cleaned_data.get("email")
        if address and self.asks_old:
            new_email.ask(person, str(address), actor=actor, reason=self.cleaned_data["email_reason"])
            return False
        if address:
            new_email.give(person, str(address), actor=actor)
        else:
            new_email.take_away(person, actor=actor)
        return True


class AskedForm(ScanForm):
    """A request that came by letter, by phone or in person: the clock runs from the day on which it arrived."""

    field_order = ("kind", "channel", "arrived", "text", "scan")
    # An erasure begins with its plan, on a page of its own.
    kind = forms.ChoiceField(
        label=gettext_lazy("What is asked"),
        choices=[choice for choice in Right.choices if choice[0] != Right.ERASURE],
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("How it came"),
        choices=[
            ("letter", gettext_lazy("By letter")),
            ("email", gettext_lazy("By mail")),
            ("phone", gettext_lazy("By phone")),
            ("in_person", gettext_lazy("In person")),
        ],
    )
    arrived = DayField(
        label=gettext_lazy("Arrived"),
        help_text=gettext_lazy("The day on which it reached us. The clock runs from then."),
        initial=timezone.localdate,
    )
    text = forms.CharField(
        label=gettext_lazy("What was asked"),
        help_text=gettext_lazy(
            "As the person put it, where you have it word for word. The member can read it."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=5000,
        required=False,
    )

    def clean_arrived(self) -> date:
        day: date = self.cleaned_data["arrived"]
        if day > timezone.localdate():
            raise ValidationError(_("This day is still to come. Enter the day on which it arrived."))
        if day < timezone.localdate() - LONG_AGO:
            raise ValidationError(_("This day is more than a year ago. Look at the year once more."))
        return day

    def open(self, individual: Individual, actor: UUID) -> Request:
        values = self.cleaned_data
        words = words_of(individual, by=actor, text=values["text"], **self.uploaded())
        how: dict[str, Any] = {"channel": values["channel"], "arrived": values["arrived"], "words": words}
        return open_request(individual, values["kind"], actor=actor, **how)
