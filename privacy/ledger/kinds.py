"""What the ledger may say: a closed list of kinds, and for each the details it may carry. No free text, ever."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from privacy.ledger.canonical import JSON, moment


class Kind(TextChoices):
    """`thing.what happened to it`."""

    ASSOCIATION_CREATED = "association.created", _("Association created")
    ASSOCIATION_CHANGED = "association.changed", _("Settings of the association changed")
    INDIVIDUAL_CREATED = "individual.created", _("Person entered")
    INDIVIDUAL_JOINED = "individual.joined", _("Person joined")
    INDIVIDUAL_IMPORTED = "individual.imported", _("Person imported")
    INDIVIDUAL_INFORMED = "individual.informed", _("Person told what is held")
    INDIVIDUAL_CHANGED = "individual.changed", _("Data corrected")
    INDIVIDUAL_VIEWED = "individual.viewed", _("Data opened by staff")
    INDIVIDUAL_RESTRICTED = "individual.restricted", _("Use stopped")
    INDIVIDUAL_UNRESTRICTED = "individual.unrestricted", _("Use taken up again")
    INDIVIDUAL_DECEASED = "individual.deceased", _("Person marked as deceased")
    INDIVIDUAL_NOT_DECEASED = "individual.not_deceased", _("Mark of death taken back")
    MEMBERSHIP_LEAVING = "membership.leaving", _("Membership ends on a day")
    MEMBERSHIP_KEPT = "membership.kept", _("Membership goes on after all")
    MEMBERSHIP_ENDED = "membership.ended", _("Membership ended")
    EMAIL_ASKED = "email.asked", _("Another e-mail asked for")
    EMAIL_CONFIRMED = "email.confirmed", _("E-mail confirmed")
    EMAIL_STOPPED = "email.stopped", _("Change of e-mail stopped")
    LOGIN_CLAIMED = "login.claimed", _("Login made by the member")
    LOGIN_RESET = "login.reset", _("New password asked for by somebody else")
    IMPORT_DONE = "import.done", _("Import finished")
    STATEMENT_PUBLISHED = "statement.published", _("Wording published")
    STATEMENT_WITHDRAWN = "statement.withdrawn", _("Statement no longer asked")
    CONSENT_GIVEN = "consent.given", _("Consent given")
    CONSENT_DECLINED = "consent.declined", _("Consent declined")
    CONSENT_WITHDRAWN = "consent.withdrawn", _("Consent withdrawn")
    CONSENT_RENEWED = "consent.renewed", _("Consent given anew")
    CONSENT_EXPIRED = "consent.expired", _("Consent expired")
    CONSENT_PENDING = "consent.pending", _("Consent waits for confirmation")
    CONSENT_OBJECTED = "consent.objected", _("Objection made")
    CONSENT_LIFTED = "consent.lifted", _("Objection ended")
    CONSENT_DATA_GONE = "consent.data_gone", _("Data of a consent erased")
    GUARDIAN_NAMED = "guardian.named", _("Guardian named")
    GUARDIAN_REMOVED = "guardian.removed", _("Guardian's data erased")
    AGREEMENT_GIVEN = "agreement.given", _("Terms agreed to")
    NOTICE_SHOWN = "notice.shown", _("Notice shown")
    REQUEST_OPENED = "request.opened", _("Request received")
    REQUEST_EXTENDED = "request.extended", _("Time for a request extended")
    REQUEST_CLOSED = "request.closed", _("Request closed")
    EXPORT_REQUESTED = "export.requested", _("Copy of the data asked for")
    EXPORT_READY = "export.ready", _("Copy of the data made")
    EXPORT_SENT = "export.sent", _("Link to the copy sent")
    EXPORT_DOWNLOADED = "export.downloaded", _("Copy of the data taken")
    EXPORT_OPENED = "export.opened", _("Copy of the data taken by staff")
    EXPORT_DELETED = "export.deleted", _("Copy of the data deleted")
    ERASURE_REQUESTED = "erasure.requested", _("Erasure asked for")
    ERASURE_APPROVED = "erasure.approved", _("Erasure approved")
    ERASURE_CANCELLED = "erasure.cancelled", _("Erasure cancelled")
    ERASURE_INTENT = "erasure.intent", _("Erasure begun")
    ERASURE_SENT_BACK = "erasure.sent_back", _("Erasure back for approval")
    ERASURE_ROWS_GONE = "erasure.rows_gone", _("Rows erased")
    ERASURE_KEYS_DESTROYED = "erasure.keys_destroyed", _("Keys destroyed")
    ERASURE_COMPLETED = "erasure.completed", _("Erasure completed")
    DISCLOSED = "data.disclosed", _("Data passed on")
    NEWSLETTER_STARTED = "newsletter.started", _("Sending of a newsletter begun")
    NEWSLETTER_SENT = "newsletter.sent", _("Newsletter written to everybody")
    NEWSLETTER_STOPPED = "newsletter.stopped", _("Sending of a newsletter stopped")
    NEWSLETTER_RESUMED = "newsletter.resumed", _("Sending of a newsletter taken up again")
    ENDPOINT_CHANGED = "endpoint.changed", _("Recipient's address changed")
    ENDPOINT_SECRET_SHOWN = "endpoint.secret_shown", _("Recipient's shared secret shown")
    VALUE_UNREADABLE = "value.unreadable", _("Value that cannot be read")
    LEDGER_VERIFIED = "ledger.verified", _("Ledger verified")
    ROW_ADDED = "console.added", _("Entered in the console")
    ROW_CHANGED = "console.changed", _("Changed in the console")
    ROW_DELETED = "console.deleted", _("Deleted in the console")


class ForbiddenPayload(ValueError):  # noqa: N818 it says what is the case
    """A detail that the ledger may not carry. Names the key, never the value: it may be personal."""

    def __init__(self, kind: str, key: str, why: str) -> None:
        super().__init__(f"{kind}: {key!r} {why}")
        self.kind, self.key = kind, key


Check = Callable[[object], JSON]


def number(value: object) -> JSON:
    """An opaque number: a UUID, or the whole number of a row."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return str(value if isinstance(value, UUID) else UUID(_string(value)))


