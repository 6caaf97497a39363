"""What staff write about an individual, who may read it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.vault.fields import SealedLongTextField
from privacy.vault.rows import SealedModel


class StaffNote(SealedModel):
    individual = models.ForeignKey("ams.Individual", models.PROTECT, related_name="staff_notes")
    text = SealedLongTextField(_("note"), max_length=4000, help_text=_("The member can read it."))
    written_at = models.DateTimeField(_("written"))
    # The subject uid of whoever wrote it; no foreign key, so that this row names one person only.
    written_by = models.UUIDField(_("written by"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("note by staff")
        verbose_name_plural = _("notes by staff")
        ordering = ["-written_at", "pk"]

    def __str__(self) -> str:
        return f"note {self.pk}"
