"""What somebody still owes: told before an erasure is asked for and approved (ERASURE_OWED)."""

from django.utils.translation import gettext as _

from ams.models import Individual, Invoice
from ams.words import day, money


def owed_by(individual: Individual) -> list[str]:
    """A line for each unpaid invoice, the oldest first."""
    unpaid = Invoice.objects.filter(individual=individual, state=Invoice.State.OPEN)
    return [line_of(invoice) for invoice in unpaid.order_by("due_on", "pk")]


def line_of(invoice: Invoice) -> str:
    facts = {
        "number": invoice.number,
        "amount": money(invoice.amount, invoice.currency),
        "day": day(invoice.due_on),
    }
    return _("Invoice %(number)s, %(amount)s, due on %(day)s") % facts
