"""A new e-mail address on its way: who asked for it, and whether the old one agrees."""

from datetime import datetime, timedelta
from typing import Final

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy.vault.fields import SealedEmailField, SealedTextField
from privacy.vault.rows import SealedModel

WAIT: Final = timedelta(hours=72)  # in which the old address may stop it
LIFE: Final = timedelta(days=7)  # of the link to the new address
REMEMBERED: Final = timedelta(days=30)


class EmailChange(SealedModel):
    """The new address itself stands on the person (`pending_email`) until it counts."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        IN_FORCE = "in_force", _("In force")
        STOPPED = "stopped", _("Stopped by the old address")
        VOID = "void", _("Not followed up")

    individual = models.ForeignKey("ams.Individual", models.PROTECT, related_name="email_changes")
    before = SealedEmailField(_("old e-mail"), null=True, blank=True)
    reason = SealedTextField(_("reason"), max_length=200, null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    # The uid of whoever asked, of the staff or the person; no foreign key, so that this row names one person only.
    asked_by = models.UUIDField(_("asked by"), null=True, editable=False)
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    new_agreed_at = models.DateTimeField(_("new address confirmed"), null=True)
    old_agreed_at = models.DateTimeField(_("old address agreed"), null=True)
    effective_at = models.DateTimeField(_("in force since"), null=True)
    reset_asked_at = models.DateTimeField(_("new password asked for"), null=True)

    class Meta:
        verbose_name = _("change of e-mail")
        verbose_name_plural = _("changes of e-mail")
        ordering = ["-asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["association", "individual"],
                condition=models.Q(state="waiting"),
                name="one_new_email_waits",
            )
        ]

    def __str__(self) -> str:
        return f"change of e-mail {self.pk}"

    @property
    def by_staff(self) -> bool:
        return self.asked_by != self.individual_id

    @property
    def due_at(self) -> datetime:
        return self.asked_at + WAIT

    @property
    def reset_due_at(self) -> datetime | None:
        """From when a new password may be chosen through the new address."""
        return self.reset_asked_at and self.reset_asked_at + WAIT

    @property
    def waits(self) -> bool:
        return self.state == self.State.WAITING and timezone.now() < self.asked_at + LIFE

    @property
    def is_agreed(self) -> bool:
        """By the new address, and by the old one or by its silence."""
        silent = self.before is None or timezone.now() >= self.due_at
        return self.new_agreed_at is not None and (self.old_agreed_at is not None or silent)

    @property
    def is_doubted(self) -> bool:
        """In force by the word of staff alone: the old address, which never agreed, may still take it back."""
        recent = self.effective_at is not None and timezone.now() < self.effective_at + REMEMBERED
        unheard = self.before is not None and self.old_agreed_at is None
        return self.state == self.State.IN_FORCE and recent and unheard and self.by_staff
