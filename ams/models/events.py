"""Events, and who comes to them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.tenancy import OfAssociation
from privacy.vault.fields import SealedDateTimeField, SealedTextField
from privacy.vault.rows import SealedModel


class Event(OfAssociation):
    title = models.CharField(_("title"), max_length=200)
    place = models.CharField(_("place"), max_length=200)
    begins_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    fee = models.DecimalField(_("fee"), max_digits=8, decimal_places=2, default=0)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-begins_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gte=models.F("begins_at")), name="event_ends_after_it_began"
            )
        ]

    def __str__(self) -> str:
        return self.title


class EventRegistration(SealedModel):
    class State(models.TextChoices):
        BOOKED = "booked", _("Booked")
        CAME = "came", _("Came")
        CANCELLED = "cancelled", _("Cancelled")

    individual = models.ForeignKey("ams.Individual", models.PROTECT, related_name="registrations")
    event = models.ForeignKey(
        "ams.Event", models.PROTECT, related_name="registrations", verbose_name=_("event")
    )
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.BOOKED)
    booked_at = SealedDateTimeField(_("booked"))
    badge_name = SealedTextField(_("name on the badge"), max_length=120, null=True, blank=True)
    # Art. 9 GDPR: what people eat and need says something about their health or faith.
    dietary_needs = SealedTextField(
        _("dietary needs"),
        max_length=300,
        null=True,
        blank=True,
        help_text=_("Only the caterer sees it, without a name."),
    )
    access_needs = SealedTextField(
        _("access needs"),
        max_length=300,
        null=True,
        blank=True,
        help_text=_("A ramp, a seat in front, an interpreter."),
    )

    class Meta:
        verbose_name = _("event registration")
        verbose_name_plural = _("event registrations")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["individual", "event"], name="registration_once")]

    def __str__(self) -> str:
        return f"event registration {self.pk}"

    @property
    def is_called_off(self) -> bool:
        """A calendar shows it as such (portability/icalendar.py)."""
        return self.state == self.State.CANCELLED
