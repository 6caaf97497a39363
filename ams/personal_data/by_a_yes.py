"""What goes out by somebody's yes, and to whom it went."""

from django.utils.translation import gettext_lazy as _

from ams import models as m
from ams.members.fields import FIELDS
from ams.personal_data.reasons import A_DATE, A_STATE, COARSE, MEMBERS
from ams.uses import DIRECTORY
from privacy.declarations import Basis, Category, Delete, Origin, Personal
from privacy.inventory import declare, declare_impersonal

declare(
    m.DirectoryEntry,
    subject="individual",
    purpose=_("Letting members find each other"),
    basis=Basis.CONSENT,
    category=Category.COMMUNITY,
    retention=_("Until you take back your yes, and thirty days more"),
    recipients=(MEMBERS,),
    consent=DIRECTORY.number,
    fields={
        "shows": Personal(words={name: field.label for name, field in FIELDS.items()}),
        "introduction": Personal(),
        "changed_at": Personal(plain=A_DATE, origin=Origin.OBSERVED),
    },
    not_personal={"association"},
    on_erasure=Delete(),
)

declare(
    m.NewsletterCopy,
    subject="individual",
    purpose=_("Sending you the newsletters that you said yes to"),
    basis=Basis.CONSENT,
    category=Category.MAIL,
    retention=_("One year"),
    origin=Origin.OURS,
    fields={
        "newsletter": Personal(plain=COARSE),
        "state": Personal(plain=A_STATE),
        "at": Personal(plain=A_DATE),
    },
    not_personal={"association", "why_not", "mail"},
    on_erasure=Delete(),
)

declare(
    m.Disclosure,
    subject="individual",
    purpose=_("Knowing who got your data from us"),
    basis=Basis.LEGAL_OBLIGATION,
    category=Category.CHOICES,
    retention=_("As long as you are on record"),
    origin=Origin.OURS,
    fields={"handover": Personal(plain=COARSE), "at": Personal(plain=A_DATE)},
    not_personal={"association"},
    on_erasure=Delete(),
)

declare_impersonal(
    m.Newsletter,
    m.NewsletterText,
    m.Handover,
    because=_("What the association sends, the same for everybody."),
)
