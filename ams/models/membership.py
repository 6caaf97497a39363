"""Which kinds of membership there are, and who has had which of them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy.tenancy import OfAssociation
from privacy.vault.fields import SealedDateField, SealedTextField
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
    began_on = SealedDateField(_("from"))
    ended_on = SealedDateField(_("until"), null=True, blank=True)
    # The same day, for as long as the database has to ask for it: nothing of the past is left to it.
    runs_until = models.DateField(_("runs until"), null=True, editable=False)
    reason_for_leaving = SealedTextField(_("reason for leaving"), max_length=500, null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["association", "state"], name="membership_state")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(runs_until=None) | models.Q(state__in=["applied", "active"]),
                name="membership_over_has_no_plain_day",
            )
        ]

    def __str__(self) -> str:
        return f"membership {self.pk}"

    def clean(self) -> None:
        if self.ends_before_it_began:
            raise ValidationError({"ended_on": _("It cannot end before it began.")})

    @property
    def ends_before_it_began(self) -> bool:
        began, ended = self.began_on, self.ended_on
        return isinstance(began, date) and isinstance(ended, date) and ended < began

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """The database cannot compare sealed days, so they are compared here. Raises ValueError."""
        if self.ends_before_it_began:
            raise ValueError("A membership cannot end before it began.")
        names = None if update_fields is None else set(update_fields)
        if names is None or names & {"state", "ended_on"}:
            self.runs_until = self.ended_on if self.state in self.HELD else None
            names = names and {*names, "runs_until"}
        super().save(*args, update_fields=names, **kwargs)


def lasts() -> models.Q:
    """Of memberships: those that are held today. One that ends is held until its last day is over."""
    today = timezone.localdate()
    return models.Q(state__in=Membership.HELD) & (models.Q(runs_until=None) | models.Q(runs_until__gte=today))
