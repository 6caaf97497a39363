"""A profile as rows of terms and values, each with the place where it is changed."""

from typing import Any

from django.db.models import Field
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ams.models import Individual
from ams.profile.forms import PersonForm
from ams.profile.parts import PARTS, Part
from ams.words import day
from privacy.vault.files import SealedFile

Row = dict[str, Any]


def person_rows(individual: Individual) -> list[Row]:
    """Every field that the member may change, filled or not: an empty one is a way to add it."""
    url = reverse("profile:person")
    rows = [row_for(individual, name, url) for name in PersonForm.Meta.fields]
    return [*rows, email_row(individual)]


def row_for(individual: Any, name: str, url: str) -> Row:
    field: Field[Any, Any] = individual._meta.get_field(name)
    value = shown(individual, name)
    return {
        "term": capfirst(str(field.verbose_name)),
        "value": value or _("not given"),
        "soft": not value,
        "url": f"{url}#id_{name}",
        "action": _("Change") if value else _("Add"),
    }


def shown(row: Any, name: str) -> str:
    value = getattr(row, name)
    if isinstance(value, SealedFile):
        return _("yes")
    if hasattr(value, "year"):
        return day(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    label = getattr(row, f"get_{name}_display", None)
    if label is not None:
        return str(label())
    return str(getattr(value, "name", value) or "")


def email_row(individual: Individual) -> Row:
    note = ""
    if individual.pending_email:
        note = _("%(email)s waits for you to follow the link there") % {"email": individual.pending_email}
    return {
        "term": _("E-mail"),
        "value": individual.email or _("not given"),
        "note": note,
        "url": reverse("profile:email"),
        "action": _("Change"),
    }


def parts_of(individual: Individual) -> list[dict[str, Any]]:
    return [
        {
            "part": part,
            "cards": [card_of(part, row) for row in part.rows_of(individual)],
            "add_url": reverse("profile:part_add", args=[part.slug]) if part.addable else "",
        }
        for part in PARTS.values()
    ]


def card_of(part: Part, row: Any) -> dict[str, Any]:
    filled = [
        (capfirst(str(row._meta.get_field(name).verbose_name)), shown(row, name)) for name in part.fields
    ]
    return {
        "rows": [{"term": term, "value": value} for term, value in filled if value],
        "heading": str(getattr(row, "event", "")),
        "change_url": reverse("profile:part", args=[part.slug, row.pk]),
        "remove_url": reverse("profile:part_remove", args=[part.slug, row.pk]) if part.removable else "",
    }
