"""Entries of the member directory in the console: to be read. What others see is the member's own choice."""

from django.contrib import admin

from ams.console.rows import ReadOnlyRowAdmin
from ams.models import DirectoryEntry


@admin.register(DirectoryEntry)
class DirectoryEntryAdmin(ReadOnlyRowAdmin):
    shown = ("shows", "introduction", "changed_at")
    list_display = ("__str__", "person", "changed_at")
    date_hierarchy = "changed_at"
