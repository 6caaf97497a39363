"""Invoices and payments: once written they stay, since a wrong invoice is replaced and not changed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from ams import models as m
from ams.console.rows import RowAdmin, person_meant


class Kept(RowAdmin):
    """Tax law keeps it (§ 147 AO), so nobody deletes it by hand."""

    tab = "payments"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 Django's signature
        return False


@admin.register(m.Invoice)
class InvoiceAdmin(Kept):
    stays = ("number", "issued_on", "due_on", "addressee", "address", "description", "amount", "currency")
    shown = (*stays, "state", "note")
    list_display = ("number", "person", "issued_on", "due_on", "state", "currency")
    list_filter = ("state", "currency")
    date_hierarchy = "issued_on"
    search_fields = ("number__exact",)


@admin.register(m.Payment)
class PaymentAdmin(Kept):
    shown = ("invoice", "received_on", "amount", "currency", "method", "payer", "iban")
    stays = shown
    list_display = ("__str__", "person", "invoice_number", "received_on", "method", "currency")
    list_filter = ("method", "currency")
    list_select_related = ("individual", "invoice")
    date_hierarchy = "received_on"

    @admin.display(description=m.Payment._meta.get_field("invoice").verbose_name)
    def invoice_number(self, payment: m.Payment) -> str:
        return payment.invoice.number

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only invoices of the one who paid, by the number that stands on them."""
        kwargs["queryset"] = m.Invoice.objects.filter(individual=person_meant(request))
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None:
            field.label_from_instance = number_of  # type: ignore[method-assign, assignment]  # Django's way
        return field


def number_of(invoice: Any) -> str:
    return str(invoice.number)
