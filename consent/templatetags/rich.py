"""An association's words in templates: `|rich` on pages, `|rich_plain` in letters."""

from django import template
from django.utils.safestring import SafeString

from consent import rich as reader

register = template.Library()


@register.filter
def rich(text: str) -> SafeString:
    return reader.html(text)


@register.filter
def rich_plain(text: str) -> str:
    return reader.plain(text)
