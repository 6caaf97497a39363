"""Documents that the association keeps for an individual."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.vault.fields import SealedTextField
from privacy.vault.files import SealedFileField
from privacy.vault.rows import SealedModel


class Document(SealedModel):
    individual = models.ForeignKey("ams.Individual", models.PROTECT, related_name="documents")
    title = SealedTextField(_("title"), max_length=200)
    file = SealedFileField(_("file"))
    added_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-added_at", "pk"]

    def __str__(self) -> str:
        return f"document {self.pk}"
