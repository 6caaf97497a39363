"""What an association asks or says: a statement, its versions, and their wording in each language."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy.declarations import Basis
from privacy.tenancy import OfAssociation


class Kind(models.TextChoices):
    """An agreement is a term of membership: not withdrawn, and never counted as consent. Art. 7(3), (4)."""

    CONSENT = "consent", _("consent: a use that each person is free to refuse")
    AGREEMENT = "agreement", _("agreement: needed to join")
    NOTICE = "notice", _("notice: shown, not asked")


class AskedAt(models.TextChoices):
    JOINING = "joining", _("when joining")
    PRIVACY = "privacy", _("under Privacy")
    BOTH = "both", _("when joining and under Privacy")


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")


class Statement(OfAssociation):
    """One purpose, agreement or notice. Its kind, slug and number stay once a version is published."""

    slug = models.SlugField(_("short name in addresses"), max_length=60)
    # The class of the keys that seal what this consent alone allows us to hold (privacy/inventory.py).
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    asked_at = models.CharField(_("asked"), max_length=10, choices=AskedAt, default=AskedAt.BOTH)
    basis = models.CharField(_("legal basis"), max_length=24, choices=Basis, default=Basis.CONSENT)
    recipients = ArrayField(
        models.CharField(max_length=120),
        verbose_name=_("recipients"),
        default=list,
        blank=True,
        help_text=_("Named, one by one, separated by commas. Empty: our own staff alone."),
    )

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["order", "number"]
        constraints = [
            models.UniqueConstraint(fields=["association", "slug"], name="statement_slug_once"),
            models.UniqueConstraint(fields=["association", "number"], name="statement_number_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="statement_number_positive"),
            # Art. 6: what needs a yes rests on that yes, and what is a term of membership does not.
            models.CheckConstraint(
                condition=models.Q(kind=Kind.CONSENT, basis=Basis.CONSENT)
                | (~models.Q(kind=Kind.CONSENT) & ~models.Q(basis=Basis.CONSENT)),
                name="statement_basis_fits_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.slug

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


class Version(OfAssociation):
    """The words as they stood for a while. A published version never changes; the database sees to it."""

    statement = models.ForeignKey(
        Statement, models.PROTECT, related_name="versions", verbose_name=_("statement")
    )
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    effective_at = models.DateTimeField(_("in force from"), default=timezone.now)
    ask_again = models.BooleanField(
        _("ask everybody again"),
        default=False,
        help_text=_("An earlier yes stops counting until the person has answered these words."),
    )
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    # Copied from the statement on publishing, so that the hash covers what was promised.
    basis = models.CharField(_("legal basis"), max_length=24, choices=Basis, blank=True, editable=False)
    recipients = ArrayField(
        models.CharField(max_length=120),
        verbose_name=_("recipients"),
        default=list,
        blank=True,
        editable=False,
    )
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
        ]

    def __str__(self) -> str:
        return f"{self.statement_id}, version {self.number}"

    def is_published(self) -> bool:
        return self.state == State.PUBLISHED


class Wording(OfAssociation):
    """A version in one language, in the association's own words."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="wordings", verbose_name=_("version"))
    language = models.CharField(_("language"), max_length=12)
    name = models.CharField(_("name"), max_length=60, help_text=_("A few words for lists: Monthly letter."))
    title = models.CharField(_("question"), max_length=200)
    text = models.TextField(_("text"))
    what = models.CharField(_("what"), max_length=200, blank=True)
    who = models.CharField(_("who"), max_length=200, blank=True)
    why = models.CharField(_("why"), max_length=300, blank=True)
    how_long = models.CharField(_("how long"), max_length=200, blank=True)
    # The two answers, so that a no reads as well as a yes.
    yes = models.CharField(_("answer: yes"), max_length=60, blank=True)
    no = models.CharField(_("answer: no"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(fields=["version", "language"], name="wording_language_once"),
        ]

    def __str__(self) -> str:
        return self.name
