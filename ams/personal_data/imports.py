"""Lists that we take over."""

from django.utils.translation import gettext_lazy as _

from ams import models as m
from privacy.declarations import CONTAINER, Basis, Category, Keep, Personal, Until
from privacy.inventory import declare, declare_impersonal

# A file of many people, under a key of its own that dies with it, with anybody's erasure, and within a week.
declare(
    m.Import,
    subject=CONTAINER,
    purpose=_("Taking over a list of members"),
    basis=Basis.LEGITIMATE_INTEREST,
    category=Category.CONTACT,
    fields={
        "file": Personal(
            Keep(because=_("It is needed until its last row is in."), until=Until(after="created_on", days=7))
        ),
    },
    not_personal={
        "association",
        "state",
        "encoding",
        "delimiter",
        "columns",
        "dry_run",
        "rows",
        "read",
        "added",
        "changed",
        "unchanged",
        "refused",
        "attempts",
        "claimed_until",
        "started_by",
        "created_on",
        "created_at",
        "finished_at",
    },
)

declare_impersonal(m.ImportRefusal, because=_("A line, a column and a reason, never what stood there."))
