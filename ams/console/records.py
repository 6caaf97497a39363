"""Everything that the console holds, the state of the house, and the map of personal data."""

from typing import Any

from django.http import HttpRequest
from django.utils.text import capfirst

from ams.console import house
from ams.console.names import me
from privacy import ledger
from privacy.declarations import Declaration
from privacy.inventory import declarations
from privacy.ledger.kinds import Kind
from privacy.ledger.models import LedgerEntry
from privacy.ledger.verify import Broken
from privacy.notice import is_written_to


def page(request: HttpRequest) -> dict[str, Any]:
    association_id = request.association.pk  # type: ignore[attr-defined]  # the middleware's
    held = [each for each in declarations.about_people() if each.personal() and is_written_to(each)]
    return {"house": house.rows(association_id), "map": [line_of(each) for each in held]}


def line_of(declaration: Declaration) -> dict[str, Any]:
    """One model, in the words that members read."""
    kept = {keep.because for name in declaration.fields if (keep := declaration.keep_of(name))}
    return {
        "name": capfirst(str(declaration.model._meta.verbose_name_plural)),
        "fields": [capfirst(str(declaration.label_of(name))) for name in declaration.fields],
        "purpose": declaration.purpose,
        "basis": declaration.basis.label,
        "who": declaration.recipients,
        "retention": declaration.retention,
        "kept": list(kept),
    }


def verify(request: HttpRequest) -> Broken | None:
    """That it was whole is an entry too: so the console knows when it was looked at last."""
    association_id = request.association.pk  # type: ignore[attr-defined]  # the middleware's
    broken = ledger.verify(association_id)
    if broken is None:
        count = LedgerEntry.objects.filter(association_id=association_id).count()
        ledger.append(Kind.LEDGER_VERIFIED, subject=None, actor=me(request), payload={"entries": count})
    return broken
