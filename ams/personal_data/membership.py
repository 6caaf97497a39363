"""Membership, offices and certificates."""

from django.utils.translation import gettext_lazy as _

from ams import models as m
from ams.personal_data.reasons import A_STATE, COARSE, COUNTED, MEMBERS
from privacy.declarations import Basis, Category, Delete, Origin, Personal, Secret, because
from privacy.inventory import declare

UNTIL_IT_IS_OVER = because(
    _("The last day of a membership, until it is over: the same as “until”, for the database.")
)

declare(
    m.Membership,
    subject="individual",
    purpose=_("Your membership, its fee and its rights"),
    basis=Basis.CONTRACT,
    category=Category.MEMBERSHIP,
    retention=_("Until your data is erased"),
    fields={
        "type": Personal(plain=COARSE),
        "state": Personal(plain=A_STATE, origin=Origin.OURS),
        "began_on": Personal(origin=Origin.OURS),
        "ended_on": Personal(origin=Origin.OURS),
        "runs_until": Secret(plain=UNTIL_IT_IS_OVER),
        "reason_for_leaving": Personal(),
    },
    not_personal={"association"},
    on_erasure=Delete(),
)

declare(
    m.CommitteeService,
    subject="individual",
    purpose=_("The work of our committees"),
    basis=Basis.CONTRACT,
    category=Category.MEMBERSHIP,
    retention=_("Until your data is erased"),
    recipients=(MEMBERS,),
    origin=Origin.OURS,
    fields={
        "committee": Personal(plain=COUNTED),
        "office": Personal(),
        "began_on": Personal(),
        "ended_on": Personal(),
    },
    not_personal={"association"},
    on_erasure=Delete(),
)

declare(
    m.Certificate,
    subject="individual",
    purpose=_("Proving what you have learned with us"),
    basis=Basis.CONTRACT,
    category=Category.MEMBERSHIP,
    retention=_("Until your data is erased"),
    origin=Origin.OURS,
    fields={
        "title": Personal(),
        "number": Personal(),
        "result": Personal(),
        "issued_on": Personal(),
        "valid_until": Personal(),
    },
    not_personal={"association"},
    on_erasure=Delete(),
)
