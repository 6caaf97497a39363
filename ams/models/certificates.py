"""What the association has certified about an individual."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.vault.fields import SealedDateField, SealedTextField
from privacy.vault.rows import SealedModel


class Certificate(SealedModel):
    individual = models.ForeignKey("ams.Individual", models.PROTECT, related_name="certificates")
    title = SealedTextField(_("title"), max_length=200)
    number = SealedTextField(_("certificate number"), max_length=60)
    result = SealedTextField(_("result"), max_length=100, null=True, blank=True)
    issued_on = SealedDateField(_("issued"))
    valid_until = SealedDateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"certificate {self.pk}"
