"""What consent records hold about an individual: what they decided, and what stood beside it."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from consent.models import (
    Asking,
    Confirmation,
    Decision,
    Guardian,
    Paper,
    Removal,
    Rest,
    Shown,
    Standing,
    Statement,
    Version,
    Wording,
)
from privacy.declarations import TWO_PEOPLE, Basis, Category, Delete, Match, Origin, Other, Personal, because
from privacy.inventory import declare, declare_impersonal

PURPOSE = _("Keeping to your choices, and being able to show what you decided")
LANGUAGES = dict(settings.LANGUAGES)
OPAQUE = because(_("It stands beside an opaque number alone, and every use of your data asks for it."))

declare_impersonal(
    Statement,
    Version,
    Wording,
    because=_("What the association asks or says, the same for everybody."),
)

# Art. 7(1): we must be able to show the decision. It goes with the person; the ledger keeps that there was
# one, under the uid alone, and nobody can tell any more whose uid it was.
declare(
    Decision,
    subject="individual",
    purpose=PURPOSE,
    basis=Basis.LEGAL_OBLIGATION,
    category=Category.CHOICES,
    retention=_("As long as you are on record"),
    fields={
        "act": Personal(plain=OPAQUE),
        "at": Personal(plain=OPAQUE),
        "language": Personal(plain=OPAQUE, origin=Origin.OBSERVED, words=LANGUAGES),
        "channel": Personal(plain=OPAQUE, origin=Origin.OBSERVED),
        "statement": Personal(plain=OPAQUE, data_only=True),  # its version is called by its name
        "version": Personal(plain=OPAQUE),
    },
    not_personal={"association", "actor", "shown", "zone", "text_hash"},
    on_erasure=Delete(),
)

declare(
    Standing,
    subject="individual",
    purpose=PURPOSE,
    basis=Basis.LEGAL_OBLIGATION,
    category=Category.CHOICES,
    retention=_("As long as you are on record"),
    fields={
        "act": Personal(plain=OPAQUE),
        "since": Personal(plain=OPAQUE),
        "statement": Personal(plain=OPAQUE, data_only=True),
        "version": Personal(plain=OPAQUE),
    },
    not_personal={"association", "decision", "until"},
    on_erasure=Delete(),
)

declare(
    Shown,
    subject="individual",
    purpose=PURPOSE,
    basis=Basis.LEGAL_OBLIGATION,
    category=Category.CHOICES,
    retention=_("As long as you are on record"),
    origin=Origin.OURS,
    fields={
        "at": Personal(plain=OPAQUE),
        "language": Personal(plain=OPAQUE, origin=Origin.OBSERVED, words=LANGUAGES),
        "versions": Personal(plain=OPAQUE, data_only=True),
    },
    not_personal={"association"},
    on_erasure=Delete(),
)

declare(
    Guardian,
    subject="individual",
    purpose=_("Asking a parent or guardian, as the law wants it for children"),
    basis=Basis.LEGAL_OBLIGATION,
    category=Category.CHOICES,
    retention=_("Until the age from which you decide alone, or until somebody else is named"),
    fields={"name": Personal(), "email": Personal(), "named_at": Personal(plain=OPAQUE)},
    # A member can be somebody's parent: they are found by the address that was given for them.
    others=(Other(Match("email"), fields=("name", "email", "named_at")),),
    consent=TWO_PEOPLE,
    on_erasure=Delete(),
)

declare(
    Paper,
    subject="individual",
    purpose=PURPOSE,
    basis=Basis.LEGAL_OBLIGATION,
    category=Category.CHOICES,
    retention=_("As long as you are on record"),
    fields={
        "source": Personal(plain=OPAQUE),
        "said_on": Personal(plain=OPAQUE),
        "note": Personal(origin=Origin.OURS),
        "file": Personal(),
        "file_name": Personal(),
    },
    not_personal={"association", "decision", "entered_by"},
    on_erasure=Delete(),
)

declare(
    Confirmation,
    subject="individual",
    purpose=PURPOSE,
    basis=Basis.LEGAL_OBLIGATION,
    category=Category.CHOICES,
    retention=_("As long as you are on record"),
    origin=Origin.OBSERVED,
    fields={
        "by": Personal(plain=OPAQUE),
        "asked_at": Personal(plain=OPAQUE),
        "answered_at": Personal(plain=OPAQUE),
    },
    not_personal={"association", "decision", "expires_at"},
    on_erasure=Delete(),
)

declare(
    Removal,
    subject="individual",
    purpose=_("Erasing what rests on your yes alone, once you take it back"),
    basis=Basis.LEGAL_OBLIGATION,
    category=Category.CHOICES,
    retention=_("As long as you are on record"),
    origin=Origin.OURS,
    fields={
        "statement": Personal(plain=OPAQUE),
        "due_on": Personal(plain=OPAQUE),
        "scheduled_at": Personal(plain=OPAQUE),
        "cancelled_at": Personal(plain=OPAQUE),
        "done_at": Personal(plain=OPAQUE),
    },
    not_personal={"association", "rows_gone_at"},
    on_erasure=Delete(),
)

declare(
    Asking,
    subject="individual",
    purpose=PURPOSE,
    basis=Basis.LEGAL_OBLIGATION,
    category=Category.CHOICES,
    retention=_("As long as you are on record"),
    origin=Origin.OURS,
    fields={
        "version": Personal(plain=OPAQUE),
        "why": Personal(plain=OPAQUE),
        "asked_at": Personal(plain=OPAQUE),
    },
    not_personal={"association", "decision"},
    on_erasure=Delete(),
)

declare(
    Rest,
    subject="individual",
    purpose=_("Telling third parties that your yes does not count any more"),
    basis=Basis.LEGAL_OBLIGATION,
    category=Category.CHOICES,
    retention=_("As long as you are on record"),
    origin=Origin.OURS,
    fields={"told_at": Personal(plain=OPAQUE)},
    not_personal={"association", "decision"},
    on_erasure=Delete(),
)
