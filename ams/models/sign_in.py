"""Who signed in when and from where, and how often a sign-in failed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.tenancy import OfAssociation
from privacy.vault.fields import SealedTextField
from privacy.vault.rows import SealedModel


class LoginRecord(SealedModel):
    class Outcome(models.TextChoices):
        SIGNED_IN = "signed_in", _("Signed in")
        REFUSED = "refused", _("Wrong password")

    individual = models.ForeignKey("ams.Individual", models.PROTECT, related_name="login_records")
    at = models.DateTimeField(_("when"))
    outcome = models.CharField(
        _("what happened"), max_length=20, choices=Outcome.choices, default=Outcome.SIGNED_IN
    )
    ip_address = SealedTextField(_("IP address"), max_length=60, null=True, blank=True)
    browser = SealedTextField(_("browser"), max_length=300, null=True, blank=True)

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        ordering = ["-at", "pk"]

    def __str__(self) -> str:
        return f"sign-in {self.pk}"


class FailureCount(OfAssociation):
    """Failed sign-ins in a minute. `bucket` is 24 bits of a digest whose key is never stored.

    It is gone with the day, so the row says about nobody that they tried.
    """

    bucket = models.IntegerField(_("bucket"))
    window = models.DateTimeField(_("minute"))
    failures = models.PositiveIntegerField(_("failures"), default=0)

    class Meta:
        verbose_name = _("count of failed sign-ins")
        verbose_name_plural = _("counts of failed sign-ins")
        constraints = [
            models.UniqueConstraint(fields=["association", "window", "bucket"], name="failure_count_window")
        ]

    def __str__(self) -> str:
        return f"failures {self.pk}"
