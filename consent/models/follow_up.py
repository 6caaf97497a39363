"""What follows from a decision: a click that is awaited, a guardian, papers behind it, data that goes."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent.models.decisions import Decision
from consent.models.statements import Statement, Version
from privacy.tenancy import OfAssociation
from privacy.vault.fields import SealedEmailField, SealedLongTextField, SealedTextField
from privacy.vault.files import SealedFileField
from privacy.vault.rows import SealedModel


class Guardian(SealedModel):
    """Who answers for a child below the age of digital consent (Art. 8). The actor of what they confirm."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    individual = models.OneToOneField(
        "ams.Individual", models.PROTECT, related_name="+", verbose_name=_("individual")
    )
    name = SealedTextField(_("name of the parent or guardian"), max_length=200)
    # Findable, so that whoever is named here is asked for in the register, and found when they leave.
    email = SealedEmailField(_("e-mail of the parent or guardian"), findable=True)
    named_at = models.DateTimeField(_("named"), default=timezone.now)

    class Meta:
        verbose_name = _("guardian")
        verbose_name_plural = _("guardians")

    def __str__(self) -> str:
        return f"guardian {str(self.pk)[:8]}"


class Confirmation(OfAssociation):
    """A click that a pending yes waits for: the person's own, or a guardian's. Its link names this row alone."""

    class By(models.TextChoices):
        SELF = "self", _("the person")
        GUARDIAN = "guardian", _("a parent or guardian")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    individual = models.ForeignKey(
        "ams.Individual", models.PROTECT, related_name="+", verbose_name=_("individual")
    )
    decision = models.ForeignKey(
        Decision, models.PROTECT, related_name="confirmations", verbose_name=_("decision")
    )
    by = models.CharField(_("who"), max_length=10, choices=By)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    expires_at = models.DateTimeField(_("until"))
    answered_at = models.DateTimeField(_("answered"), null=True)

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        constraints = [models.UniqueConstraint(fields=["decision", "by"], name="confirmation_once")]

    def __str__(self) -> str:
        return f"confirmation {str(self.pk)[:8]}"


class Paper(SealedModel):
    """The evidence behind a decision that staff entered: a signed form, a note of a call, a line of an old list."""

    class Source(models.TextChoices):
        PAPER = "paper", _("a signed paper")
        PHONE = "phone", _("a call")
        IN_PERSON = "in_person", _("said in person")
        LETTER = "letter", _("a letter or e-mail")
        LIST = "list", _("an earlier list")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    individual = models.ForeignKey(
        "ams.Individual", models.PROTECT, related_name="+", verbose_name=_("individual")
    )
    decision = models.OneToOneField(
        Decision, models.PROTECT, related_name="paper", verbose_name=_("decision")
    )
    source = models.CharField(_("how we know"), max_length=10, choices=Source)
    said_on = models.DateField(_("said on"))
    note = SealedLongTextField(_("what was said"), max_length=2000, null=True, blank=True)
    file = SealedFileField(_("scan or photo"), blank=True)
    file_name = SealedTextField(_("name of the file"), max_length=200, null=True, blank=True)
    entered_by = models.UUIDField(_("entered by"))

    class Meta:
        verbose_name = _("evidence of a decision")
        verbose_name_plural = _("evidence of decisions")

    def __str__(self) -> str:
        return f"evidence {str(self.pk)[:8]}"


class Removal(OfAssociation):
    """What one yes alone allowed us to hold goes on this day, and its key with it, so that back-ups follow."""

    individual = models.ForeignKey(
        "ams.Individual", models.PROTECT, related_name="+", verbose_name=_("individual")
    )
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="+", verbose_name=_("statement"))
    due_on = models.DateField(_("goes on"))
    scheduled_at = models.DateTimeField(_("scheduled"), default=timezone.now)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True)
    rows_gone_at = models.DateTimeField(_("rows erased"), null=True)
    done_at = models.DateTimeField(_("key destroyed"), null=True)

    class Meta:
        verbose_name = _("scheduled removal")
        verbose_name_plural = _("scheduled removals")
        constraints = [
            models.UniqueConstraint(
                fields=["individual", "statement"],
                condition=models.Q(cancelled_at=None, done_at=None),
                name="removal_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"removal {self.pk}"


class Asking(OfAssociation):
    """Somebody is asked anew: once for each reason, by one mail and at each visit until they have answered."""

    class Why(models.TextChoices):
        WORDS = "words", _("the words have changed")
        TIME = "time", _("we ask again from time to time")
        AGE = "age", _("you decide for yourself now")

    individual = models.ForeignKey(
        "ams.Individual", models.PROTECT, related_name="+", verbose_name=_("individual")
    )
    version = models.ForeignKey(Version, models.PROTECT, related_name="+", verbose_name=_("version"))
    # The standing's decision that is asked about: a later yes that runs out is asked about anew.
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="+", verbose_name=_("decision"))
    why = models.CharField(_("why"), max_length=10, choices=Why)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)

    class Meta:
        verbose_name = _("question asked anew")
        verbose_name_plural = _("questions asked anew")
        constraints = [
            models.UniqueConstraint(fields=["decision", "version", "why"], name="asking_once"),
        ]

    def __str__(self) -> str:
        return f"question {self.pk}"


class Rest(OfAssociation):
    """A yes that nobody took back and that counts no more: third parties were told. It goes when it counts again."""

    individual = models.ForeignKey(
        "ams.Individual", models.PROTECT, related_name="+", verbose_name=_("individual")
    )
    decision = models.OneToOneField(Decision, models.PROTECT, related_name="rest", verbose_name=_("decision"))
    told_at = models.DateTimeField(_("told"), default=timezone.now)

    class Meta:
        verbose_name = _("yes that rests")
        verbose_name_plural = _("yeses that rest")

    def __str__(self) -> str:
        return f"rest {self.pk}"
