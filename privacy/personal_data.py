"""What the ground floor's own tables hold about an individual."""

from django.utils.translation import gettext_lazy as _

from privacy.declarations import Basis, Category, Delete, Keep, Origin, Personal, Until, because
from privacy.inventory import declare, declare_impersonal
from privacy.ledger.models import Evidence, LedgerEntry
from privacy.requests.channels import CAME_BY
from privacy.requests.models import Message, Request
from privacy.signing import SigningKey

declare_impersonal(
    LedgerEntry,
    because=_(
        "A chain of numbers, times and hashes without a name or an address. What it proves about a person stands "
        "in that person's decisions, requests and evidence."
    ),
)

declare_impersonal(SigningKey, because=_("It is the association's own."))

declare(
    Evidence,
    subject="individual",
    purpose=_("Proving what you were shown and what you chose"),
    basis=Basis.LEGAL_OBLIGATION,
    category=Category.CHOICES,
    origin=Origin.OBSERVED,
    retention=_("Until you are erased"),
    fields={"content": Personal(data_only=True)},
    not_personal={"entry"},
    on_erasure=Delete(),
)

# Art. 5(2) GDPR: the association must be able to show that it answered, and in time.
proof = Keep(
    _("We must be able to show that we answered in time (Art. 5(2) GDPR)."),
    Until(after="received_at", years=3),
)
visible = because(_("Due dates are counted and sorted by the database."))

declare(
    Request,
    subject="individual",
    purpose=_("Answering your requests in time"),
    basis=Basis.LEGAL_OBLIGATION,
    category=Category.REQUESTS,
    retention=_("Three years after we answered"),
    fields={
        "kind": Personal(on_erasure=proof, plain=visible),
        "state": Personal(on_erasure=proof, plain=visible, origin=Origin.OURS),
        "received_at": Personal(on_erasure=proof, plain=visible),
        "due_at": Personal(on_erasure=proof, plain=visible, origin=Origin.OURS),
        "answered_at": Personal(on_erasure=proof, plain=visible, origin=Origin.OURS),
        "channel": Personal(on_erasure=proof, plain=visible, words=CAME_BY),
        "reference": Personal(on_erasure=proof, plain=visible, origin=Origin.OURS),
    },
)

declare(
    Message,
    subject="individual",
    purpose=_("Answering what you asked, in your own words"),
    basis=Basis.LEGAL_OBLIGATION,
    category=Category.REQUESTS,
    retention=_("Until you are erased"),
    recipients=(_("Our own staff"),),
    fields={
        "text": Personal(),
        "file": Personal(),
        "file_name": Personal(),
        "written_at": Personal(plain=visible, origin=Origin.OBSERVED),
    },
    not_personal={"association", "request", "written_by"},
    on_erasure=Delete(),
)
