"""What members show of themselves to other members, and what was handed to a recipient by their yes."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ams.sharing.fields import labels
from privacy.tenancy import OfAssociation
from privacy.vault.fields import SealedJSONField, SealedLongTextField
from privacy.vault.rows import SealedModel


class DirectoryEntry(SealedModel):
    """Held on one yes alone: sealed with a key of its own, which a withdrawal destroys in the back-ups too."""

    individual = models.OneToOneField("ams.Individual", models.PROTECT, related_name="directory_entry")
    # Names of the fields of the person that the entry shows (ams/members/fields.py). The name itself always.
    shows = SealedJSONField(_("what others see"), default=list)
    introduction = SealedLongTextField(
        _("a few words to other members"), max_length=600, null=True, blank=True
    )
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)

    class Meta:
        verbose_name = _("entry in the member directory")
        verbose_name_plural = _("entries in the member directory")

    def __str__(self) -> str:
        return f"entry {self.pk}"


class Handover(OfAssociation):
    """A list given to a recipient whom a statement names, of those alone who said yes to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.SlugField(_("asked under"), max_length=60)
    recipient = models.CharField(_("recipient"), max_length=120)
    # The words that everybody on it said yes to, or newer ones. Lists of long ago do not name them.
    version = models.ForeignKey(
        "consent.Version", models.PROTECT, null=True, related_name="+", verbose_name=_("words")
    )
    # Those that the version names, and no others: the database sees to it.
    fields = ArrayField(models.CharField(max_length=40), verbose_name=_("what was handed over"))
    people = models.PositiveIntegerField(_("people"))
    made_at = models.DateTimeField(_("when"), default=timezone.now)
    made_by = models.UUIDField(_("by"))
    fetched_at = models.DateTimeField(_("file made"), null=True, editable=False)

    class Meta:
        verbose_name = _("list handed over")
        verbose_name_plural = _("lists handed over")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        """As the person reads it in their copy: who got what. Of nobody in particular."""
        return f"{self.recipient}: {', '.join(labels(self.fields))}"


class Disclosure(OfAssociation):
    """That this person was on that list: who has my data, and since when (Art. 15(1)(c))."""

    individual = models.ForeignKey("ams.Individual", models.PROTECT, related_name="+")
    handover = models.ForeignKey(
        Handover, models.PROTECT, related_name="disclosures", verbose_name=_("list handed over")
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("disclosure")
        verbose_name_plural = _("disclosures")
        constraints = [models.UniqueConstraint(fields=["handover", "individual"], name="disclosure_once")]

    def __str__(self) -> str:
        return f"disclosure {self.pk}"
