"""One erasure: who asked, who approved, how far it is. It stays as the proof, under the person's number only."""

import uuid
from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy.vault.fields import SealedEmailField, SealedLongTextField, SealedTextField
from privacy.vault.rows import SealedModel


class State(models.TextChoices):
    REQUESTED = "requested", _("Waits for approval")
    APPROVED = "approved", _("Approved, cooling off")
    EXECUTING = "executing", _("Being carried out")
    KEY_DESTRUCTION_PENDING = "key_destruction_pending", _("Keys wait for destruction")
    COMPLETED = "completed", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")


LEASE = timedelta(minutes=5)  # longer than a task may live
OPEN = [State.REQUESTED, State.APPROVED, State.EXECUTING, State.KEY_DESTRUCTION_PENDING]
AT_WORK = [State.EXECUTING, State.KEY_DESTRUCTION_PENDING]


class Channel(models.TextChoices):
    MEMBER = "member", _("by the member")
    STAFF = "staff", _("by staff")
    COMMAND = "command", _("by an operator")


class Erasure(SealedModel):
    """`stays`, `told` and `counts` hold labels, numbers and dates only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    individual = models.ForeignKey(
        "ams.Individual", models.PROTECT, verbose_name=_("individual"), related_name="erasures"
    )
    state = models.CharField(_("state"), max_length=30, choices=State.choices, default=State.REQUESTED)
    channel = models.CharField(_("asked"), max_length=10, choices=Channel.choices)
    reason = SealedLongTextField(_("reason"), null=True, blank=True)
    requested_by = models.UUIDField(_("asked by"), null=True)
    requested_at = models.DateTimeField(_("asked at"), default=timezone.now)
    cools_off_until = models.DateTimeField(_("can be stopped until"))
    approved_by = models.UUIDField(_("approved by"), null=True)
    approved_at = models.DateTimeField(_("approved at"), null=True)
    fingerprint = models.CharField(_("plan"), max_length=64)
    stays = models.JSONField(_("stays"), default=list)
    told = models.JSONField(_("told"), default=list)
    counts = models.JSONField(_("counts"), default=dict)
    event_id = models.UUIDField(_("notice"), null=True)
    files = models.JSONField(_("files to delete"), default=list)
    other_keys = models.JSONField(_("keys shared with others, to destroy"), default=list)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(_("taken until"), null=True)
    rows_gone_at = models.DateTimeField(_("rows gone at"), null=True)
    keys_destroyed_at = models.DateTimeField(_("keys destroyed at"), null=True)
    completed_at = models.DateTimeField(_("completed at"), null=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True)
    cancelled_by = models.UUIDField(_("cancelled by"), null=True)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ("-requested_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["association", "individual"],
                condition=models.Q(state__in=OPEN),
                name="one_open_erasure",
            ),
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="erasure_state"),
            models.CheckConstraint(
                condition=~models.Q(state=State.COMPLETED) | models.Q(keys_destroyed_at__isnull=False),
                name="completed_means_keys_destroyed",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True)
                | ~models.Q(approved_by=models.F("requested_by")),
                name="a_second_person_approves",
            ),
        ]
        indexes = [models.Index(fields=["state", "cools_off_until"], name="erasure_due")]

    def __str__(self) -> str:
        return f"erasure {str(self.pk)[:8]}"

    @property
    def reference(self) -> str:
        """What a person can read out on the phone."""
        return f"E-{str(self.pk)[:8].upper()}"

    @property
    def can_stop(self) -> bool:
        """Once it is approved and the days to reconsider are over it may begin at any moment."""
        return self.state == State.REQUESTED or (self.state == State.APPROVED and self.cools_off)

    @property
    def cools_off(self) -> bool:
        """Is there a known moment until which it can be stopped? Else that is the approval."""
        return self.cools_off_until > timezone.now()


class Farewell(SealedModel):
    """The address that was held until the end, under a key of its own, until the last letter is out."""

    erasure = models.ForeignKey(Erasure, models.CASCADE, related_name="farewells")
    individual = models.ForeignKey("ams.Individual", models.PROTECT, related_name="+")
    address = SealedEmailField(_("e-mail"))
    greeting = SealedTextField(_("name"))
    language = models.CharField(_("language"), max_length=10)
    written_at = models.DateTimeField(_("written at"), default=timezone.now)
    due_at = models.DateTimeField(_("due at"), default=timezone.now)

    class Meta:
        verbose_name = _("letter of farewell")
        verbose_name_plural = _("letters of farewell")

    def __str__(self) -> str:
        return f"farewell {self.pk}"
