"""What is new in an association's words, word by word."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any, Final

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from consent.models import Wording
from consent.publish import LATER_WORDS, WORDS
from consent.rich import html

# A tag or a run of spaces or a word; of a word, its marks stand alone, so that a comma more is a comma more.
PIECES: Final = re.compile(r"<[^>]*>|\s+|&\w+;|&#\w+;|[\w\u2019'-]+|[^\w\s<&]|[<&]")


def marked(before: str, after: str, *, gone: bool = True) -> SafeString:
    """Both as plain text. `gone`: what went is shown too."""
    return _marked(escape(before), escape(after), gone=gone)


def marked_rich(before: str, after: str, *, gone: bool = True) -> SafeString:
    """Both as rich text: its tags are those of what stands there now, so the page stays whole."""
    return _marked(html(before), html(after), gone=gone)


def changes(old: Wording, new: Wording, *, gone: bool = True) -> list[tuple[str, SafeString]]:
    """What differs, as pairs of what it is called and its words with the marks."""
    return [
        (label_of(name), mark_one(name, old, new, gone=gone))
        for name in (*WORDS, *LATER_WORDS)
        if getattr(old, name) != getattr(new, name)
    ]


def label_of(name: str) -> str:
    field: Any = Wording._meta.get_field(name)
    return str(capfirst(field.verbose_name))


def mark_one(name: str, old: Wording, new: Wording, *, gone: bool = True) -> SafeString:
    mark = marked_rich if name == "text" else marked
    return mark(getattr(old, name), getattr(new, name), gone=gone)


def _marked(before: str, after: str, *, gone: bool) -> SafeString:
    old, new = PIECES.findall(before), PIECES.findall(after)
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    pieces: list[str] = []
    for what, old_from, old_to, new_from, new_to in steps:
        if what == "equal":
            pieces += new[new_from:new_to]
            continue
        if gone:
            pieces += _wrapped("del", [piece for piece in old[old_from:old_to] if not _is_tag(piece)])
        pieces += _wrapped("ins", new[new_from:new_to])
    return mark_safe("".join(pieces))  # noqa: S308 every piece was escaped, or is a tag of consent.rich


def _wrapped(tag: str, pieces: list[str]) -> Iterator[str]:
    """Never around a tag: that could cross the end of a paragraph."""
    for is_tag, run in groupby(pieces, key=_is_tag):
        words = "".join(run)
        yield words if is_tag or not words.strip() else f"<{tag}>{words}</{tag}>"


def _is_tag(piece: str) -> bool:
    return piece.startswith("<")
