"""Mail to individuals: the row is the queue, and afterwards the record of what was sent."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.vault.fields import SealedEmailField, SealedLongTextField, SealedTextField
from privacy.vault.rows import SealedModel


class SentMail(SealedModel):
    """A delay stands in `due_at`; an attempt is counted before it is made."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Could not be sent")
        # Between writing and sending the yes was taken back: the text goes, that there was a letter stays.
        HELD_BACK = "held_back", _("Held back")

    individual = models.ForeignKey("ams.Individual", models.PROTECT, related_name="mails")
    template = models.CharField(_("kind of mail"), max_length=100)
    # The slug of the statement that allows it: the gate is asked by it, twice. Empty: part of the service.
    purpose = models.SlugField(_("allowed by"), max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=8)
    recipient = SealedEmailField(_("address"))
    subject = SealedTextField(_("subject"), max_length=250)
    text = SealedLongTextField(pgettext_lazy("of a mail", "text"), null=True, blank=True)
    html = SealedLongTextField(_("text with layout"), null=True, blank=True)
    # A mail whose link opens a door: once it is sent, only its subject stays.
    keep = models.BooleanField(_("the text stays"), default=True)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    written_at = models.DateTimeField(_("written"), default=timezone.now)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    claimed_until = models.DateTimeField(_("being sent until"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    failure = models.CharField(_("why not"), max_length=80, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("to one person", "mail")
        verbose_name_plural = _("mails")
        ordering = ["-written_at", "pk"]
        indexes = [
            models.Index(
                fields=["association", "due_at"], condition=models.Q(state="queued"), name="sent_mail_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"mail {self.pk}"
