"""Every address of the URL resolver, filled with what leads somewhere and with what nobody should send."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

NOBODY: Final = UUID(int=7)
HUGE: Final = str(10**30)
# By the converter's name. What a converter refuses is no address, and Django answers 404 by itself.
ODD: Final[dict[str, tuple[str, ...]]] = {
    "uuid": (str(NOBODY),),
    "int": ("0", HUGE),
    "slug": ("none", "x" * 300),
    "str": ("\x00", "é\u202e" * 99),
    "format": ("pdf", "zip"),
    "path": ("\x00", HUGE, str(NOBODY)),
}
# What an address outside the console is about, by how it begins.
ROWS: Final = {
    "api/v1/exports/": "portability.Export",
    "api/v1/requests/": "privacy.Request",
    "privacy/take/": "portability.Export",
    "privacy/erase/": "erasure.Erasure",
    "profile/document/": "ams.Document",
    "profile/keys/": "ams.ApiToken",
    "profile/": "ams.PostalAddress",
    "members/": "ams.Individual",
}
WORDS: Final = {"language": "en", "kind": "pdf", "slug": "letter"}
ARGUMENT: Final = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True, slots=True)
class Address:
    route: str
    arguments: tuple[tuple[str, str], ...]  # name of the argument, name of its converter

    def to_what_is_there(self) -> str:
        """With numbers of rows that exist, as far as the address tells of which model."""
        return self.filled([known(self.route, name, kind) for name, kind in self.arguments])

    def to_oddities(self) -> Iterator[str]:
        """One argument after the other, beside ones that lead somewhere: the odd one is then met by our code."""
        there = [known(self.route, name, kind) for name, kind in self.arguments]
        for at, (_name, kind) in enumerate(self.arguments):
            for odd in ODD[kind]:
                yield self.filled([*there[:at], odd, *there[at + 1 :]])

    def filled(self, values: list[str]) -> str:
        left = iter(values)
        return "/" + ARGUMENT.sub(lambda _found: quote(next(left)), self.route)


def every_address() -> list[Address]:
    found = {route for pattern in get_resolver().url_patterns for route in routes_of(pattern)}
    return [Address(route, tuple(arguments_of(route))) for route in sorted(found)]


def routes_of(pattern: Any, before: str = "") -> Iterator[str]:
    parts = [before + part for part in parts_of(pattern.pattern)]
    if isinstance(pattern, URLPattern):
        yield from parts
    elif isinstance(pattern, URLResolver):
        for part, below in product(parts, pattern.url_patterns):
            yield from routes_of(below, part)


def parts_of(pattern: Any) -> list[str]:
    """A route as it is written; Django's own two regular expressions as what they stand for."""
    if isinstance(pattern, RoutePattern):
        return [str(pattern)]
    labels = re.fullmatch(r"\^\(\?P<app_label>(.+)\)/\$", str(pattern))
    if labels:
        return [f"{label}/" for label in labels[1].split("|")]
    if str(pattern) == r"(?P<url>.*)$":
        return ["<path:url>"]
    raise LookupError(f"Say what {pattern} stands for.")


def arguments_of(route: str) -> Iterator[tuple[str, str]]:
    for kind, name in ARGUMENT.findall(route):
        yield name, kind or "str"


def known(route: str, name: str, kind: str) -> str:
    """A row of the model that the address tells of; else nobody's: it must not break either."""
    if name in WORDS:
        return WORDS[name]
    model = model_of(route)
    key: Any = getattr(model._base_manager.order_by("pk").first(), "pk", None) if model else None
    if kind == "int" and not isinstance(key, int):
        return "1"
    return str(key or NOBODY)


def model_of(route: str) -> Any:
    label = next((label for start, label in ROWS.items() if route.startswith(start)), "")
    words = label.split(".") if label else route.removeprefix("console/").split("/")[:2]
    try:
        return apps.get_model(*words)
    except (LookupError, TypeError, ValueError):
        return None
