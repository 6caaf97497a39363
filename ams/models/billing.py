"""Invoices and payments: what tax law keeps, although the member leaves."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.vault.fields import SealedDecimalField, SealedLongTextField, SealedTextField
from privacy.vault.rows import SealedModel


class Invoice(SealedModel):
    """Sealed under a key that dies when the law no longer asks for it; which one follows from `issued_on`."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        PAID = "paid", _("Paid")
        CANCELLED = "cancelled", _("Cancelled")

    individual = models.ForeignKey("ams.Individual", models.PROTECT, related_name="invoices")
    number = models.CharField(_("invoice number"), max_length=40)
    issued_on = models.DateField(_("issued"))
    due_on = models.DateField(_("due"))
    # Unlike everything else about a person these stay as they were: a wrong invoice is replaced, not changed.
    addressee = SealedTextField(_("name on the invoice"), max_length=250)
    address = SealedLongTextField(_("address on the invoice"), max_length=500)
    description = SealedTextField(_("for"), max_length=250)
    amount = SealedDecimalField(_("amount"), max_digits=10, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.OPEN)
    note = SealedTextField(_("customer reference"), max_length=250, null=True, blank=True)

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ["-issued_on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["association", "number"], name="invoice_number")]

    def __str__(self) -> str:
        return f"invoice {self.pk}"


class Payment(SealedModel):
    class Method(models.TextChoices):
        TRANSFER = "transfer", _("Bank transfer")
        DIRECT_DEBIT = "direct_debit", _("Direct debit")
        CARD = "card", _("Card")
        CASH = "cash", _("Cash")

    individual = models.ForeignKey("ams.Individual", models.PROTECT, related_name="payments")
    invoice = models.ForeignKey(
        "ams.Invoice", models.PROTECT, related_name="payments", verbose_name=_("invoice")
    )
    received_on = models.DateField(_("received"))
    amount = SealedDecimalField(_("amount"), max_digits=10, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    method = models.CharField(_("paid by"), max_length=20, choices=Method.choices, default=Method.TRANSFER)
    payer = SealedTextField(_("name of the payer"), max_length=200)
    iban = SealedTextField(_("account number (IBAN)"), max_length=40, null=True, blank=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-received_on", "-pk"]

    def __str__(self) -> str:
        return f"payment {self.pk}"
