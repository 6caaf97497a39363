"""What is new in an association's words, word by word."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from consent.models import LATER_WORDS, WORDS, Wording
from consent.rich import html

FEW: Final = 3  # words that stayed between two changes: fewer make a patchwork that nobody reads
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
    pieces: list[str] = []
    for is_same, went, came in _spans(old, new):
        if gone and not is_same:
            pieces += _wrapped("del", [piece for piece in went if not _is_tag(piece)])
        pieces += came if is_same else _wrapped("ins", came)
    return mark_safe("".join(pieces))  # noqa: S308 every piece was escaped, or is a tag of consent.rich


def _spans(old: list[str], new: list[str]) -> Iterator[tuple[bool, list[str], list[str]]]:
    """What stayed and what changed, by turns. A word or two that stayed amid changes are read with them."""
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    stayed = [
        what == "equal" and not (0 < place < len(steps) - 1 and _is_too_little(old[start:end]))
        for place, (what, start, end, _new_start, _new_end) in enumerate(steps)
    ]
    for is_same, run in groupby(zip(stayed, steps, strict=True), key=itemgetter(0)):
        parts = [step for _stayed, step in run]
        yield is_same, old[parts[0][1] : parts[-1][2]], new[parts[0][3] : parts[-1][4]]


def _is_too_little(pieces: list[str]) -> bool:
    words = [piece for piece in pieces if piece[0].isalnum()]
    return len(words) < FEW and not any(_is_tag(piece) for piece in pieces)


def _wrapped(tag: str, pieces: list[str]) -> Iterator[str]:
    """Never around a tag: that could cross the end of a paragraph."""
    for is_tag, run in groupby(pieces, key=_is_tag):
        words = "".join(run)
        yield words if is_tag or not words.strip() else f"<{tag}>{words}</{tag}>"


def _is_tag(piece: str) -> bool:
    return piece.startswith("<")
