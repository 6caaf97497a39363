"""Newsletters: what the association writes to all who said yes to it, and to whom it went."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.tenancy import OfAssociation


class Newsletter(OfAssociation):
    """One issue. Its purpose is the slug of the statement that people said yes to; the gate is asked by it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        STOPPED = "stopped", _("Stopped")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name for our lists"), max_length=100)
    purpose = models.SlugField(_("asked under"), max_length=60)
    # Beside the yes: empty means everybody who said it.
    membership_types = ArrayField(
        models.CharField(max_length=40), verbose_name=_("kinds of membership"), default=list, blank=True
    )
    countries = ArrayField(
        models.CharField(max_length=2), verbose_name=_("countries"), default=list, blank=True
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    started_at = models.DateTimeField(_("sending since"), null=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)
    started_by = models.UUIDField(_("sent by"), null=True, editable=False)
    # How many copies were made: the copies themselves go after a year.
    people = models.PositiveIntegerField(_("people"), default=0, editable=False)
    claimed_until = models.DateTimeField(_("being worked on until"), null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)

    class Meta:
        verbose_name = _("newsletter")
        verbose_name_plural = _("newsletters")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name


class NewsletterText(OfAssociation):
    """An issue in one language: CommonMark without HTML, as in statements."""

    newsletter = models.ForeignKey(
        Newsletter, models.CASCADE, related_name="texts", verbose_name=_("newsletter")
    )
    language = models.CharField(_("language"), max_length=12)
    subject = models.CharField(_("subject"), max_length=150)
    body = models.TextField(_("text"))

    class Meta:
        verbose_name = _("text of a newsletter")
        verbose_name_plural = _("texts of newsletters")
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(fields=["newsletter", "language"], name="newsletter_language_once")
        ]

    def __str__(self) -> str:
        return f"{self.newsletter_id}, {self.language}"


class NewsletterCopy(OfAssociation):
    """One person's copy. The letter itself, with address and text, is a sealed mail (ams/models/mail.py)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        WRITTEN = "written", _("Written")
        HELD_BACK = "held_back", _("Held back")

    class Why(models.TextChoices):
        NO_YES = "no_yes", _("No yes any more")
        NO_ADDRESS = "no_address", _("No e-mail address")
        STOPPED = "stopped", _("The sending was stopped")

    newsletter = models.ForeignKey(
        Newsletter, models.PROTECT, related_name="copies", verbose_name=_("newsletter")
    )
    individual = models.ForeignKey("ams.Individual", models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    why_not = models.CharField(_("why not"), max_length=10, choices=Why, blank=True)
    at = models.DateTimeField(_("when"), null=True)
    mail = models.ForeignKey("ams.SentMail", models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("copy of a newsletter")
        verbose_name_plural = _("copies of newsletters")
        constraints = [
            models.UniqueConstraint(fields=["newsletter", "individual"], name="newsletter_copy_once")
        ]
        indexes = [
            models.Index(
                fields=["newsletter"],
                condition=models.Q(state="waiting"),
                name="newsletter_copy_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"copy {self.pk}"
