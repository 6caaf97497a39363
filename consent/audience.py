"""Whom a statement is for: kinds of membership, countries, ages. The association says what it knows of a person."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Facts:
    """What an audience may depend on. `membership_types`: codes, or a query for them that becomes part of ours."""

    country: str = ""
    born_on: date | None = None
    membership_types: "QuerySet[Any] | list[str]" = field(default_factory=list)

    def age(self, today: date) -> int | None:
        if self.born_on is None:
            return None
        had_birthday = (today.month, today.day) >= (self.born_on.month, self.born_on.day)
        return today.year - self.born_on.year - (not had_birthday)


def facts_of(individual: Any) -> Facts:
    """Needs no query (CONSENT_FACTS)."""
    known: Facts = import_string(settings.CONSENT_FACTS)(individual)
    return known


def fits(facts: Facts, today: date, prefix: str = "") -> Q:
    """Statements for such a person; `prefix` leads to the statement. Who is of unknown age is in no age group."""
    types = facts.membership_types
    wanted = ArraySubquery(types) if isinstance(types, QuerySet) else types
    return (
        (Q(**{f"{prefix}membership_types": []}) | Q(**{f"{prefix}membership_types__overlap": wanted}))
        & (Q(**{f"{prefix}countries": []}) | Q(**{f"{prefix}countries__contains": [facts.country]}))
        & of_age(facts.age(today), prefix)
    )


def of_age(age: int | None, prefix: str) -> Q:
    from_none, to_none = Q(**{f"{prefix}age_from": None}), Q(**{f"{prefix}age_to": None})
    if age is None:
        return from_none & to_none
    return (from_none | Q(**{f"{prefix}age_from__lte": age})) & (to_none | Q(**{f"{prefix}age_to__gte": age}))
