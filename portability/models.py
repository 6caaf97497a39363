"""A copy of everything held about an individual: how far it is, where it lies sealed, until when."""

import secrets
import uuid
from datetime import timedelta
from typing import Final, cast

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy.vault.files import SealedFileField
from privacy.vault.rows import SealedModel

LIFE: Final = timedelta(days=7)
# Without vowels no word can come out; without 0, 1 and 5 nothing looks like a letter.
LETTERS: Final = "BCDFGHJKLMNPQRTVWXYZ2346789"


class State(models.TextChoices):
    QUEUED = "queued", _("asked")
    COLLECTING = "collecting", _("collecting")
    WRITING = "writing", _("writing the document")
    SEALING = "sealing", _("sealing")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("stopped")
    EXPIRED = "expired", _("deleted")


class Channel(models.TextChoices):
    SELF = "member", _("the member")
    STAFF = "staff", _("our staff")
    COMMAND = "command", _("our operators")
    API = "api", _("a program of the member")


class Format(models.TextChoices):
    PDF = "pdf", _("document (PDF)")
    ZIP = "zip", _("data (zip)")


OPEN: Final = (State.QUEUED, State.COLLECTING, State.WRITING, State.SEALING)
STEPS: Final = {State.QUEUED: 1, State.COLLECTING: 2, State.WRITING: 3, State.SEALING: 4, State.READY: 4}


def new_reference() -> str:
    """For the phone: says nothing, and is found in our log."""
    return "".join(secrets.choice(LETTERS) for _ in range(8))


class Export(SealedModel):
    """The row is the queue: a task only says that there is something to make (portability/make.py)."""

    id = models.UUIDField(_("number"), primary_key=True, default=uuid.uuid4, editable=False)
    individual = models.ForeignKey(
        "ams.Individual", models.PROTECT, related_name="exports", verbose_name=_("individual")
    )
    request = models.ForeignKey("privacy.Request", models.SET_NULL, null=True, blank=True, related_name="+")
    requested_by = models.UUIDField(_("asked by"), null=True, blank=True, editable=False)
    channel = models.CharField(_("made by"), max_length=20, choices=Channel.choices, default=Channel.SELF)
    tells = models.BooleanField(_("write to the person when it is ready"), default=True)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.QUEUED)
    percent = models.PositiveSmallIntegerField(_("percent"), default=0)
    things = models.PositiveIntegerField(_("things"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("asked for"), default=timezone.now, editable=False)
    ready_at = models.DateTimeField(_("made"), null=True, blank=True, editable=False)
    expires_at = models.DateTimeField(_("deleted on"), null=True, blank=True, editable=False)
    pdf = SealedFileField(_("document"), null=True, blank=True, editable=False)
    zip = SealedFileField(_("data"), null=True, blank=True, editable=False)
    token_hash = models.BinaryField(null=True, blank=True, editable=False)
    token_expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    letter_hash = models.BinaryField(null=True, blank=True, editable=False)
    letter_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    downloads = models.PositiveIntegerField(_("taken"), default=0, editable=False)
    reference = models.CharField(_("reference"), max_length=8, default=new_reference, editable=False)
    failure = models.CharField(_("what failed"), max_length=60, blank=True, editable=False)

    class Meta:
        verbose_name = _("copy of data")
        verbose_name_plural = _("copies of the data")
        ordering = ["-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["association", "individual"],
                condition=models.Q(state__in=OPEN),
                name="export_one_in_the_making",
            ),
            models.UniqueConstraint(fields=["association", "token_hash"], name="export_token"),
            models.UniqueConstraint(fields=["association", "letter_hash"], name="export_letter"),
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="export_state"),
            models.CheckConstraint(condition=models.Q(percent__lte=100), name="export_percent"),
            models.CheckConstraint(
                condition=~models.Q(state=State.READY)
                | models.Q(pdf__isnull=False, zip__isnull=False, expires_at__isnull=False),
                name="export_ready_has_files",
            ),
        ]
        indexes = [models.Index(fields=["association", "state", "expires_at"], name="export_state")]

    def __str__(self) -> str:
        return f"copy {self.pk.hex[:8]}"

    @property
    def association_uid(self) -> uuid.UUID:
        """The column's default may be None, where nobody speaks; the column itself may not."""
        return cast("uuid.UUID", self.association_id)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_ready(self) -> bool:
        """Ready, and not yet past its last day: the sweep may come some minutes late."""
        return self.state == State.READY and self.expires_at is not None and self.expires_at > timezone.now()

    @property
    def step(self) -> int:
        return STEPS.get(State(self.state), 0)
