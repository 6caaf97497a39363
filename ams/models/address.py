"""Where the association reaches an individual: by post, by phone, on other networks."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from privacy.vault.fields import SealedEmailField, SealedTextField
from privacy.vault.rows import SealedModel


class PostalAddress(SealedModel):
    class Kind(models.TextChoices):
        HOME = "home", _("Home")
        WORK = "work", _("Work")
        INVOICE = "invoice", _("For invoices")

    individual = models.ForeignKey("ams.Individual", models.PROTECT, related_name="addresses")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.HOME)
    addressee = SealedTextField(
        _("addressee"),
        max_length=120,
        null=True,
        blank=True,
        help_text=_("If it is somebody else: a department, say."),
    )
    street = SealedTextField(_("street"), max_length=200)
    postcode = SealedTextField(_("postcode"), max_length=20, null=True, blank=True)
    town = SealedTextField(_("town"), max_length=100)
    region = SealedTextField(_("region"), max_length=100, null=True, blank=True)
    country = CountryField(_("country"))
    is_preferred = models.BooleanField(_("letters go here"), default=True)
    since = models.DateTimeField(_("entered"), auto_now_add=True)

    class Meta:
        verbose_name = _("postal address")
        verbose_name_plural = _("postal addresses")
        ordering = ["-is_preferred", "pk"]

    def __str__(self) -> str:
        return f"postal address {self.pk}"


class PhoneNumber(SealedModel):
    class Kind(models.TextChoices):
        MOBILE = "mobile", _("Mobile")
        HOME = "home", _("Home")
        WORK = "work", _("Work")

    individual = models.ForeignKey("ams.Individual", models.PROTECT, related_name="phones")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.MOBILE)
    number = SealedTextField(_("phone"), max_length=40, help_text=_("Only used on the day of an event."))
    since = models.DateTimeField(_("entered"), auto_now_add=True)

    class Meta:
        verbose_name = _("phone")
        verbose_name_plural = _("phones")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"phone {self.pk}"


class OtherEmail(SealedModel):
    """A further e-mail, or one that a family shares: nobody signs in with it, and no letter of ours goes there."""

    individual = models.ForeignKey("ams.Individual", models.PROTECT, related_name="other_emails")
    address = SealedEmailField(_("further e-mail"), findable=True)
    since = models.DateTimeField(_("entered"), auto_now_add=True)

    class Meta:
        verbose_name = _("further e-mail")
        verbose_name_plural = _("further e-mails")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"further e-mail {self.pk}"


class SocialProfile(SealedModel):
    individual = models.ForeignKey("ams.Individual", models.PROTECT, related_name="social_profiles")
    network = SealedTextField(_("network"), max_length=60, help_text=_("Mastodon, LinkedIn, ORCID."))
    handle = SealedTextField(_("name there"), max_length=200)
    since = models.DateTimeField(_("entered"), auto_now_add=True)

    class Meta:
        verbose_name = _("profile elsewhere")
        verbose_name_plural = _("profiles elsewhere")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"profile elsewhere {self.pk}"
