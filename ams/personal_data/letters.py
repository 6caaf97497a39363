"""What we wrote to somebody, noted and filed."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ams import models as m
from ams.personal_data.reasons import A_DATE, A_STATE, COARSE
from privacy.declarations import Basis, Category, Delete, Origin, Personal, Secret
from privacy.inventory import declare

KINDS_OF_LETTER = {
    "accounts/mail/new_password": _("a new password"),
    "accounts/mail/new_password_later": _("a new password counts later"),
    "accounts/mail/new_password_old": _("somebody asks for a new password"),
    "consent/mail/again": _("we ask you again"),
    "consent/mail/confirm": _("please confirm your yes"),
    "consent/mail/entered": _("what our staff entered for you"),
    "consent/mail/guardian": _("to your parent or guardian"),
    "demo/letter": _("from our office"),
    "erasure/mail/asked": _("you asked to be erased"),
    "erasure/mail/cancelled": _("your erasure was stopped"),
    "erasure/mail/farewell": _("your data is erased"),
    "imports/mail/told": _("what we hold, and where from"),
    "leaving/mail/ends": _("your membership ends"),
    "leaving/mail/goes_on": _("your membership goes on"),
    "newsletters/mail/issue": _("newsletter"),
    "newsletters/mail/test": _("newsletter on trial"),
    "portability/mail/ready": _("your copy is ready"),
    "privacy/mail/answered": _("answer to a request"),
    "profile/mail/email_changed": _("your e-mail was changed"),
    "profile/mail/new_email": _("please confirm your new e-mail"),
    "profile/mail/old_email": _("your e-mail is to be changed"),
    "profile/mail/unrestricted": _("your data is used again"),
    "signup/mail/confirm": _("please confirm your e-mail"),
    "signup/mail/known": _("you are a member already"),
    "signup/mail/receipt": _("receipt of joining"),
}

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
        "template": Personal(plain=COARSE, words=KINDS_OF_LETTER),
        "purpose": Personal(plain=COARSE, data_only=True),  # the letter says at its foot why it was written
        "language": Personal(plain=COARSE, words=dict(settings.LANGUAGES)),
        "state": Personal(plain=A_STATE),
        "written_at": Personal(plain=A_DATE),
        "sent_at": Personal(plain=A_DATE),
        "failure": Personal(plain=A_STATE, data_only=True),  # an error of a mail server
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
