"""What people answered: decisions, which only grow, and the standing that follows from the latest."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent.models.statements import Statement, Version
from privacy.tenancy import OfAssociation


class Act(models.TextChoices):
    GIVEN = "given", _("Yes")
    DECLINED = "declined", _("No")
    WITHDRAWN = "withdrawn", _("No longer")
    RENEWED = "renewed", _("Yes again")
    EXPIRED = "expired", _("Ended by time")
    PENDING = "pending", _("Waits for a click in a letter")
    # Art. 21: against a use that rests on our own interest.
    OBJECTED = "objected", _("Objected")
    LIFTED = "lifted", _("No longer objected")


YES = (Act.GIVEN, Act.RENEWED)


class Channel(models.TextChoices):
    """Where the person answered. `system`: nobody did, time ran out."""

    WIZARD = "wizard", _("when joining")
    TAB = "tab", _("under Privacy")
    MAIL = "mail", _("from a letter by mail")
    STAFF = "staff", _("told to our staff")
    API = "api", _("through another program")
    IMPORT = "import", _("taken over from earlier records")
    SYSTEM = "system", _("by itself")


class Shown(OfAssociation):
    """What stood beside a decision: the hash of each version that the person had before them."""

    individual = models.ForeignKey(
        "ams.Individual", models.PROTECT, related_name="+", verbose_name=_("individual")
    )
    at = models.DateTimeField(_("time"), default=timezone.now)
    language = models.CharField(_("language"), max_length=12)
    versions = ArrayField(models.CharField(max_length=64), verbose_name=_("fingerprints of what was shown"))

    class Meta:
        verbose_name = _("page as shown")
        verbose_name_plural = _("pages as shown")

    def __str__(self) -> str:
        return f"{len(self.versions)} statements shown"


class Decision(OfAssociation):
    """One answer. Never changed by anybody; it goes only when the person goes (consent/migrations)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    individual = models.ForeignKey(
        "ams.Individual", models.PROTECT, related_name="+", verbose_name=_("individual")
    )
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="+", verbose_name=_("statement"))
    version = models.ForeignKey(Version, models.PROTECT, related_name="+", verbose_name=_("version"))
    act = models.CharField(_("answer"), max_length=10, choices=Act)
    at = models.DateTimeField(_("time"), default=timezone.now)
    zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    language = models.CharField(_("language"), max_length=12)
    text_hash = models.CharField(_("fingerprint of the words"), max_length=64)
    channel = models.CharField(_("where"), max_length=10, choices=Channel)
    actor = models.UUIDField(_("entered by"), null=True)
    shown = models.ForeignKey(
        Shown, models.PROTECT, null=True, related_name="+", verbose_name=_("page as shown")
    )

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["individual", "-at"], name="decision_of_person"),
            models.Index(fields=["statement", "at"], name="decision_by_time"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(text_hash__regex=r"^[0-9a-f]{64}$"), name="decision_with_fingerprint"
            )
        ]

    def __str__(self) -> str:
        return f"decision {str(self.pk)[:8]}"

    def is_yes(self) -> bool:
        return self.act in YES


class Standing(OfAssociation):
    """Where a person stands on a statement now: always what their latest decision says."""

    individual = models.ForeignKey(
        "ams.Individual", models.PROTECT, related_name="+", verbose_name=_("individual")
    )
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="+", verbose_name=_("statement"))
    decision = models.OneToOneField(
        Decision, models.CASCADE, related_name="standing", verbose_name=_("decision")
    )
    # Copies of the decision, so that the gate asks one table; a trigger refuses a copy that differs.
    version = models.ForeignKey(Version, models.PROTECT, related_name="+", verbose_name=_("version"))
    act = models.CharField(_("answer"), max_length=10, choices=Act)
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("asked again from"), null=True)

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standings")
        constraints = [
            models.UniqueConstraint(fields=["individual", "statement"], name="standing_once"),
        ]
        indexes = [
            models.Index(fields=["statement", "act"], name="standing_by_answer"),
            models.Index(
                fields=["association", "until"],
                condition=models.Q(until__isnull=False),
                name="standing_until",
            ),
        ]

    def __str__(self) -> str:
        return f"standing {self.pk}"

    def is_yes(self) -> bool:
        return self.act in YES

    def is_against_advertising(self) -> bool:
        return self.act == Act.OBJECTED and self.version.is_for_advertising()
