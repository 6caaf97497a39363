"""The words in which an app says what it holds about an individual. Data only: nothing here acts."""

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, NewType

from django.db.models import Model, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

Text = str | Promise
OWN_STAFF: Final = _("Our own staff")
Because = NewType("Because", object)


def because(reason: Text) -> Because:
    """The reason why a personal value may stand in the database unsealed."""
    return Because(reason)


class Basis(TextChoices):
    """Art. 6(1) GDPR."""

    CONSENT = "consent", _("your yes")
    CONTRACT = "contract", _("contract")
    LEGAL_OBLIGATION = "legal_obligation", _("the law")
    VITAL_INTEREST = "vital_interest", _("vital interest")
    PUBLIC_TASK = "public_task", _("public task")
    LEGITIMATE_INTEREST = "legitimate_interest", _("legitimate interest")


class Origin(TextChoices):
    """Where a value came from. Art. 20 covers what was provided and observed, Art. 15 covers everything."""

    PROVIDED = "provided", _("you")
    OBSERVED = "observed", _("your use of our services")
    OTHERS = "others", _("somebody else")
    OURS = "ours", _("us")


class Category(TextChoices):
    """The headings under which a member reads what is held."""

    CONTACT = "contact", _("Name and contact")
    MEMBERSHIP = "membership", _("Membership")
    PAYMENTS = "payments", _("Payments")
    EVENTS = "events", _("Events")
    COMMUNITY = "community", _("Directory and forum")
    MAIL = "mail", _("Mail we sent")
    NOTES = "notes", _("Notes and documents")
    SIGN_IN = "sign_in", _("Signing in")
    CHOICES = "choices", _("Choices")
    REQUESTS = "requests", _("Requests")


@dataclass(frozen=True, slots=True)
class Clear:
    """The value is emptied: NULL where the column allows it, else ''."""


@dataclass(frozen=True, slots=True)
class Replace:
    """The value is replaced; `{pk}` in the text stands for the row's primary key."""

    text: str


@dataclass(frozen=True, slots=True)
class Delete:
    """The whole row goes."""


@dataclass(frozen=True, slots=True)
class Until:
    """A date that follows from a date of the row, rounded up to the end of its month or year.

    The rounding keeps the number of keys small: a key dies on that day (privacy/vault). `days` are not rounded:
    for what passes through quickly, such as a file being imported.
    """

    after: str
    years: int = 0
    months: int = 0
    days: int = 0

    def day_for(self, row: Model) -> date:
        """Raises ValueError when the row does not carry the date yet."""
        start = getattr(row, self.after)
        if start is None:
            raise ValueError(f"{row._meta.label}.{self.after} must be set before anything is sealed.")
        return self.day_after(start.date() if isinstance(start, datetime) else start)

    def day_after(self, start: date) -> date:
        if self.days:
            return start + timedelta(days=self.days)
        if self.years:
            return date(start.year + self.years, 12, 31)
        month = start.month - 1 + self.months
        year, month = start.year + month // 12, month % 12 + 1
        return date(year, month, calendar.monthrange(year, month)[1])


@dataclass(frozen=True, slots=True)
class Keep:
    """The value outlives an erasure. The member reads `because` in the plan and on the certificate.

    Art. 17(3) GDPR: name the law in `because`.
    """

    because: Text
    until: Until


OnErasure = Clear | Replace | Keep | Delete


@dataclass(frozen=True, slots=True)
class Match:
    """Rows that have no foreign key to the person are found by a value: `column` equals the person's `on`."""

    column: str
    on: str = "email"


class _Marker:
    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class InCase:
    """A recipient who sees it in some cases only: the same one as without the case, where recipients are counted."""

    who: Text
    case: Text

    def __str__(self) -> str:
        return gettext("%(who)s, %(case)s") % {"who": self.who, "case": self.case}


Recipient = Text | InCase


def bare(recipient: Recipient) -> Text:
    """Who it is, whatever the case."""
    return recipient.who if isinstance(recipient, InCase) else recipient


