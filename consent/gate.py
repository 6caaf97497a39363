"""The gate: every outward use of a person's data asks here first; the answer is no unless they said yes.

A use that rests on the association's own interest (Art. 6(1)(f)) passes until the person objects (Art. 21). A use that
nobody configured, that has ended, or that rests meanwhile, passes for nobody.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from consent.models import Act, Kind, Standing, Statement, Version
from consent.models.decisions import YES
from privacy.inventory import individual_model


def allows(individual_id: UUID, slug: str) -> bool:
    """May we use this person's data for this purpose, now?"""
    return who_allows(slug).filter(pk=individual_id).exists()


def who_allows(slug: str) -> "QuerySet[Any, UUID]":
    """The uids of all whose data may be used: for lists and mailings, in one query."""
    # Art. 18: whoever asked for restriction is left in peace. A yes ends with the person who gave it.
    people = individual_model()._base_manager.filter(restricted_at=None, erased_at=None, deceased_at=None)
    allowed = Exists(yes_to(slug)) | (Exists(interest_of_ours(slug)) & ~Exists(objections_to(slug)))
    return people.filter(allowed).values_list("pk", flat=True)


def yes_to(slug: str) -> QuerySet[Standing]:
    """Of an individual (OuterRef). An agreement is never consent."""
    now = timezone.now()
    return Standing.objects.filter(
        Q(until=None) | Q(until__gt=now),
        ~Exists(asked_again(now)),
        individual=OuterRef("pk"),
        statement__slug=slug,
        statement__kind=Kind.CONSENT,
        statement__ended_at=None,
        act__in=YES,
    )


def asked_again(at: datetime | None = None) -> QuerySet[Version]:
    """Of a standing (OuterRef): newer words in force for which an old yes does not count."""
    return Version.objects.in_force(at or timezone.now()).filter(
        statement=OuterRef("statement"),
        number__gt=OuterRef("version__number"),
        ask_again=True,
        old_counts=False,
    )


def interest_of_ours(slug: str) -> QuerySet[Statement]:
    """The words in force say so, and they alone: facts that were changed since count from the next version."""
    told = Version.objects.current().on_our_interest().filter(statement=OuterRef("pk"))
    return Statement.objects.filter(Exists(told), slug=slug, ended_at=None)


def objections_to(slug: str) -> QuerySet[Standing]:
    """Of an individual (OuterRef). Against advertising each is one to all of it (consent/advertising.py).

    It closes what nobody was asked about. A yes that was asked for under its own name is the person's own word: an
    objection does not take it back, and a later yes counts. It is taken back as any other yes.
    """
    told = Version.objects.current().for_advertising().filter(statement__slug=slug)
    to_all = Q(Exists(told), version__in=Version.objects.for_advertising())
    ours = Standing.objects.filter(individual=OuterRef("pk"), act=Act.OBJECTED)
    return ours.filter(Q(statement__slug=slug) | to_all)


def is_objected(individual_id: UUID, slug: str) -> bool:
    people = individual_model()._base_manager.filter(pk=individual_id)
    return people.filter(Exists(objections_to(slug))).exists()
