"""Which kinds of membership there are, and who has had which of them."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy.tenancy import OfAssociation
from privacy.vault.fields import SealedTextField
from privacy.vault.rows import SealedModel


class MembershipType(OfAssociation):
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=100)
    description = models.TextField(_("description"), max_length=500, blank=True)
    yearly_fee = models.DecimalField(_("yearly fee"), max_digits=8, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    is_open = models.BooleanField(_("can be chosen when joining"), default=True)
    position = models.PositiveSmallIntegerField(_("place in lists"), default=0)

    class Meta:
        verbose_name = _("membership type")
        verbose_name_plural = _("membership types")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["association", "code"], name="membership_type_code"),
            models.CheckConstraint(condition=models.Q(yearly_fee__gte=0), name="membership_type_fee"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(SealedModel):
    class State(models.TextChoices):
        APPLIED = "applied", _("Applied")
        ACTIVE = "active", _("Active")
        LAPSED = "lapsed", _("Lapsed")
        ENDED = "ended", _("Ended")

    HELD = (State.APPLIED, State.ACTIVE)

    individual = models.ForeignKey("ams.Individual", models.PROTECT, related_name="memberships")
    type = models.ForeignKey("ams.MembershipType", models.PROTECT, related_name="+", verbose_name=_("type"))
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.APPLIED)
    began_on = models.DateField(_("from"))
    ended_on = models.DateField(_("until"), null=True, blank=True)
    reason_for_leaving = SealedTextField(_("reason for leaving"), max_length=500, null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["-began_on", "pk"]
        indexes = [models.Index(fields=["association", "state"], name="membership_state")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True) | models.Q(ended_on__gte=models.F("began_on")),
                name="membership_ends_after_it_began",
            )
        ]

    def __str__(self) -> str:
        return f"membership {self.pk}"


def lasts() -> models.Q:
    """Of memberships: those that are held today. One that ends is held until its last day is over."""
    today = timezone.localdate()
    return models.Q(state__in=Membership.HELD) & (models.Q(ended_on=None) | models.Q(ended_on__gte=today))
