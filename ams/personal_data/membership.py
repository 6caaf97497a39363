"""Membership, offices and certificates."""

from django.utils.translation import gettext_lazy as _

from ams import models as m
from ams.personal_data.reasons import A_DATE, A_STATE, COARSE, MEMBERS
from privacy.declarations import Basis, Category, Delete, Origin, Personal
from privacy.inventory import declare

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
        "began_on": Personal(plain=A_DATE, origin=Origin.OURS),
        "ended_on": Personal(plain=A_DATE, origin=Origin.OURS),
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
        "committee": Personal(plain=COARSE),
        "office": Personal(),
        "began_on": Personal(plain=A_DATE),
        "ended_on": Personal(plain=A_DATE),
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
        "issued_on": Personal(plain=A_DATE),
        "valid_until": Personal(plain=A_DATE),
    },
    not_personal={"association"},
    on_erasure=Delete(),
)
