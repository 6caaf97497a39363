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
        "heading_line",
        "columns",
        "country",
        "date_order",
        "dry_run",
        "rows",
        "read",
        "added",
        "changed",
        "unchanged",
        "refused",
        "left",
        "attempts",
        "claimed_until",
        "started_by",
        "created_on",
        "created_at",
        "finished_at",
    },
)

declare_impersonal(
    m.ImportRefusal,
    m.ListLayout,
    because=_("A line, and words of the programme: the database takes no other. Never what stood in a list."),
)
