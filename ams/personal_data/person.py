"""Who somebody is, how they are reached, and for whom they work."""

from django.utils.translation import gettext_lazy as _

from ams import models as m
from ams.personal_data.reasons import A_DATE, A_STATE, COARSE, MEMBERS, WHILE_A_MEMBER
from privacy.declarations import SELF, Basis, Category, Clear, Delete, InCase, Origin, Personal
from privacy.inventory import declare

CLEAR = Personal(Clear())

declare(
    m.Individual,
    subject=SELF,
    purpose=_("Keeping the register of members"),
    basis=Basis.CONTRACT,
    category=Category.CONTACT,
    retention=WHILE_A_MEMBER,
    fields={
        "member_number": Personal(Clear(), origin=Origin.OURS),
        "title": CLEAR,
        "given_name": CLEAR,
        "family_name": CLEAR,
        "email": CLEAR,
        "pending_email": CLEAR,
        "born_on": CLEAR,
        "about": CLEAR,
        "field_of_work": CLEAR,
        "website": CLEAR,
        "photo": CLEAR,
        "thumbnail": Personal(Clear(), origin=Origin.OURS, data_only=True),  # the photo once more, small
        "country": Personal(Clear(), plain=COARSE),
        "language": Personal(Clear(), plain=COARSE),
        "joined_on": Personal(Clear(), origin=Origin.OURS),
        "source": Personal(Clear(), plain=A_STATE, origin=Origin.OURS),
        "informed_at": Personal(Clear(), plain=A_DATE, origin=Origin.OURS),
        "restricted_at": Personal(Clear(), plain=A_DATE, origin=Origin.OURS),
        "deceased_at": Personal(Clear(), plain=A_DATE, origin=Origin.OURS),
        "died_on": Personal(Clear(), origin=Origin.OURS),
        "deceased_note": Personal(Clear(), origin=Origin.OURS),
    },
    not_personal={"association", "erased_at", "created_at", "changed_at", "changed_in"},
    known_by=(
        ("given_name", "family_name"),
        ("email",),
        ("pending_email",),
        ("member_number",),
        ("website",),
    ),
)

declare(
    m.PostalAddress,
    subject="individual",
    purpose=_("Sending you letters and the journal"),
    basis=Basis.CONTRACT,
    category=Category.CONTACT,
    retention=WHILE_A_MEMBER,
    recipients=(InCase(_("Whoever prints and posts the journal"), _("if you said yes")),),
    fields={
        "kind": Personal(plain=COARSE),
        "addressee": Personal(),
        "street": Personal(),
        "postcode": Personal(),
        "town": Personal(),
        "region": Personal(),
        "country": Personal(plain=COARSE),
        "is_preferred": Personal(plain=A_STATE),
        "since": Personal(plain=A_DATE, origin=Origin.OBSERVED),
    },
    not_personal={"association"},
    on_erasure=Delete(),
)

declare(
    m.PhoneNumber,
    subject="individual",
    purpose=_("Reaching you on the day of an event"),
    basis=Basis.CONTRACT,
    category=Category.CONTACT,
    retention=WHILE_A_MEMBER,
    fields={
        "kind": Personal(plain=COARSE),
        "number": Personal(),
        "since": Personal(plain=A_DATE, origin=Origin.OBSERVED),
    },
    not_personal={"association"},
    known_by=(("number",),),
    on_erasure=Delete(),
)

declare(
    m.OtherEmail,
    subject="individual",
    purpose=_("Recognising you in a list, and reaching you where your own e-mail does not"),
    basis=Basis.CONTRACT,
    category=Category.CONTACT,
    retention=WHILE_A_MEMBER,
    recipients=(_("Our own staff"),),
    fields={
        "address": Personal(),
        "since": Personal(plain=A_DATE, origin=Origin.OBSERVED),
    },
    not_personal={"association"},
    known_by=(("address",),),
    on_erasure=Delete(),
)

declare(
    m.SocialProfile,
    subject="individual",
    purpose=_("Showing colleagues where else they find you"),
    basis=Basis.CONTRACT,
    category=Category.COMMUNITY,
    retention=WHILE_A_MEMBER,
    recipients=(InCase(MEMBERS, _("if you are listed")),),
    fields={
        "network": Personal(),
        "handle": Personal(),
        "since": Personal(plain=A_DATE, origin=Origin.OBSERVED),
    },
    not_personal={"association"},
    known_by=(("handle",),),
    on_erasure=Delete(),
)

declare(
    m.Affiliation,
    subject="individual",
    purpose=_("Knowing for whom our members work"),
    basis=Basis.CONTRACT,
    category=Category.CONTACT,
    retention=WHILE_A_MEMBER,
    recipients=(InCase(MEMBERS, _("if you are listed")),),
    fields={
        "kind": Personal(plain=COARSE),
        "organisation": Personal(),
        "department": Personal(),
        "position": Personal(),
        "began_on": Personal(),
        "ended_on": Personal(),
        "since": Personal(plain=A_DATE, origin=Origin.OBSERVED),
    },
    not_personal={"association"},
    on_erasure=Delete(),
)
