"""What an association asks or says: a statement, its versions, and their wording in each language."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from privacy.declarations import Basis
from privacy.tenancy import OfAssociation
from privacy.vault.ids import MOST_PURPOSES as MOST

# The texts of a wording. The second came later, and are covered by fingerprints where something is said.
WORDS: Final = ("name", "title", "text", "what", "who", "why", "how_long", "yes", "no")
LATER_WORDS: Final = ("stops", "stays")
TERMS: Final = ("what", "who", "why", "how_long")


class Kind(models.TextChoices):
    """An agreement is a term of membership: not withdrawn, and never counted as consent. Art. 7(3), (4)."""

    CONSENT = "consent", _("consent: a use that each person is free to refuse")
    AGREEMENT = "agreement", _("agreement: needed to join")
    NOTICE = "notice", _("notice: shown, not asked")


class AskedAt(models.TextChoices):
    JOINING = "joining", _("when joining")
    PRIVACY = "privacy", _("under Privacy")
    BOTH = "both", _("when joining and under Privacy")


class Purpose(models.TextChoices):
    """What a use is for, in words that machines share (W3C DPV); `consent/receipts` has their terms."""

    MEMBERSHIP = "membership", _("running the membership")
    NEWSLETTER = "newsletter", _("telling members what we do")
    DIRECT_MARKETING = "direct_marketing", _("advertising")
    DIRECTORY = "directory", _("letting members find each other")
    SHARING = "sharing", _("passing data on to somebody named")
    PUBLICITY = "publicity", _("showing what we do to the public")
    EVENTS = "events", _("running events")
    RESEARCH = "research", _("statistics and research")
    SECURITY = "security", _("keeping our services safe")
    SERVICE = "service", _("answering and helping members")


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")


class Statement(OfAssociation):
    """One purpose, agreement or notice. Its kind, slug and number stay once a version is published."""

    slug = models.SlugField(_("short name in addresses"), max_length=60)
    # The class of the keys that seal what this consent alone allows us to hold (privacy/inventory.py).
    number = models.PositiveSmallIntegerField(
        _("number"), validators=[MinValueValidator(1), MaxValueValidator(MOST)]
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    asked_at = models.CharField(_("asked"), max_length=10, choices=AskedAt, default=AskedAt.BOTH)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose, default=Purpose.MEMBERSHIP)
    basis = models.CharField(_("legal basis"), max_length=24, choices=Basis, default=Basis.CONSENT)
    double_opt_in = models.BooleanField(
        _("confirmed by mail"),
        default=False,
        help_text=_("A yes counts once the person has followed the link in a letter of ours."),
    )
    # Audience: empty means everybody.
    membership_types = ArrayField(
        models.CharField(max_length=40), verbose_name=_("kinds of membership"), default=list, blank=True
    )
    countries = ArrayField(
        models.CharField(max_length=2), verbose_name=_("countries"), default=list, blank=True
    )
    age_from = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    age_to = models.PositiveSmallIntegerField(_("up to age"), null=True, blank=True)
    erase_after_days = models.PositiveSmallIntegerField(
        _("days until the data goes"),
        default=30,
        help_text=_("After a no: how long we wait before we erase what we hold by that yes alone."),
    )
    ended_at = models.DateTimeField(_("no longer asked since"), null=True, editable=False)
    recipients = ArrayField(
        models.CharField(max_length=120),
        verbose_name=_("recipients"),
        default=list,
        blank=True,
        help_text=_("Named, one by one, separated by commas. Empty: our own staff alone."),
    )
    # Names that the association's own programme knows (CONSENT_SHARED_FIELDS).
    shared_fields = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("what a list for them holds"),
        default=list,
        blank=True,
    )

    in_force_now: "Version | None"  # where name_together has looked it up

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["order", "number"]
        constraints = [
            models.UniqueConstraint(fields=["association", "slug"], name="statement_slug_once"),
            models.UniqueConstraint(fields=["association", "number"], name="statement_number_once"),
            models.CheckConstraint(
                condition=models.Q(number__gte=1, number__lte=MOST), name="statement_number_in_range"
            ),
            # Art. 6: what needs a yes rests on that yes, and what is a term of membership does not.
            models.CheckConstraint(
                condition=models.Q(kind=Kind.CONSENT, basis=Basis.CONSENT)
                | (~models.Q(kind=Kind.CONSENT) & ~models.Q(basis=Basis.CONSENT)),
                name="statement_basis_fits_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def name(self) -> str:
        """Of the version in force, as its reader knows it; a draft has but its slug."""
        from consent.names import name_of  # noqa: PLC0415 it reads these models

        version = self.in_force_now if hasattr(self, "in_force_now") else self.current()
        return name_of(version) if version else self.slug

    @classmethod
    def name_together(cls, statements: "Collection[Statement]") -> None:
        """One statement for all of them, where each would ask for its version in force (privacy/everything.py)."""
        found = Version.objects.current().filter(statement__in=statements)
        versions = {version.statement_id: version for version in found}
        for statement in statements:
            statement.in_force_now = versions.get(statement.pk)

    def current(self, at: datetime | None = None) -> "Version | None":
        """The version in force: the latest that has been published and has taken effect."""
        return Version.objects.in_force(at).filter(statement=self).order_by("-number").first()


class VersionQuerySet(models.QuerySet["Version"]):
    def in_force(self, at: datetime | None = None) -> "VersionQuerySet":
        """Published and effective; of each statement there may be several, the highest number counts."""
        return self.filter(state=State.PUBLISHED, effective_at__lte=at or timezone.now())

    def current(self, at: datetime | None = None) -> "VersionQuerySet":
        """One version of each statement."""
        newest = (
            Version.objects.in_force(at)
            .order_by("statement_id", "-number")
            .distinct("statement_id")
            .values("pk")
        )
        return self.filter(pk__in=newest)

    def on_our_interest(self) -> "VersionQuerySet":
        """Art. 6(1)(f). The same as Version.can_be_objected_to."""
        return self.filter(statement__kind=Kind.NOTICE, basis=Basis.LEGITIMATE_INTEREST)

    def for_advertising(self) -> "VersionQuerySet":
        """The same as Version.is_for_advertising."""
        advertises = Purpose.DIRECT_MARKETING
        told = models.Q(purpose=advertises) | models.Q(purpose="", statement__purpose=advertises)
        return self.on_our_interest().filter(told)


class Version(OfAssociation):
    """The words as they stood for a while. A published version never changes; the database sees to it."""

    statement = models.ForeignKey(
        Statement, models.PROTECT, related_name="versions", verbose_name=_("statement")
    )
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    effective_at = models.DateTimeField(_("in force from"), default=timezone.now)
    # None in a draft: nobody has decided yet.
    ask_again = models.BooleanField(
        _("ask everybody again"),
        null=True,
        default=False,
        help_text=_("Whoever said yes to earlier words is asked at the next visit and by mail."),
    )
    old_counts = models.BooleanField(
        _("the earlier yes counts meanwhile"),
        default=False,
        help_text=_("Only where the use stays the same. Otherwise it rests until the person has answered."),
    )
    reason = models.CharField(_("why not everybody is asked before it counts"), max_length=500, blank=True)
    again_after_months = models.PositiveSmallIntegerField(
        _("ask again after months"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    changed_at = models.DateTimeField(_("saved"), auto_now=True)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    published_by = models.UUIDField(_("published by"), null=True, editable=False)
    # Copied from the statement on publishing, so that the hash covers what was promised.
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose, blank=True, editable=False)
    basis = models.CharField(_("legal basis"), max_length=24, choices=Basis, blank=True, editable=False)
    recipients = ArrayField(
        models.CharField(max_length=120),
        verbose_name=_("recipients"),
        default=list,
        blank=True,
        editable=False,
    )
    shared_fields = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("what a list for them holds"),
        default=list,
        blank=True,
        editable=False,
    )
    # Of versions that were published before they had such fields: the fingerprint does not cover them.
    fields_from_words = models.BooleanField(_("fields read from the words"), default=False, editable=False)
    hash = models.CharField(_("fingerprint"), max_length=64, blank=True, editable=False)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "number"], name="version_number_once"),
            models.CheckConstraint(
                condition=models.Q(state=State.DRAFT, hash="", published_at=None)
                | models.Q(state=State.PUBLISHED, hash__regex=r"^[0-9a-f]{64}$", published_at__isnull=False),
                name="version_published_with_hash",
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.DRAFT) | models.Q(ask_again__isnull=False),
                name="version_published_as_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id}, version {self.number}"

    @property
    def name(self) -> str:
        """Monthly letter, version 1: as its reader knows it."""
        from consent.names import name_of  # noqa: PLC0415 it reads these models

        return gettext("%(name)s, version %(number)s") % {"name": name_of(self), "number": self.number}

    def can_be_objected_to(self) -> bool:
        """Art. 21(1): a use that rests, as it was told, on our own interest, and on nobody's yes."""
        return self.statement.kind == Kind.NOTICE and self.basis == Basis.LEGITIMATE_INTEREST

    def is_for_advertising(self) -> bool:
        """Art. 21(2), where nobody was asked. See consent/advertising.py."""
        return self.can_be_objected_to() and self.told_purpose == Purpose.DIRECT_MARKETING

    @property
    def told_purpose(self) -> Purpose:
        """Versions did not always have one."""
        return Purpose(self.purpose or self.statement.purpose)

    def is_published(self) -> bool:
        return self.state == State.PUBLISHED


