"""What the erasures themselves hold about an individual."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from erasure.models import Erasure, Farewell
from erasure.proof import FAREWELL_NUMBER
from privacy.declarations import (
    Basis,
    Category,
    Clear,
    Delete,
    Keep,
    Origin,
    Personal,
    Until,
    because,
)
from privacy.inventory import declare

PROOF = Keep(
    _("We must be able to show that we erased what you asked us to erase (Art. 5(2) GDPR)."),
    Until(after="requested_at", years=3),
)

declare(
    Erasure,
    subject="individual",
    purpose=_("Erasing you when you ask, and proving it"),
    basis=Basis.LEGAL_OBLIGATION,
    category=Category.REQUESTS,
    retention=_("three years, under a number and without your name"),
    fields={
        "reason": Personal(on_erasure=Clear()),
        "requested_at": Personal(on_erasure=PROOF, plain=because(_("Days are counted from it."))),
    },
    not_personal={
        "association", "state", "channel", "requested_by", "cools_off_until", "approved_by",
        "approved_at", "fingerprint", "stays", "told", "counts", "event_id", "files", "other_keys", "attempts",
        "lease_until", "rows_gone_at", "keys_destroyed_at", "completed_at", "cancelled_at", "cancelled_by",
    },
)  # fmt: skip

declare(
    Farewell,
    subject="individual",
    purpose=_("Telling you that the erasure is complete"),
    basis=Basis.LEGAL_OBLIGATION,
    category=Category.REQUESTS,
    retention=_("until the letter is out, three days at most"),
    origin=Origin.OURS,
    consent=FAREWELL_NUMBER,
    on_erasure=Delete(),
    fields={
        "address": Personal(),
        "greeting": Personal(),
        "language": Personal(
            plain=because(_("One of the association's few languages.")), words=dict(settings.LANGUAGES)
        ),
    },
    not_personal={"association", "erasure", "written_at", "due_at"},
)
