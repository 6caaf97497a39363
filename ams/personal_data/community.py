"""What somebody books and writes among the members."""

from django.utils.translation import gettext_lazy as _

from ams import models as m
from ams.personal_data.reasons import A_DATE, A_STATE, COUNTED, MEMBERS
from privacy.declarations import Basis, Category, Delete, Origin, Personal
from privacy.inventory import declare

declare(
    m.EventRegistration,
    subject="individual",
    purpose=_("Events you booked"),
    basis=Basis.CONTRACT,
    category=Category.EVENTS,
    retention=_("Three years after the event; what you cannot eat and what you need, three months"),
    recipients=(_("The caterer: how many cannot eat what, without names"),),
    fields={
        "event": Personal(plain=COUNTED),
        "state": Personal(plain=A_STATE, origin=Origin.OBSERVED),
        "booked_at": Personal(origin=Origin.OBSERVED),
        "badge_name": Personal(),
        "dietary_needs": Personal(special=True),
        "access_needs": Personal(special=True),
    },
    not_personal={"association"},
    on_erasure=Delete(),
)

declare(
    m.Post,
    subject="individual",
    purpose=_("The forum of our members"),
    basis=Basis.CONTRACT,
    category=Category.COMMUNITY,
    retention=_("Until you delete it or your data is erased"),
    recipients=(MEMBERS,),
    fields={
        "title": Personal(),
        "body": Personal(),
        "posted_at": Personal(plain=A_DATE, origin=Origin.OBSERVED),
        "edited_at": Personal(plain=A_DATE, origin=Origin.OBSERVED),
    },
    not_personal={"association"},
    on_erasure=Delete(),
)
