"""Art. 21(2), (3): whoever objects to one use for advertising has objected to all of it, also to what comes later.

What is recorded is what was pressed: one decision, to the words that stood there. The gate, the pages and the history
read from it that every use for advertising is closed that rests on our own interest. One lift opens them again.
"""

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from consent.models import Act, Decision, Standing, Version


def objections(individual_id: UUID) -> QuerySet[Standing]:
    """To advertising, as it was told to whoever objected. A use that ended since is no reason to begin with another."""
    told = Version.objects.for_advertising()
    return Standing.objects.filter(individual_id=individual_id, act=Act.OBJECTED, version__in=told)


def is_absolute(version: Version) -> bool:
    """Against advertising nobody needs a reason, and nobody may have one: as these words say, or those in force."""
    now = Version.objects.current().for_advertising().filter(statement=version.statement_id)
    return version.is_for_advertising() or now.exists()


def others(decision: Decision) -> list[Version]:
    """The uses that close, or open, with this one: third parties learn of them in the same notice."""
    if not decision.version.is_for_advertising():
        return []
    own = Standing.objects.filter(
        individual=decision.individual_id, act=Act.OBJECTED, statement=OuterRef("statement")
    )
    uses = Version.objects.current().for_advertising().filter(~Exists(own), statement__ended_at=None)
    uses = uses.exclude(statement=decision.statement_id).select_related("statement")
    return list(uses.order_by("statement__number"))
