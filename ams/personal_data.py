"""What the association's own tables, and those of the libraries it chose, hold about an individual."""

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_lazy as _

from ams import models as m
from ams.uses import DIRECTORY
from privacy.declarations import (
    NOBODY,
    SELF,
    Basis,
    Category,
    Clear,
    Delete,
    Keep,
    Origin,
    Personal,
    Secret,
    Until,
    because,
)
from privacy.inventory import declare, declare_impersonal

WHILE_A_MEMBER = _("Until your membership ends or you change it")
COARSE = because(_("Too coarse to tell who somebody is; lists and statistics are made from it."))
A_DATE = because(_("A date beside an opaque number; lists are sorted and deadlines counted by it."))
A_STATE = because(_("A state beside an opaque number; the programme works by it."))
BOOKS = because(_("It names an entry in the books, not a person; the amount and the name are sealed."))

# Tax law: § 147(1) no. 4 and 4a, (3) AO as amended by BEG IV: eight years from the end of the year.
TAX_LAW = _("Tax law asks us to keep invoices and payments for eight years (§ 147 AO).")
UNTIL_TAX_LAW = _("Eight years after the end of the year, by tax law (§ 147 AO)")
KEEP_INVOICE = Keep(because=TAX_LAW, until=Until(after="issued_on", years=8))
KEEP_PAYMENT = Keep(because=TAX_LAW, until=Until(after="received_on", years=8))
BOOKKEEPERS = (_("Our tax adviser"), _("The tax office, when it audits us"))

CLEAR = Personal(Clear())
declare(
    m.Individual,
    subject=SELF,
    purpose=_("Keeping the register of members"),
    basis=Basis.CONTRACT,
    category=Category.CONTACT,
    retention=WHILE_A_MEMBER,
    recipients=(_("Our own staff"),),
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
        "thumbnail": Personal(Clear(), origin=Origin.OURS),
        "country": Personal(Clear(), plain=COARSE),
        "language": Personal(Clear(), plain=COARSE),
        "joined_on": Personal(Clear(), plain=A_DATE, origin=Origin.OURS),
        "source": Personal(Clear(), plain=A_STATE, origin=Origin.OURS),
        "informed_at": Personal(Clear(), plain=A_DATE, origin=Origin.OURS),
        "restricted_at": Personal(Clear(), plain=A_DATE, origin=Origin.OURS),
    },
    not_personal={"association", "erased_at", "created_at", "changed_at", "changed_in"},
)

declare(
    m.PostalAddress,
    subject="individual",
    purpose=_("Sending you letters and the journal"),
    basis=Basis.CONTRACT,
    category=Category.CONTACT,
    retention=WHILE_A_MEMBER,
    recipients=(_("Our own staff"), _("Whoever prints and posts the journal, if you said yes")),
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
    recipients=(_("Our own staff"),),
    fields={
        "kind": Personal(plain=COARSE),
        "number": Personal(),
        "since": Personal(plain=A_DATE, origin=Origin.OBSERVED),
    },
    not_personal={"association"},
    on_erasure=Delete(),
)

declare(
    m.SocialProfile,
    subject="individual",
    purpose=_("Showing colleagues where else they find you"),
    basis=Basis.CONTRACT,
    category=Category.COMMUNITY,
    retention=WHILE_A_MEMBER,
    recipients=(_("Members who sign in, if you are listed"),),
    fields={
        "network": Personal(),
        "handle": Personal(),
        "since": Personal(plain=A_DATE, origin=Origin.OBSERVED),
    },
    not_personal={"association"},
    on_erasure=Delete(),
)

