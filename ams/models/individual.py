"""The individual: a person about whom the association holds data, with or without a login."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_countries.fields import CountryField

from ams.names import whole_name
from privacy.vault.constraints import SealedUnique
from privacy.vault.fields import SealedDateField, SealedEmailField, SealedLongTextField, SealedTextField
from privacy.vault.files import SealedFileField
from privacy.vault.rows import SealedModel


class Individual(SealedModel):
    """The primary key is the subject uid: the only name of a person that ledgers, logs and keyrings know."""

    class Source(models.TextChoices):
        JOINED = "joined", _("given when joining")
        IMPORTED = "imported", _("a list that we took over")
        STAFF = "staff", _("our staff")

    id = models.UUIDField(_("number"), primary_key=True, default=uuid.uuid4, editable=False)
    member_number = SealedTextField(_("member number"), max_length=40, findable=True, null=True, blank=True)
    title = SealedTextField(_("title"), max_length=40, null=True, blank=True)
    given_name = SealedTextField(_("first name"), max_length=100, null=True)
    family_name = SealedTextField(_("last name"), max_length=100, null=True, blank=True)
    email = SealedEmailField(_("e-mail"), findable=True, null=True, blank=True)
    pending_email = SealedEmailField(
        _("new e-mail"),
        null=True,
        blank=True,
        help_text=_("Until the link that we sent there is followed."),
    )
    born_on = SealedDateField(
        _("date of birth"),
        null=True,
        blank=True,
        help_text=_("For the early-career fee, and to know whether a parent or guardian has to agree."),
    )
    about = SealedLongTextField(
        _("introduction"),
        max_length=2000,
        null=True,
        blank=True,
        help_text=_("For the page in the directory."),
    )
    field_of_work = SealedTextField(_("field of work"), max_length=100, null=True, blank=True)
    website = SealedTextField(_("website"), max_length=200, null=True, blank=True)
    photo = SealedFileField(
        pgettext_lazy("of a person", "photo"),
        blank=True,
        help_text=_("Shown in the directory to those who sign in, for who is listed there."),
    )
    thumbnail = SealedFileField(_("small photo"), blank=True, editable=False)
    country = CountryField(_("country"), blank=True)
    language = models.CharField(
        _("language of our letters"), max_length=8, choices=settings.LANGUAGES, default="en"
    )
    joined_on = SealedDateField(_("member since"), null=True, blank=True)
    source = models.CharField(
        pgettext_lazy("where from", "source"), max_length=20, choices=Source.choices, default=Source.JOINED
    )
    informed_at = models.DateTimeField(
        _("told what we hold"), null=True, blank=True, editable=False, help_text=_("Art. 14 GDPR.")
    )
    restricted_at = models.DateTimeField(_("paused since"), null=True, blank=True, editable=False)
    deceased_at = models.DateTimeField(_("marked as deceased"), null=True, blank=True, editable=False)
    died_on = SealedDateField(_("day of death"), null=True, blank=True, editable=False)
    deceased_note = SealedTextField(
        _("how we know of the death"), max_length=300, null=True, blank=True, editable=False
    )
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("entered"), auto_now_add=True)
    # The database keeps both (migration 0002), so that bulk writes count too: the directory reads what changed.
    changed_at = models.DateTimeField(_("changed"), db_default=Now(), editable=False)
    changed_in = models.BigIntegerField(_("changed in transaction"), db_default=0, editable=False)

    class Meta:
        verbose_name = _("individual")
        verbose_name_plural = _("individuals")
        ordering = ["created_at", "pk"]
        constraints = [
            SealedUnique(fields=["association", "email"], name="individual_email"),
            SealedUnique(fields=["association", "member_number"], name="individual_member_number"),
        ]
        indexes = [models.Index(fields=["association", "changed_in"], name="individual_changed")]

    def __str__(self) -> str:
        return f"individual {self.pk.hex[:8]}"

    @property
    def display_name(self) -> str:
        return whole_name(self.given_name, self.family_name, title=self.title)

    @property
    def is_erased(self) -> bool:
        return self.erased_at is not None

    @property
    def is_restricted(self) -> bool:
        """Art. 18 GDPR: stored, and otherwise left alone."""
        return self.restricted_at is not None
