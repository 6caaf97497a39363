"""Mentions as lines of a page: each leads to the record that is to be redacted."""

from contextlib import suppress
from typing import Any, Final

from django.db.models import Model
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import ngettext

from erasure.mentions import Mention, OutOfTime, search

SHOWN: Final = 50
PATIENCE: Final = 5.0  # seconds
Block = dict[str, Any]


def mentions_for_page(individual: Model) -> Block:
    found: list[Mention] = []
    try:
        found.extend(search(individual, seconds=PATIENCE))
        is_whole = True
    except OutOfTime:
        is_whole = False
    more = len(found) - SHOWN
    text = ngettext(
        "One more is listed by the command find_mentions.",
        "%(n)s more are listed by the command find_mentions.",
        max(more, 0),
    )
    lines = [line_of(each) for each in found[:SHOWN]]
    return {"lines": lines, "more": text % {"n": more} if more > 0 else "", "is_whole": is_whole}


def line_of(mention: Mention) -> Block:
    return {
        "kind": capfirst(str(mention.kind)),
        "number": str(mention.key)[:8],
        "part": mention.part,
        "url": address_of(mention),
    }


def address_of(mention: Mention) -> str:
    """The record's own page, else that of the person whose record it is."""
    meta = mention.declaration.model._meta
    with suppress(NoReverseMatch):
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[mention.key])
    return reverse("admin:ams_individual_change", args=[mention.about]) if mention.about else ""
