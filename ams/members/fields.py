"""What an entry of the directory can show. The name is always there, and everything else is a switch of its own."""

from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.declarations import Text


@dataclass(frozen=True, slots=True)
class Field:
    label: Text
    page: str  # where the value is kept, by the name of its address
    mark: str  # and its place there

    @property
    def url(self) -> str:
        return f"{reverse(self.page)}#{self.mark}"


# In the order in which a page shows them. The names stand in sealed rows: one that is renamed shows nothing.
FIELDS: Final[dict[str, Field]] = {
    "photo": Field(pgettext_lazy("of a person", "Photo"), "profile:person", "id_photo"),
    "field_of_work": Field(_("Field of work"), "profile:person", "id_field_of_work"),
    "work": Field(_("Employer and position"), "profile:show", "work"),
    "town": Field(_("Town"), "profile:show", "addresses"),
    "country": Field(_("Country"), "profile:person", "id_country"),
    "email": Field(_("E-mail"), "profile:email", "id_email"),
    "phone": Field(_("Phone"), "profile:show", "phones"),
    "website": Field(_("Website"), "profile:person", "id_website"),
    "elsewhere": Field(_("Profiles elsewhere"), "profile:show", "elsewhere"),
    "about": Field(_("About you"), "profile:person", "id_about"),
}
# What a line of the list has room for.
IN_A_LINE: Final = ("photo", "field_of_work", "work", "town", "country")
