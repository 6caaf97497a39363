"""What a list for a recipient can hold of each person."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from privacy.declarations import Text

FIELDS: Final[dict[str, Text]] = {
    "name": _("Name"),
    "street": _("Street"),
    "postcode": _("Postcode"),
    "town": _("Town"),
    "country": _("Country"),
    "email": _("E-mail"),
}
OF_AN_ADDRESS: Final = frozenset({"street", "postcode", "town", "country"})
FOR_A_LETTER: Final = ("name", *[name for name in FIELDS if name in OF_AN_ADDRESS])


def choices() -> list[tuple[str, Text]]:
    """For whoever writes down what a recipient may get (CONSENT_SHARED_FIELDS)."""
    return list(FIELDS.items())


def labels(names: list[str]) -> list[str]:
    """In the reader's language; what the program knows no more, by its own name."""
    return [str(FIELDS.get(name, name)) for name in names]
