"""What a version is called, for pages that list many: read once in a process, since published words never change."""

from typing import Final

from django.utils.translation import get_language

from consent.choices import FALLBACK
from consent.models import State, Version, Wording

NAMES: Final[dict[int, dict[str, str]]] = {}  # of each published version by language; nothing personal


def name_of(version: Version) -> str:
    """One statement at most, however many are asked for: what is new brings all of its association along."""
    if version.pk not in NAMES:
        remember_published()
    return in_language(NAMES.get(version.pk) or names_now(version))


def remember_published() -> None:
    rows = Wording.objects.filter(version__state=State.PUBLISHED)
    for version, language, name in rows.values_list("version", "language", "name"):
        NAMES.setdefault(version, {})[language] = name


def names_now(version: Version) -> dict[str, str]:
    """Of a draft, whose words may change."""
    return dict(Wording.objects.filter(version=version).values_list("language", "name"))


def in_language(names: dict[str, str]) -> str:
    """As `choices.in_language`, of names alone."""
    wanted = (get_language() or FALLBACK).split("-")[0]
    return names.get(wanted) or names.get(FALLBACK) or next(iter(names.values()), "")