def count(value: object) -> JSON:
    # 2^53: beyond it readers in other languages round (RFC 8785).
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 53:
        return value
    raise ValueError


def flag(value: object) -> JSON:
    if isinstance(value, bool):
        return value
    raise ValueError


def day(value: object) -> JSON:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return date.fromisoformat(_string(value)).isoformat()


def time(value: object) -> JSON:
    return moment(value if isinstance(value, datetime) else datetime.fromisoformat(_string(value)))


def digest(value: object) -> JSON:
    """SHA-256 of something impersonal (a published wording), in hex."""
    text = value.hex() if isinstance(value, bytes) else _string(value)
    return _matching(text, r"[0-9a-f]{64}")


def language(value: object) -> JSON:
    return _matching(_string(value), r"[a-z]{2,3}(-[A-Za-z]{2,4})?")


def model(value: object) -> JSON:
    """A model's label, `app.model`: a word of the program, which the program must know."""
    from django.apps import apps  # noqa: PLC0415 this module is read while the registry is filled

    return str(apps.get_model(_string(value))._meta.label_lower)


def column(value: object) -> JSON:
    """`app.model.field`, likewise."""
    label, _dot, name = _string(value).rpartition(".")
    from django.apps import apps  # noqa: PLC0415 as above

    found = apps.get_model(label)._meta
    return f"{found.label_lower}.{found.get_field(name).name}"


def one_of(*words: str) -> Check:
    def check(value: object) -> JSON:
        if isinstance(value, str) and value in words:
            return str(value)
        raise ValueError

    return check


def _string(value: object) -> str:
    if isinstance(value, str):
        return str(value)
    raise ValueError


