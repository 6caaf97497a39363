"""What the copies themselves say about an individual: that somebody asked, and when."""

from django.utils.translation import gettext_lazy as _

from portability.models import OPEN, Export
from privacy.declarations import Basis, Category, Delete, Origin, Personal, Secret, because
from privacy.inventory import declare

A_DATE = because(_("A date beside an opaque number; files are deleted by it."))
A_STATE = because(_("A state beside an opaque number; the programme works by it."))

declare(
    Export,
    subject="individual",
    purpose=_("Giving you a copy of what we hold"),
    basis=Basis.LEGAL_OBLIGATION,
    category=Category.REQUESTS,
    origin=Origin.OBSERVED,
    retention=_("The files seven days; that you asked, until you are erased"),
    fields={
        "channel": Personal(plain=A_STATE),
        "created_at": Personal(plain=A_DATE),
        "state": Personal(plain=A_STATE, words=dict.fromkeys(OPEN, _("being made"))),
        "ready_at": Personal(plain=A_DATE),
        "expires_at": Personal(plain=A_DATE),
        "downloads": Personal(plain=A_STATE),
        "requested_by": Secret(plain=because(_("An opaque number, which may be that of one of our staff."))),
        # A copy inside a copy would grow for ever.
        "pdf": Secret(),
        "zip": Secret(),
        "token_hash": Secret(plain=because(_("A hash of a random number that opens one download, once."))),
        "letter_hash": Secret(
            plain=because(_("A hash of a random number in a letter that opens the copy once."))
        ),
    },
    not_personal={
        "association",
        "request",
        "tells",
        "percent",
        "things",
        "attempts",
        "leased_until",
        "token_expires_at",
        "letter_tries",
        "reference",
        "failure",
    },
    on_erasure=Delete(),
)
