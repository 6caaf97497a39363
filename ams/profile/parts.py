"""The parts of a profile that come in several: what each is called, and which of its fields a member may change."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from ams import models as m
from privacy.day_field import form_field
from privacy.declarations import Text


@dataclass(frozen=True, slots=True)
class Part:
    slug: str
    model: type[Model]
    title: Text
    add: Text
    fields: tuple[str, ...]
    addable: bool = True
    removable: bool = True

    def form_class(self) -> "type[forms.ModelForm[Any]]":
        return forms.modelform_factory(self.model, fields=self.fields, formfield_callback=form_field)

    def rows_of(self, individual: Any) -> Any:
        return self.model._base_manager.filter(individual=individual).order_by("pk")


PARTS: dict[str, Part] = {
    part.slug: part
    for part in [
        Part(
            "addresses",
            m.PostalAddress,
            _("Addresses"),
            _("Add an address"),
            ("kind", "addressee", "street", "postcode", "town", "region", "country", "is_preferred"),
        ),
        Part("phones", m.PhoneNumber, _("Phones"), _("Add a phone"), ("kind", "number")),
        Part("emails", m.OtherEmail, _("Further e-mails"), _("Add an e-mail"), ("address",)),
        Part("elsewhere", m.SocialProfile, _("Elsewhere"), _("Add a profile"), ("network", "handle")),
        Part(
            "work",
            m.Affiliation,
            _("Work"),
            _("Add an employer or organisation"),
            ("kind", "organisation", "department", "position", "began_on", "ended_on"),
        ),
        Part("posts", m.Post, _("Posts in the forum"), _("Write a post"), ("title", "body"), addable=False),
        Part(
            "bookings",
            m.EventRegistration,
            _("What you told us for an event"),
            "",
            ("badge_name", "dietary_needs", "access_needs"),
            addable=False,
            removable=False,
        ),
    ]
}
