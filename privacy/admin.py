"""The ledger in the console: to be read. Requests have pages of their own (ams/console/requests.py)."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from privacy.console import OpaqueAdmin
from privacy.ledger.models import LedgerEntry


class ReadOnlyAdmin(OpaqueAdmin[Any]):
    """Nothing to add, change or delete."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 Django's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 as above
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 as above
        return False


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    list_display = ("seq", "at", "what", "subject_uid", "actor_uid")
    ordering = ("-seq",)
    date_hierarchy = "at"
    list_per_page = 50
    search_fields = ("subject_uid__exact",)
    search_help_text = _("The number of a person")
