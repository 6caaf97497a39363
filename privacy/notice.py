"""The privacy notice (Art. 13 and 14 GDPR), written from the declarations: it cannot say other than what is done."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings
from django.utils.text import capfirst

from privacy.declarations import Basis, Category, Declaration, Origin, Text
from privacy.inventory import declarations

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Use:
    """One purpose under one heading, over all models that serve it."""

    category: Category
    purpose: Text
    basis: Basis
    what: tuple[str, ...]
    special: bool
    origins: tuple[Origin, ...]
    recipients: tuple[str, ...]
    retentions: tuple[str, ...]


def notice() -> list[Use]:
    """In the order of the headings. Needs no database: it is the same for every member."""
    order = list(Category)
    grouped: dict[tuple[int, str, str], list[Declaration]] = {}
    for declaration in declarations.about_people():
        if declaration.personal() and is_written_to(declaration):
            key = (order.index(declaration.category), str(declaration.purpose), declaration.basis)
            grouped.setdefault(key, []).append(declaration)
    return [use_of(together) for _, together in sorted(grouped.items(), key=lambda item: item[0])]


def is_written_to(declaration: Declaration) -> bool:
    """The application cannot write to tables that all associations share (privacy/database.py): nothing is there."""
    return declaration.model._meta.db_table not in settings.PRIVACY_SHARED_TABLES


def use_of(together: list[Declaration]) -> Use:
    first = together[0]
    return Use(
        category=first.category,
        purpose=first.purpose,
        basis=first.basis,
        what=each_once(capfirst(str(d.label_of(name))) for d in together for name in d.personal()),
        special=any(held.special for d in together for held in d.personal().values()),
        origins=each_once(d.origin_of(name) for d in together for name in d.personal()),
        recipients=each_once(str(name) for d in together for name in d.seen_by()),
        retentions=each_once(str(d.retention) for d in together if d.retention),
    )


def each_once(found: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(found))
