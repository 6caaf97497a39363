"""Reads the texts of the code and of the catalogs with nothing but Python: machines may lack gettext's tools."""

import ast
import gettext
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from django.utils.translation.template import templatize

HERE: Final = Path(__file__).parents[2]
APPS: Final = ("ams", "consent", "erasure", "portability", "privacy", "webhooks")
LITERAL: Final = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
CALL: Final = re.compile(rf"\b(n?p?gettext|_)\(({LITERAL}(?:,\s*{LITERAL})*)", re.DOTALL)
QUOTED: Final = re.compile(r'^(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)? ?(".*")$')


class Text(NamedTuple):
    context: str | None
    one: str
    many: str | None = None


class Entry(NamedTuple):
    text: Text
    forms: tuple[str, ...]
    fuzzy: bool


def text_of(function: str, arguments: list[str]) -> Text:
    name = function.removesuffix("_lazy")
    context = arguments.pop(0) if "pgettext" in name else None
    return Text(context, arguments[0], arguments[1] if name.startswith("n") else None)


@cache
def texts() -> dict[Text, str]:
    """Every text of the code and of the templates, and a file that has it."""
    code = {text: str(path) for app in APPS for path in (HERE / app).rglob("*.py") for text in in_code(path)}
    pages = (path for path in (HERE / "templates").rglob("*") if path.suffix in {".html", ".txt"})
    return code | {text: str(path) for path in pages for text in in_template(path)}


def in_code(path: Path) -> Iterator[Text]:
    """Also those inside f-strings, which xgettext does not find: here they are missed."""
    tree = ast.parse(path.read_text())
    names = {"_"} | {
        f"{kind}{lazy}" for kind in ("gettext", "ngettext", "pgettext", "npgettext") for lazy in ("", "_lazy")
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            strings = [each.value for each in node.args if isinstance(each, ast.Constant)]
            if arguments := [each for each in strings if isinstance(each, str)]:
                yield text_of(node.func.id, arguments)


def in_template(path: Path) -> Iterator[Text]:
    for function, arguments in CALL.findall(templatize(path.read_text())):
        yield text_of(
            function, [ast.literal_eval(each) for each in re.findall(LITERAL, arguments, re.DOTALL)]
        )


def folder(language: str) -> Path:
    return HERE / "locale" / language / "LC_MESSAGES"


@cache
def written(language: str) -> list[Entry]:
    """The .po file, without its header."""
    blocks = (folder(language) / "django.po").read_text().split("\n\n")
    entries = [entry_of(block) for block in blocks if not block.startswith("#~")]
    return [entry for entry in entries if entry.text.one]


def entry_of(block: str) -> Entry:
    found: dict[str, str] = {}
    key = ""
    for match in filter(None, (QUOTED.match(line) for line in block.splitlines())):
        key = match[1] or key
        found[key] = found.get(key, "") + ast.literal_eval(match[2])
    text = Text(found.get("msgctxt"), found.get("msgid", ""), found.get("msgid_plural"))
    forms = tuple(value for name, value in sorted(found.items()) if name.startswith("msgstr"))
    return Entry(text, forms, fuzzy=bool(re.search(r"^#,.*\bfuzzy\b", block, re.MULTILINE)))


def compiled(language: str) -> gettext.GNUTranslations:
    with (folder(language) / "django.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def forms_in(catalog: gettext.GNUTranslations, text: Text) -> tuple[str, ...]:
    """What a reader gets: of a plural for one and for many."""
    if text.many is None:
        found = catalog.pgettext(text.context, text.one) if text.context else catalog.gettext(text.one)
        return (found,)
    if text.context:
        return tuple(catalog.npgettext(text.context, text.one, text.many, n) for n in (1, 7))
    return tuple(catalog.ngettext(text.one, text.many, n) for n in (1, 7))
