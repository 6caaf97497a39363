"""Committees, and who has served on them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.tenancy import OfAssociation
from privacy.vault.fields import SealedDateField, SealedTextField
from privacy.vault.rows import SealedModel


class Committee(OfAssociation):
    name = models.CharField(_("name"), max_length=160)
    task = models.TextField(_("task"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("committee")
        verbose_name_plural = _("committees")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["association", "name"], name="committee_name")]

    def __str__(self) -> str:
        return self.name


class CommitteeService(SealedModel):
    individual = models.ForeignKey("ams.Individual", models.PROTECT, related_name="committee_services")
    committee = models.ForeignKey(
        "ams.Committee", models.PROTECT, related_name="services", verbose_name=_("committee")
    )
    office = SealedTextField(_("office"), max_length=100, null=True, blank=True)
    began_on = SealedDateField(_("from"))
    ended_on = SealedDateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("committee service")
        verbose_name_plural = _("committee services")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"committee service {self.pk}"
