"""What says nothing about anybody, and what the libraries of our choice bring along."""

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_lazy as _

from ams import models as m
from ams.personal_data.reasons import A_DATE
from privacy.declarations import Basis, Category, Delete, Personal
from privacy.inventory import declare, declare_impersonal

declare_impersonal(
    m.Association,
    because=_("The association itself. Whom it names, such as the data protection officer, it publishes."),
)

declare_impersonal(
    m.MembershipType, m.Event, m.Committee, because=_("What the association offers, the same for everybody.")
)

declare_impersonal(
    m.JoinDraft,
    because=_("Sealed with a key that only the browser of the visitor holds: for us it is noise."),
)

declare_impersonal(
    m.LetterRequest,
    because=_("Sealed with a key that only the message to our worker holds: for us it is noise."),
)

declare_impersonal(
    ContentType,
    Permission,
    Group,
    Group.permissions.through,
    because=_("They describe the programme. Rights come from the role of an account, nobody is in a group."),
)

# What staff do in the console is written to the ledger; the database lets nobody write here.
declare(
    LogEntry,
    subject="user__individual",
    purpose=_("Nothing: this table of the console stays empty"),
    basis=Basis.LEGITIMATE_INTEREST,
    category=Category.SIGN_IN,
    fields={"action_time": Personal(plain=A_DATE)},
    not_personal={"content_type", "object_id", "object_repr", "action_flag", "change_message"},
    on_erasure=Delete(),
)