class Wording(OfAssociation):
    """A version in one language, in the association's own words."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="wordings", verbose_name=_("version"))
    language = models.CharField(_("language"), max_length=12)
    name = models.CharField(_("name"), max_length=60, help_text=_("A few words for lists: Monthly letter."))
    title = models.CharField(_("question"), max_length=200)
    # CommonMark without HTML (consent/rich.py).
    text = models.TextField(_("text"))
    what = models.CharField(_("what"), max_length=200, blank=True)
    who = models.CharField(_("who"), max_length=200, blank=True)
    why = models.CharField(_("why"), max_length=300, blank=True)
    how_long = models.CharField(_("how long"), max_length=200, blank=True)
    # Told before somebody says no: Art. 7(3) and recital 42.
    stops = models.CharField(_("what a no stops"), max_length=300, blank=True)
    stays = models.CharField(_("what we keep, and why"), max_length=300, blank=True)
    # The two answers, so that a no reads as well as a yes.
    yes = models.CharField(_("answer: yes"), max_length=60, blank=True)
    no = models.CharField(_("answer: no"), max_length=60, blank=True)
    hash = models.CharField(_("fingerprint"), max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        ordering = ["language"]
        constraints = [models.UniqueConstraint(fields=["version", "language"], name="wording_language_once")]

    def __str__(self) -> str:
        return self.name