declare(
    m.Affiliation,
    subject="individual",
    purpose=_("Knowing for whom our members work"),
    basis=Basis.CONTRACT,
    category=Category.CONTACT,
    retention=WHILE_A_MEMBER,
    recipients=(_("Our own staff"), _("Members who sign in, if you are listed")),
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

declare(
    m.Membership,
    subject="individual",
    purpose=_("Your membership, its fee and its rights"),
    basis=Basis.CONTRACT,
    category=Category.MEMBERSHIP,
    retention=_("Until your data is erased"),
    recipients=(_("Our own staff"),),
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
    recipients=(_("Our own staff"), _("Members who sign in")),
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
    recipients=(_("Our own staff"),),
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

declare(
    m.Invoice,
    subject="individual",
    purpose=_("Invoices and accounts"),
    basis=Basis.LEGAL_OBLIGATION,
    category=Category.PAYMENTS,
    retention=UNTIL_TAX_LAW,
    recipients=BOOKKEEPERS,
    origin=Origin.OURS,
    fields={
        "number": Personal(KEEP_INVOICE, plain=BOOKS),
        "issued_on": Personal(KEEP_INVOICE, plain=A_DATE),
        "due_on": Personal(KEEP_INVOICE, plain=A_DATE),
        "addressee": Personal(KEEP_INVOICE),
        "address": Personal(KEEP_INVOICE),
        "description": Personal(KEEP_INVOICE),
        "amount": Personal(KEEP_INVOICE),
        "currency": Personal(KEEP_INVOICE, plain=BOOKS),
        "state": Personal(KEEP_INVOICE, plain=A_STATE),
        "note": Personal(Clear(), origin=Origin.PROVIDED),
    },
    not_personal={"association"},
)

declare(
    m.Payment,
    subject="individual",
    purpose=_("Invoices and accounts"),
    basis=Basis.LEGAL_OBLIGATION,
    category=Category.PAYMENTS,
    retention=UNTIL_TAX_LAW,
    recipients=BOOKKEEPERS,
    fields={
        "received_on": Personal(KEEP_PAYMENT, plain=A_DATE, origin=Origin.OBSERVED),
        "amount": Personal(KEEP_PAYMENT, origin=Origin.OBSERVED),
        "currency": Personal(KEEP_PAYMENT, plain=BOOKS, origin=Origin.OBSERVED),
        "method": Personal(KEEP_PAYMENT, plain=BOOKS),
        "payer": Personal(KEEP_PAYMENT, origin=Origin.OTHERS),
        "iban": Personal(Clear(), origin=Origin.OTHERS),
    },
    not_personal={"association", "invoice"},
)

declare(
    m.EventRegistration,
    subject="individual",
    purpose=_("Events you booked"),
    basis=Basis.CONTRACT,
    category=Category.EVENTS,
    retention=_("Three years after the event; what you cannot eat and what you need, three months"),
    recipients=(_("Our own staff"), _("The caterer: how many cannot eat what, without names")),
    fields={
        "event": Personal(plain=COARSE),
        "state": Personal(plain=A_STATE, origin=Origin.OBSERVED),
        "booked_at": Personal(plain=A_DATE, origin=Origin.OBSERVED),
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
    recipients=(_("Members who sign in"),),
    fields={
        "title": Personal(),
        "body": Personal(),
        "posted_at": Personal(plain=A_DATE, origin=Origin.OBSERVED),
        "edited_at": Personal(plain=A_DATE, origin=Origin.OBSERVED),
    },
    not_personal={"association"},
    on_erasure=Delete(),
)

declare(
    m.SentMail,
    subject="individual",
    purpose=_("Writing to you, and knowing what we wrote"),
    basis=Basis.CONTRACT,
    category=Category.MAIL,
    retention=_("One year"),
    recipients=(_("Our own staff"), _("Your mail provider")),
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
    recipients=(_("Our own staff"),),
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
    recipients=(_("Our own staff"),),
    fields={
        "title": Personal(),
        "file": Personal(),
        "added_at": Personal(plain=A_DATE, origin=Origin.OBSERVED),
    },
    not_personal={"association"},
    on_erasure=Delete(),
)

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
    m.LoginRecord,
    subject="individual",
    purpose=_("Noticing when somebody else uses your account"),
    basis=Basis.LEGITIMATE_INTEREST,
    category=Category.SIGN_IN,
    retention=_("Ninety days"),
    recipients=(_("Our own staff"),),
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

# A file of many people: sealed for the association, under a key of its own that dies within a week.
declare(
    m.Import,
    subject=NOBODY,
    purpose=_("Taking over a list of members"),
    basis=Basis.LEGITIMATE_INTEREST,
    category=Category.CONTACT,
    fields={
        "file": Personal(
            Keep(because=_("It is needed until its last row is in."), until=Until(after="created_on", days=7))
        ),
    },
    not_personal={
        "association",
        "state",
        "encoding",
        "delimiter",
        "columns",
        "dry_run",
        "rows",
        "read",
        "added",
        "changed",
        "unchanged",
        "refused",
        "attempts",
        "claimed_until",
        "started_by",
        "created_on",
        "created_at",
        "finished_at",
    },
)

declare_impersonal(
    m.Association,
    because=_("The association itself. Whom it names, such as the data protection officer, it publishes."),
)
declare_impersonal(
    m.MembershipType, m.Event, m.Committee, because=_("What the association offers, the same for everybody.")
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
declare(
    m.DirectoryEntry,
    subject="individual",
    purpose=_("Letting members find each other"),
    basis=Basis.CONSENT,
    category=Category.COMMUNITY,
    retention=_("Until you take back your yes, and thirty days more"),
    recipients=(_("Members who sign in"),),
    consent=DIRECTORY.number,
    fields={
        "shows": Personal(),
        "introduction": Personal(),
        "changed_at": Personal(plain=A_DATE, origin=Origin.OBSERVED),
    },
    not_personal={"association"},
    on_erasure=Delete(),
)

declare(
    m.NewsletterCopy,
    subject="individual",
    purpose=_("Writing to you, and knowing what we wrote"),
    basis=Basis.CONSENT,
    category=Category.MAIL,
    retention=_("One year"),
    recipients=(_("Our own staff"),),
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
declare_impersonal(m.ImportRefusal, because=_("A line, a column and a reason, never what stood there."))
declare_impersonal(
    m.FailureCount, because=_("Many addresses share one number, and it changes daily: it tells of nobody.")
)
declare_impersonal(
    m.JoinDraft,
    because=_("Sealed with a key that only the browser of the visitor holds: for us it is noise."),
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
