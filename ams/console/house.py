"""The house itself: do the keys open, is the ledger whole, has every column its class?"""

from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ams.words import moment, spaced
from privacy.checks import check_declarations, check_models
from privacy.inventory import declarations
from privacy.ledger.kinds import Kind
from privacy.ledger.models import LedgerEntry
from privacy.vault import current

Block = dict[str, Any]
A_BILLION = 1_000_000_000


def rows(association_id: UUID) -> list[Block]:
    return [keys(association_id), ledger(association_id), columns()]


def keys(association_id: UUID) -> Block:
    """Every place of the keyring answers, and holds today's root, which turns with each destruction."""
    ring = current.keyring_of(association_id)
    stamps = ring.stamps()
    there = [stamp for stamp in stamps if stamp]
    turned = max((stamp[2] for stamp in stamps[len(ring.replicas) :] if stamp), default=0)
    told = _("Epoch %(epoch)s, since %(when)s. %(there)s of %(all)s places answer.")
    note = told % {
        "epoch": spaced(ring.epoch),
        "when": moment(datetime.fromtimestamp(turned / A_BILLION, UTC)),
        "there": len(there),
        "all": len(stamps),
    }
    well = len(there) == len(stamps)
    tag = {"state": "done", "text": _("Well")} if well else {"state": "danger", "text": _("A place is away")}
    return row(_("Keys"), tag, note, "keys", _("Look"))


def ledger(association_id: UUID) -> Block:
    """Verifying reads it all, so it is done on request; when it was done last stands in the ledger."""
    entries = LedgerEntry.objects.filter(association_id=association_id)
    count = entries.aggregate(last=Max("seq"))["last"] or 0
    checked = entries.filter(kind=Kind.LEDGER_VERIFIED).order_by("-seq").first()
    note = _("%(count)s entries.") % {"count": spaced(count)}
    if checked:
        tag = {"state": "done", "text": _("Whole")}
        verified = _("Last verified %(when)s.") % {"when": moment(checked.at)}
        note = f"{note} {verified}"
    else:
        tag = {"state": "attention", "text": _("Not verified yet")}
    return row(_("Ledger"), tag, note, "ledger", _("Verify"))


def columns() -> Block:
    faults, fields = classes()
    note = _("%(count)s fields, each with a reason and an end.") % {"count": spaced(fields)}
    if faults:
        tag = {"state": "danger", "text": spaced(faults)}
        note = _("`manage.py check` names them.")
    else:
        tag = {"state": "done", "text": pgettext("columns", "None")}
    return row(_("Columns without a class"), tag, note, "map", _("Open the map"))


@cache
def classes() -> tuple[int, int]:
    """The checks that `manage.py check` runs. They look at code only, which stays the same in a process."""
    found = [*check_models(None), *check_declarations()]
    fields = sum(len(declaration.fields) for declaration in declarations.about_people())
    return len(found), fields


def row(term: str, tag: Block, note: str, where: str, action: str) -> Block:
    url = f"{reverse('admin:records')}#{where}"
    return {"term": term, "tag": tag, "value": "", "note": note, "url": url, "action": action}
