"""Signing in, in person and by a program."""

from django.utils.translation import gettext_lazy as _

from ams import models as m
from ams.personal_data.reasons import A_DATE, A_STATE, COARSE, WHILE_A_MEMBER
from privacy.declarations import Basis, Category, Delete, Origin, Personal, Secret, because
from privacy.inventory import declare, declare_impersonal

declare(
    m.Account,
    subject="individual",
    purpose=_("Letting you sign in, and nobody else in your name"),
    basis=Basis.CONTRACT,
    category=Category.SIGN_IN,
    retention=WHILE_A_MEMBER,
    origin=Origin.OBSERVED,
    fields={
        "password": Secret(plain=because(_("A salted hash: the password cannot be read from it."))),
        "last_login": Personal(plain=A_DATE),
        "role": Personal(plain=COARSE, origin=Origin.OURS),
        "email_verified_at": Personal(plain=A_DATE),
        "is_active": Personal(plain=A_STATE, origin=Origin.OURS),
        "created_at": Personal(plain=A_DATE),
    },
    not_personal={"association"},
    on_erasure=Delete(),
)

declare(
    m.EmailChange,
    subject="individual",
    purpose=_("Letting you sign in, and nobody else in your name"),
    basis=Basis.LEGITIMATE_INTEREST,
    category=Category.SIGN_IN,
    retention=_("Thirty days after it counts"),
    recipients=(_("Our own staff"),),
    origin=Origin.OBSERVED,
    fields={
        "before": Personal(),
        "reason": Personal(origin=Origin.OURS),
        "state": Personal(plain=A_STATE),
        "asked_at": Personal(plain=A_DATE),
        "new_agreed_at": Personal(plain=A_DATE),
        "old_agreed_at": Personal(plain=A_DATE),
        "effective_at": Personal(plain=A_DATE),
        "reset_asked_at": Personal(plain=A_DATE),
    },
    not_personal={"association", "asked_by"},
    on_erasure=Delete(),
)

declare(
    m.LoginRecord,
    subject="individual",
    purpose=_("Noticing when somebody else uses your account"),
    basis=Basis.LEGITIMATE_INTEREST,
    category=Category.SIGN_IN,
    retention=_("Ninety days"),
    origin=Origin.OBSERVED,
    fields={
        "at": Personal(plain=A_DATE),
        "outcome": Personal(plain=A_STATE),
        "ip_address": Personal(),
        "browser": Personal(),
    },
    not_personal={"association"},
    on_erasure=Delete(),
)

declare(
    m.Session,
    subject="individual",
    purpose=_("Keeping you signed in"),
    basis=Basis.CONTRACT,
    category=Category.SIGN_IN,
    retention=_("Two weeks, or until you sign out"),
    origin=Origin.OBSERVED,
    fields={
        "session_key": Secret(plain=because(_("A digest: the key itself is in your browser only."))),
        "session_data": Secret(plain=because(_("Sealed with a key that only your browser holds."))),
        "expire_date": Personal(plain=A_DATE),
    },
    not_personal={"association"},
    on_erasure=Delete(),
)

declare(
    m.ApiToken,
    subject="individual",
    purpose=_("Letting programs of yours fetch your data"),
    basis=Basis.CONTRACT,
    category=Category.SIGN_IN,
    retention=_("Until you end the key, one year at most"),
    recipients=(_("Whoever you gave the key to"),),
    fields={
        "name": Personal(),
        "digest": Secret(plain=because(_("A hash of 256 random bits, which nobody can turn back."))),
        "scopes": Personal(plain=A_STATE),
        "created_at": Personal(plain=A_DATE, origin=Origin.OBSERVED),
        "expires_at": Personal(plain=A_DATE, origin=Origin.OURS),
        "used_on": Personal(plain=A_DATE, origin=Origin.OBSERVED),
    },
    not_personal={"association"},
    on_erasure=Delete(),
)

declare_impersonal(
    m.FailureCount,
    because=_("A number made with a secret that is gone with the day, and kept nowhere: it tells of nobody."),
)
