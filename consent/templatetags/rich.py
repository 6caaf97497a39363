"""An association's words in templates: `|rich` on pages, `|rich_plain` in letters; and what a list holds."""

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString

from consent import rich as reader
from consent.console.facts import shared_labels as labels_of

register = template.Library()


@register.filter
def rich(text: str) -> SafeString:
    return reader.html(text)


@register.filter
def shared_labels(names: Iterable[str]) -> str:
    """What a list for a recipient holds, in the reader's language."""
    return ", ".join(labels_of(names))


@register.filter
def rich_plain(text: str) -> str:
    return reader.plain(text)