SELF: Final = _Marker("SELF")  # the row is the individual
NOBODY: Final = _Marker(
    "NOBODY"
)  # the row is about no individual; what it seals is sealed for the association
CONTAINER: Final = _Marker("CONTAINER")  # several people in one sealed thing, which has a key of its own
TWO_PEOPLE: Final = 1001  # beyond the purposes: a key of the child's that goes with the guardian too
CONTAINER_NUMBER: Final = 0xFFFD  # the consent number by which such a key is known; no purpose has it

Subject = str | Match | _Marker


@dataclass(frozen=True, slots=True)
class Other:
    """A second person in the row, such as a child's guardian: how they are found, and what of it is about them.

    They see that part, and the row goes with whichever of its people is erased first.
    """

    found: str | Match
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Personal:
    """About the person: exported, and erased as `on_erasure` says (nothing on a row that is deleted)."""

    on_erasure: Clear | Replace | Keep | None = None
    origin: Origin | None = None  # None: as the declaration says
    plain: Because | None = None
    special: bool = False  # Art. 9 GDPR
    label: Text | None = None  # None: the field's verbose name
    words: Mapping[str, Text] | None = None  # for codes, also in a list; None: the choices of its items
    data_only: bool = False  # for machines, such as a fingerprint: in the copy's data alone


@dataclass(frozen=True, slots=True)
class Secret:
    """About the person but never exported: password hashes, tokens."""

    on_erasure: Clear | Replace | None = None
    plain: Because | None = None


Held = Personal | Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What one model holds. `subject` leads from a row to the person: SELF, a foreign key's name, a lookup, a Match.

    `consent` is the small stable number of the purpose when a single consent is the only basis: such values have a
    key of their own, so that a withdrawal reaches the back-ups too.
    `known_by`: what names the person in a text of others, field by field, or fields that stand together.
    """

    model: type[Model]
    subject: Subject
    purpose: Text
    basis: Basis
    category: Category
    fields: Mapping[str, Held]
    not_personal: frozenset[str] = frozenset()
    recipients: tuple[Recipient, ...] = ()
    retention: Text = ""
    origin: Origin = Origin.PROVIDED
    on_erasure: Delete | None = None
    consent: int = 0
    known_by: tuple[tuple[str, ...], ...] = ()
    others: tuple[Other, ...] = ()
    because: Text = ""

    def personal(self) -> Mapping[str, Personal]:
        return {name: held for name, held in self.fields.items() if isinstance(held, Personal)}

    def label_of(self, name: str) -> Text:
        held = self.fields[name]
        if isinstance(held, Personal) and held.label:
            return held.label
        verbose: Any = getattr(self.model._meta.get_field(name), "verbose_name", name)
        return verbose  # type: ignore[no-any-return]

    def words_of(self, name: str) -> Mapping[str, Text]:
        """What a reader is shown for a code, alone or in a list. Empty: what is held are words already."""
        held = self.fields[name]
        if isinstance(held, Personal) and held.words is not None:
            return held.words
        items = getattr(self.model._meta.get_field(name), "base_field", None)
        return dict(getattr(items, "flatchoices", ()))

    def origin_of(self, name: str) -> Origin:
        held = self.fields[name]
        return (held.origin if isinstance(held, Personal) else None) or self.origin

    def seen_by(self) -> tuple[Recipient, ...]:
        """Our own staff can open all that is not secret, and need no naming; then those that are named."""
        return (OWN_STAFF, *(each for each in self.recipients if each != OWN_STAFF))

    def is_data_only(self, name: str) -> bool:
        held = self.fields[name]
        return isinstance(held, Personal) and held.data_only

    def keep_of(self, name: str) -> Keep | None:
        action = self.fields[name].on_erasure
        return action if isinstance(action, Keep) else None

    def is_kept(self) -> bool:
        """Does the row outlive an erasure?"""
        return self.on_erasure is None


@dataclass(slots=True)
class Declarations:
    """All that was declared, in the order of declaration."""

    by_label: dict[str, Declaration] = field(default_factory=dict)

    def add(self, declaration: Declaration) -> None:
        self.by_label[declaration.model._meta.label_lower] = declaration

    def about_people(self) -> Iterable[Declaration]:
        return [d for d in self.by_label.values() if d.subject not in (NOBODY, CONTAINER)]

    def containers(self) -> Iterable[Declaration]:
        return [d for d in self.by_label.values() if d.subject is CONTAINER]
