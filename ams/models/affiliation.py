"""For whom an individual works."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.vault.fields import SealedDateField, SealedTextField
from privacy.vault.rows import SealedModel


class Affiliation(SealedModel):
    class Kind(models.TextChoices):
        EMPLOYER = "employer", _("Employer")
        UNIVERSITY = "university", _("University")
        ORGANISATION = "organisation", _("Organisation")

    individual = models.ForeignKey("ams.Individual", models.PROTECT, related_name="affiliations")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.EMPLOYER)
    organisation = SealedTextField(_("employer or organisation"), max_length=200)
    department = SealedTextField(_("department"), max_length=120, null=True, blank=True)
    position = SealedTextField(_("position"), max_length=120, null=True, blank=True)
    began_on = SealedDateField(_("from"), null=True, blank=True)
    ended_on = SealedDateField(_("until"), null=True, blank=True)
    since = models.DateTimeField(_("entered"), auto_now_add=True)

    class Meta:
        verbose_name = _("affiliation")
        verbose_name_plural = _("affiliations")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"affiliation {self.pk}"
