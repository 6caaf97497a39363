"""Mail to individuals: the row is the queue, and afterwards the record of what was sent."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.vault.fields import SealedEmailField, SealedLongTextField, SealedTextField
from privacy.vault.rows import SealedModel


class Letter(SealedModel):
    """What every mail has on its way. A delay stands in `due_at`, an attempt is counted before it is made."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Could not be sent")

    template = models.CharField(_("kind of mail"), max_length=100)
    language = models.CharField(_("language"), max_length=8)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    claimed_until = models.DateTimeField(_("being sent until"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    failure = models.CharField(_("why not"), max_length=80, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"mail {self.pk}"


class SentMail(Letter):
    individual = models.ForeignKey("ams.Individual", models.PROTECT, related_name="mails")
    recipient = SealedEmailField(_("address"))
    subject = SealedTextField(_("subject"), max_length=250)
    text = SealedLongTextField(pgettext_lazy("of a mail", "text"), null=True, blank=True)
    html = SealedLongTextField(_("text with layout"), null=True, blank=True)
    # A mail with a link that opens a door: once it is sent only its subject stays.
    keep = models.BooleanField(_("the text stays"), default=True)
    written_at = models.DateTimeField(_("written"), auto_now_add=True)

    class Meta:
        verbose_name = pgettext_lazy("to one person", "mail")
        verbose_name_plural = _("mails")
        ordering = ["-written_at", "pk"]
        indexes = [
            models.Index(
                fields=["association", "due_at"], condition=models.Q(state="queued"), name="sent_mail_waiting"
            )
        ]


class FarewellMail(Letter):
    """The last mail to somebody who is erased: its key is a separate one, and dies when the mail has left.

    It waits until `released_at`: a confirmation goes out only once the erasure is complete.
    """

    individual = models.ForeignKey("ams.Individual", models.PROTECT, related_name="farewells")
    recipient = SealedEmailField(_("address"))
    subject = SealedTextField(_("subject"), max_length=250)
    text = SealedLongTextField(pgettext_lazy("of a mail", "text"))
    html = SealedLongTextField(_("text with layout"))
    written_on = models.DateField(_("written"), default=timezone.localdate)
    released_at = models.DateTimeField(_("may leave since"), null=True, blank=True)

    class Meta:
        verbose_name = _("last mail")
        verbose_name_plural = _("last mails")
        ordering = ["pk"]
