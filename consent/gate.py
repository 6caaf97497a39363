"""The gate: every outward use of a person's data asks here first; the answer is no unless they said yes."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from consent.models import Kind, Standing, Version
from consent.models.decisions import YES


def allows(individual_id: UUID, slug: str) -> bool:
    """May we use this person's data for this purpose, now?"""
    return _open_for(slug).filter(individual_id=individual_id).exists()


def who_allows(slug: str) -> QuerySet[Standing, UUID]:
    """The uids of all who said yes: for lists and mailings, in one query."""
    return _open_for(slug).values_list("individual_id", flat=True)


def asked_again(at: datetime | None = None) -> QuerySet[Version]:
    """Of a standing (OuterRef): newer words in force that ask everybody again, so that an old yes waits."""
    return Version.objects.in_force(at or timezone.now()).filter(
        statement=OuterRef("statement"), number__gt=OuterRef("version__number"), ask_again=True
    )


def _open_for(slug: str) -> QuerySet[Standing]:
    # An agreement is never consent; Art. 18: whoever asked for restriction is left in peace.
    return Standing.objects.filter(
        ~Exists(asked_again()),
        statement__slug=slug,
        statement__kind=Kind.CONSENT,
        act__in=YES,
        individual__restricted_at=None,
        individual__erased_at=None,
    )
