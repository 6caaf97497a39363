"""A file of individuals on its way into the association."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy.tenancy import OfAssociation
from privacy.vault.files import SealedFileField
from privacy.vault.rows import SealedModel


class Import(SealedModel):
    """The file has a key of its own: both go when its last row is in, when anybody is erased, and within a week."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Uploaded")
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Could not be read")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.UUIDField(_("number"), primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.UPLOADED)
    file = SealedFileField(_("file"), blank=True)
    encoding = models.CharField(_("characters"), max_length=20, blank=True)
    delimiter = models.CharField(_("separator"), max_length=2, blank=True)
    columns = models.JSONField(
        _("columns"), default=list, help_text=_("The field for each heading, in order.")
    )
    dry_run = models.BooleanField(_("only try"), default=False)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    read = models.PositiveIntegerField(_("rows read"), default=0)
    added = models.PositiveIntegerField(_("people added"), default=0)
    changed = models.PositiveIntegerField(_("people changed"), default=0)
    unchanged = models.PositiveIntegerField(_("people already there"), default=0)
    refused = models.PositiveIntegerField(_("rows refused"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_until = models.DateTimeField(_("running until"), null=True, blank=True)
    # The subject uid of whoever uploaded it: no foreign key to a person.
    started_by = models.UUIDField(_("uploaded by"), null=True, blank=True, editable=False)
    created_on = models.DateField(_("day"), default=timezone.localdate)
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"import {self.pk.hex[:8]}"

    @property
    def is_open(self) -> bool:
        return self.state in {self.State.WAITING, self.State.RUNNING}


class ImportRefusal(OfAssociation):
    """A row that was not taken over. Where and why, never what it held."""

    import_job = models.ForeignKey(
        "ams.Import", models.CASCADE, related_name="refusals", verbose_name=_("import")
    )
    line = models.PositiveIntegerField(_("line"))
    column = models.CharField(_("column"), max_length=100, blank=True)
    reason = models.CharField(_("reason"), max_length=60)

    class Meta:
        verbose_name = _("refused row")
        verbose_name_plural = _("refused rows")
        ordering = ["line", "pk"]

    def __str__(self) -> str:
        return f"refused row {self.pk}"