def _matching(text: str, pattern: str) -> str:
    if re.fullmatch(pattern, text):
        return text
    raise ValueError


CHANNELS: Final = (
    "member", "profile", "privacy", "tab", "wizard", "web", "join", "staff", "console", "command", "operator", "api",
    "mail", "email", "letter", "phone", "in_person", "import", "system",
)  # fmt: skip
CHANNEL: Final = one_of(*CHANNELS)
RIGHT: Final = one_of("access", "portability", "rectification", "erasure", "restriction", "objection")
OUTCOME: Final = one_of("done", "refused", "cancelled")
# Why a request ended as it did: the words are in privacy/requests/reasons.py.
REASON: Final = one_of(
    "corrected", "completed", "stopped", "answered", "already_right", "not_proven", "not_identified", "law",
    "grounds", "claims", "excessive", "restricted",
)  # fmt: skip

WORDING: Final[dict[str, Check]] = {
    "statement": number, "version": number, "version_hash": digest, "wording": number, "wording_hash": digest,
    "language": language, "channel": CHANNEL, "decision": number, "expires_on": day,
    "statement_kind": one_of("consent", "agreement", "notice"),
}  # fmt: skip
REQUEST: Final[dict[str, Check]] = {"request": number, "right": RIGHT, "channel": CHANNEL, "due_at": time}
EXPORT: Final[dict[str, Check]] = {
    "export": number, "channel": CHANNEL, "request": number, "things": count, "digest": digest, "expires_at": time,
    "format": one_of("pdf", "zip", "json", "csv"), "purpose": one_of("post", "hand_over", "answer", "authority"),
}  # fmt: skip
ERASURE: Final[dict[str, Check]] = {
    "erasure": number, "request": number, "channel": CHANNEL, "at_once": flag, "rows": count, "files": count,
    "keys": count, "fingerprint": digest, "epoch": count, "event": number, "cools_off_until": time,
}  # fmt: skip
ROW: Final[dict[str, Check]] = {"model": model, "row": number, "rows": count}
PERSON: Final[dict[str, Check]] = {"channel": CHANNEL, "import": number, "fields": count}

ALLOWED: Final[Mapping[str, Mapping[str, Check]]] = {
    "association": {"epoch": count},
    "individual": PERSON,
    "membership": {"membership": number, "ends_on": day, "instead_of": day, "channel": CHANNEL},
    "email": PERSON,
    "login": PERSON,
    "import": {"import": number, "rows": count, "refused": count},
    "statement": WORDING,
    "consent": WORDING | {"rows": count, "keys": count},
    "guardian": PERSON,
    "agreement": WORDING,
    "notice": WORDING,
    "request": REQUEST | {"outcome": OUTCOME, "reason": REASON, "months": count},
    "export": EXPORT,
    "erasure": ERASURE,
    "data": {"endpoint": number, "event": number, "handover": number, "things": count},
    "newsletter": {"newsletter": number, "people": count, "held_back": count},
    "endpoint": {"endpoint": number},
    "value": {"column": column},
    "ledger": {"entries": count},
    "console": ROW,
}


def checked(kind: Kind, payload: Mapping[str, object]) -> dict[str, JSON]:
    """The payload as it will be written. Raises ForbiddenPayload."""
    allowed = ALLOWED[kind.value.partition(".")[0]]
    return {key: _checked(kind, key, value, allowed) for key, value in payload.items() if value is not None}


def _checked(kind: Kind, key: str, value: object, allowed: Mapping[str, Check]) -> JSON:
    if key not in allowed:
        raise ForbiddenPayload(kind.value, key, "is not on the list of this kind.")
    try:
        return allowed[key](value)
    except (ValueError, LookupError):
        # Not chained: the cause's text repeats the value.
        raise ForbiddenPayload(
            kind.value, key, "must be a number, a date, a hash or a listed word."
        ) from None
