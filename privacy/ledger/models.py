"""The chain of entries, and beside it the sealed evidence that an entry only commits to."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.ledger.kinds import Kind
from privacy.tenancy import OfAssociation
from privacy.vault.fields import SealedJSONField
from privacy.vault.rows import SealedModel


class LedgerEntry(OfAssociation):
    """People are numbers here, and no foreign key leads to them: an entry outlives whomever it is about."""

    append_only: ClassVar = True  # privacy/database.py seals the table

    seq = models.PositiveBigIntegerField(_("number"), editable=False)
    prev_hash = models.BinaryField(_("hash of the entry before"), max_length=32)
    entry_hash = models.BinaryField(_("hash"), max_length=32)
    kind = models.CharField(_("what"), max_length=40)  # a Kind; the list grows without a migration
    subject_uid = models.UUIDField(_("about"), null=True)
    actor_uid = models.UUIDField(_("by"), null=True)
    at = models.DateTimeField(_("when"))
    payload = models.JSONField(_("details"), default=dict)
    commitment = models.BinaryField(_("commitment to the evidence"), max_length=32, null=True)

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["seq"]
        # The lock in append.py keeps the order; these make a fork impossible even without it.
        constraints = [
            models.UniqueConstraint(fields=["association", "seq"], name="ledger_seq"),
            models.UniqueConstraint(fields=["association", "prev_hash"], name="ledger_no_fork"),
        ]
        indexes = [models.Index(fields=["association", "subject_uid", "seq"], name="ledger_subject")]

    def __str__(self) -> str:
        return f"ledger entry {self.seq}"

    @property
    def what(self) -> str:
        """In words, for people."""
        return str(Kind(self.kind).label)


class Evidence(SealedModel):
    """What would be personal in an entry (wording shown, address, browser), under the person's key.

    The entry holds SHA-256(salt, evidence). After an erasure the row is gone and the commitment is noise.
    """

    individual = models.ForeignKey(
        "ams.Individual", models.PROTECT, related_name="+", verbose_name=_("individual")
    )
    entry = models.OneToOneField(
        LedgerEntry, models.PROTECT, related_name="evidence", verbose_name=_("entry")
    )
    content = SealedJSONField(_("evidence"))

    class Meta:
        verbose_name = _("piece of evidence")
        verbose_name_plural = _("pieces of evidence")

    def __str__(self) -> str:
        return f"evidence {self.pk}"
