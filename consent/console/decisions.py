"""Decisions in the console: to be read."""

from typing import Any

from django.http import HttpRequest

from consent.models import Decision
from privacy.console import OpaqueAdmin


class DecisionAdmin(OpaqueAdmin[Decision]):
    """Read only: a decision is taken by the person."""

    list_display = ("statement", "individual", "act", "at", "channel", "language")
    list_filter = ("statement", "act", "channel")
    list_select_related = ("statement", "individual")
    date_hierarchy = "at"
    ordering = ("-at",)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 Django's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 as above
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 as above
        return False
