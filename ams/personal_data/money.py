"""Invoices and payments, which the law keeps for a while."""

from django.utils.translation import gettext_lazy as _

from ams import models as m
from ams.personal_data.reasons import A_DATE, A_STATE, BOOKS
from privacy.declarations import Basis, Category, Clear, Keep, Origin, Personal, Until
from privacy.inventory import declare

# Tax law: § 147(1) no. 4 and 4a, (3) AO as amended by BEG IV: eight years from the end of the year.
TAX_LAW = _("Tax law asks us to keep invoices and payments for eight years (§ 147 AO).")
UNTIL_TAX_LAW = _("Eight years after the end of the year, by tax law (§ 147 AO)")
KEEP_INVOICE = Keep(because=TAX_LAW, until=Until(after="issued_on", years=8))
KEEP_PAYMENT = Keep(because=TAX_LAW, until=Until(after="received_on", years=8))
BOOKKEEPERS = (_("Our tax adviser"), _("The tax office, when it audits us"))

declare(
    m.Invoice,
    subject="individual",
    purpose=_("Invoices and accounts"),
    basis=Basis.LEGAL_OBLIGATION,
    category=Category.PAYMENTS,
    retention=UNTIL_TAX_LAW,
    recipients=BOOKKEEPERS,
    origin=Origin.OURS,
    fields={
        "number": Personal(KEEP_INVOICE, plain=BOOKS),
        "issued_on": Personal(KEEP_INVOICE, plain=A_DATE),
        "due_on": Personal(KEEP_INVOICE, plain=A_DATE),
        "addressee": Personal(KEEP_INVOICE),
        "address": Personal(KEEP_INVOICE),
        "description": Personal(KEEP_INVOICE),
        "amount": Personal(KEEP_INVOICE),
        "currency": Personal(KEEP_INVOICE, plain=BOOKS),
        "state": Personal(KEEP_INVOICE, plain=A_STATE),
        "note": Personal(Clear(), origin=Origin.PROVIDED),
    },
    not_personal={"association"},
)

declare(
    m.Payment,
    subject="individual",
    purpose=_("Invoices and accounts"),
    basis=Basis.LEGAL_OBLIGATION,
    category=Category.PAYMENTS,
    retention=UNTIL_TAX_LAW,
    recipients=BOOKKEEPERS,
    fields={
        "received_on": Personal(KEEP_PAYMENT, plain=A_DATE, origin=Origin.OBSERVED),
        "amount": Personal(KEEP_PAYMENT, origin=Origin.OBSERVED),
        "currency": Personal(KEEP_PAYMENT, plain=BOOKS, origin=Origin.OBSERVED),
        "method": Personal(KEEP_PAYMENT, plain=BOOKS),
        "payer": Personal(KEEP_PAYMENT, origin=Origin.OTHERS),
        "iban": Personal(Clear(), origin=Origin.OTHERS),
    },
    not_personal={"association", "invoice"},
)
