"""What we wrote to somebody, noted and filed."""

from django.utils.translation import gettext_lazy as _

from ams import models as m
from ams.personal_data.reasons import A_DATE, A_STATE, COARSE
from privacy.declarations import Basis, Category, Delete, Origin, Personal, Secret
from privacy.inventory import declare

declare(
    m.SentMail,
    subject="individual",
    purpose=_("Writing to you, and knowing what we wrote"),
    basis=Basis.CONTRACT,
    category=Category.MAIL,
    retention=_("One year"),
    recipients=(_("Your mail provider"),),
    origin=Origin.OURS,
    fields={
        "recipient": Personal(),
        "subject": Personal(),
        "text": Personal(),
        "html": Secret(),  # the same words with layout: in a copy of one's data it would be there twice
        "template": Personal(plain=COARSE),
        "purpose": Personal(plain=COARSE),
        "language": Personal(plain=COARSE),
        "state": Personal(plain=A_STATE),
        "written_at": Personal(plain=A_DATE),
        "sent_at": Personal(plain=A_DATE),
        "failure": Personal(plain=A_STATE),
    },
    not_personal={"association", "keep", "attempts", "due_at", "claimed_until"},
    on_erasure=Delete(),
)

declare(
    m.StaffNote,
    subject="individual",
    purpose=_("Answering you well, whoever of us you speak to"),
    basis=Basis.LEGITIMATE_INTEREST,
    category=Category.NOTES,
    retention=_("Until your membership ends"),
    origin=Origin.OURS,
    fields={"text": Personal(), "written_at": Personal(plain=A_DATE)},
    not_personal={"association", "written_by"},
    on_erasure=Delete(),
)

declare(
    m.Document,
    subject="individual",
    purpose=_("Papers that belong to your membership"),
    basis=Basis.CONTRACT,
    category=Category.NOTES,
    retention=_("Until your membership ends"),
    fields={
        "title": Personal(),
        "file": Personal(),
        "added_at": Personal(plain=A_DATE, origin=Origin.OBSERVED),
    },
    not_personal={"association"},
    on_erasure=Delete(),
)
