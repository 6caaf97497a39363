"""The safe part of CommonMark that an association's words may use: paragraphs, emphasis, lists and links.

What is written is shown: HTML, headings, pictures, code and quotes stand as they were typed, and nothing is hidden.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import unescape
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

SAFE: Final = {"https", "http", "mailto", "tel"}
# `reference` too: its lines would vanish from the page.
REFUSED: Final = [
    "heading",
    "lheading",
    "code",
    "fence",
    "blockquote",
    "hr",
    "reference",
    "image",
    "backticks",
]
# Marks that turn the direction of letters, or are letters without being seen: what is read is what is stored.
UNSEEN: Final = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufeff\uffa0\U000e0000-\U000e007f]"
)
TROUBLES: Final[dict[str, Promise]] = {
    "heading_open": _("Leave out headings: the question is the heading."),
    "code_block": _("Leave out code, and do not begin a line with four spaces."),
    "fence": _("Leave out code."),
    "code_inline": _("Leave out code."),
    "blockquote_open": _("Leave out quotes: do not begin a line with “>”."),
    "hr": _("Leave out lines across the page."),
    "image": _("Leave out pictures: they cannot be read to everybody."),
    "html_block": _("Leave out HTML."),
    "html_inline": _("Leave out HTML."),
}
LINK: Final = _("A link begins with https://, mailto: or tel:.")
HIDDEN: Final = _("There are characters in it that nobody can see. Type the text anew.")


def is_safe(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme.lower() in SAFE and bool(parts.netloc or parts.path)


class Reader(MarkdownIt):
    """`lenient` takes every link, so that an unsafe one is found in it."""

    def __init__(self, *, html: bool = False, lenient: bool = False) -> None:
        super().__init__("commonmark", {"html": html, "breaks": True})
        self.lenient = lenient
        self.add_render_rule("link_open", _link)

    def validateLink(self, url: str) -> bool:  # noqa: N802 the library's name
        return self.lenient or is_safe(url)


def _link(self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, _env: Any) -> str:
    tokens[at].attrSet("rel", "noopener")
    return self.renderToken(tokens, at, options, _env)


READER: Final = Reader().disable(REFUSED)
STRICT: Final = Reader(html=True, lenient=True)


@lru_cache(maxsize=512)
def html(text: str) -> SafeString:
    """As it stands on a page."""
    return mark_safe(str(READER.render(text)).strip())  # noqa: S308 the reader escapes all but its own few tags


def plain(text: str) -> str:
    """As it stands in a letter: a link's address follows its words."""
    blocks = READER.parse(text)
    return "\n".join(_lines(blocks)).strip()


def problems(text: str) -> list[str]:
    """What keeps this text from being published, in words for whoever wrote it. Empty: nothing."""
    tokens = [each for block in STRICT.parse(text) for each in (block, *(block.children or []))]
    found = [str(TROUBLES[token.type]) for token in tokens if token.type in TROUBLES]
    if any(not is_safe(str(token.attrGet("href"))) for token in tokens if token.type == "link_open"):
        found.append(str(LINK))
    if UNSEEN.search(unescape(text)):  # CommonMark reads &#x202e; as that character
        found.append(str(HIDDEN))
    return list(dict.fromkeys(found))


def _lines(blocks: list[Token]) -> Iterator[str]:
    lists: list[int | None] = []  # the number of the next item, or None where items have none
    begins = ""
    for block in blocks:
        match block.type:
            case "bullet_list_open":
                lists.append(None)
            case "ordered_list_open":
                lists.append(int(block.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
                begins = ""
                yield from [] if lists else [""]
            case "list_item_open":
                begins = _mark(lists)
            case "inline":
                yield "  " * (len(lists) - 1) + begins + _words(block.children or [])
                begins = "  " if lists else ""
            case "paragraph_close" if not lists:
                yield ""


def _mark(lists: list[int | None]) -> str:
    number = lists[-1]
    if number is None:
        return "- "
    lists[-1] = number + 1
    return f"{number}. "


def _words(tokens: list[Token]) -> str:
    written, links = "", []
    for token in tokens:
        match token.type:
            case "link_open":
                links.append((len(written), str(token.attrGet("href"))))
            case "link_close":
                begins, address = links.pop()
                written += (
                    "" if written[begins:] in {address, address.removeprefix("mailto:")} else f" ({address})"
                )
            case "softbreak" | "hardbreak":
                written += "\n"
            case _:
                written += token.content
    return written
