"""Where records of others name somebody: a note, a post, a payment. Staff redact them before the person is erased.

Read in memory and kept nowhere: a mention says where it stands, not what stands there. What lies in files and pictures
is not read, and what is shorter than four letters is not looked for; nor is a street, which families and houses share.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import permutations
from math import inf
from time import monotonic
from typing import Any, Final
from uuid import UUID

from django.db.models import Model, QuerySet, TextField, UUIDField

from privacy.columns import AnyField, field_of, fields_of, is_sealed
from privacy.declarations import CONTAINER, NOBODY, SELF, Declaration, Text
from privacy.folding import fold
from privacy.inventory import declarations, rows_about
from privacy.vault.fields import SealedEmailField, SealedJSONField, SealedLongTextField, SealedTextField

SHORTEST: Final = 4
A_PHONE: Final = (
    7  # digits from which on a number is compared by its end: the beginning is written in many ways
)
END_OF_PHONE: Final = 9
AT_ONCE: Final = 2000
TEXTS: Final = (SealedTextField, SealedLongTextField, SealedEmailField, SealedJSONField)


@dataclass(frozen=True, slots=True)
class Mention:
    """`about`: whose record it is; None where it is about nobody."""

    declaration: Declaration
    field: str
    key: Any
    about: UUID | None

    @property
    def kind(self) -> Text:
        return self.declaration.model._meta.verbose_name or ""

    @property
    def part(self) -> Text:
        label: Text = getattr(field_of(self.declaration.model, self.field), "verbose_name", self.field)
        return label


@dataclass(frozen=True, slots=True)
class Numbered:
    """Rows of others that carry the person's opaque number in a column of their own, such as who wrote them."""

    model: str
    column: str
    count: int


class OutOfTime(RuntimeError):  # noqa: N818  it says what is the case
    """There is more to read than whoever asked can wait for."""


def mentions_of(individual: Model) -> list[Mention]:
    return list(search(individual))


def search(individual: Model, *, seconds: float = inf) -> Iterator[Mention]:
    """One after the other. Raises OutOfTime."""
    ends = monotonic() + seconds
    pattern = pattern_of([*names_of(individual), (str(individual.pk),), (individual.pk.hex,)])
    for declaration in declarations.by_label.values():
        yield from in_model(declaration, individual, pattern, ends)


def names_of(individual: Model) -> Iterator[tuple[str, ...]]:
    """What the declarations say that somebody is known by, row by row."""
    for declaration in declarations.about_people():
        for row in rows_about(declaration, [individual]) if declaration.known_by else ():
            for together in declaration.known_by:
                yield tuple(str(value) for name in together if (value := getattr(row, name)))


def pattern_of(names: Iterable[tuple[str, ...]]) -> "re.Pattern[str]":
    """For folded text; parts that stand together are found in any order."""
    ways = {way for parts in names for way in ways_of([fold(part) for part in parts])}
    return re.compile("|".join(sorted(ways)))


def ways_of(parts: list[str]) -> Iterator[str]:
    if sum(map(len, parts)) < SHORTEST:
        return
    digits = re.sub(r"\D", "", parts[0])
    if len(parts) == 1 and len(digits) >= A_PHONE and not re.search(r"[^\W\d_]", parts[0]):
        yield r"\D{0,3}".join(digits[-END_OF_PHONE:]) + r"(?!\d)"
        return
    for order in permutations(parts):
        words = [re.escape(word) for part in order for word in part.split()]
        yield r"(?<!\w)" + r"\W+".join(words) + r"(?!\w)"


def in_model(
    declaration: Declaration, individual: Model, pattern: "re.Pattern[str]", ends: float
) -> Iterator[Mention]:
    names = texts_of(declaration)
    link = [declaration.subject] if isinstance(declaration.subject, str) else []
    if not names:
        return
    rows = rows_of_others(declaration, individual).values_list("pk", *link, *names)
    for key, *values in rows.iterator(AT_ONCE):
        if monotonic() > ends:
            raise OutOfTime
        about = values.pop(0) if link else key if declaration.subject is SELF else None
        for name, text in zip(names, values, strict=True):
            if text and pattern.search(fold(str(text))):
                yield Mention(declaration, name, key, about)


def rows_of_others(declaration: Declaration, individual: Model) -> "QuerySet[Model]":
    theirs = rows_about(declaration, [individual]).values("pk")
    return declaration.model._base_manager.exclude(pk__in=theirs)


def texts_of(declaration: Declaration) -> list[str]:
    """Of people, what is sealed as text and shown to them; of nobody, long texts: what staff wrote in a newsletter."""
    fields = fields_of(declaration.model)
    if declaration.subject is CONTAINER:
        return []  # emptied by every erasure
    if declaration.subject is NOBODY:
        return [field.name for field in fields if isinstance(field, TextField) and not is_sealed(field)]
    return [
        field.name for field in fields if isinstance(field, TEXTS) and field.name in declaration.personal()
    ]


def numbers_of(individual: Model) -> list[Numbered]:
    """An opaque number says nothing once the person is erased; it is told of, not taken away."""
    found = []
    for declaration in declarations.by_label.values():
        for field in fields_of(declaration.model):
            if is_number(field):
                rows = rows_of_others(declaration, individual).filter(**{field.name: individual.pk})
                found.append(Numbered(declaration.model._meta.label_lower, field.name, rows.count()))
    return [each for each in found if each.count]


def is_number(field: AnyField) -> bool:
    return isinstance(field, UUIDField) and not field.primary_key
