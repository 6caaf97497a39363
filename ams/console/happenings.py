"""Events and who comes; posts, notes, documents and letters about one person."""

from typing import Any

from django.contrib import admin
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from ams import models as m
from ams.console.names import me, opened
from ams.console.rows import ReadOnlyRowAdmin, RowAdmin
from ams.profile.views import as_file
from privacy.console import OpaqueAdmin
from privacy.vault.files import SealedFile


@admin.register(m.Event)
class EventAdmin(OpaqueAdmin[Any]):
    list_display = ("title", "place", "begins_at", "ends_at", "fee")
    date_hierarchy = "begins_at"
    search_fields = ("title", "place")
    actions = None


@admin.register(m.EventRegistration)
class EventRegistrationAdmin(RowAdmin):
    shown = ("event", "state", "booked_at", "badge_name", "dietary_needs", "access_needs")
    stays = ("event", "booked_at")
    tab = "events"
    list_display = ("__str__", "person", "event", "state", "booked_at")
    list_filter = ("state", "event")
    list_select_related = ("individual", "event")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"booked_at": timezone.now(), **super().get_changeform_initial_data(request)}


@admin.register(m.Post)
class PostAdmin(RowAdmin):
    """Staff may take a post away; the words in it stay the member's."""

    shown = ("title", "body", "posted_at", "edited_at")
    tab = "letters"
    list_display = ("__str__", "person", "posted_at", "edited_at")
    date_hierarchy = "posted_at"

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 Django's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 as above
        return False


@admin.register(m.StaffNote)
class StaffNoteAdmin(RowAdmin):
    shown = ("text",)
    tab = "letters"
    list_display = ("__str__", "person", "written_at")
    date_hierarchy = "written_at"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.written_at, obj.written_by = timezone.now(), me(request)
        super().save_model(request, obj, form, change)


@admin.register(m.Document)
class DocumentAdmin(RowAdmin):
    shown = ("title", "file")
    tab = "letters"
    list_display = ("__str__", "person", "added_at")
    date_hierarchy = "added_at"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["person", "title", "open"] if obj else super().get_fields(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("open", *super().get_readonly_fields(request, obj)) if obj else ()

    @admin.display(description=_("file"))
    def open(self, row: m.Document) -> str:
        if not isinstance(row.file, SealedFile):
            return str(row.file)
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:ams_document_file", args=[row.pk]), row.file.name
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.added_at = obj.added_at or timezone.now()
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        if isinstance(obj.file, SealedFile):
            obj.file.delete()
        super().delete_model(request, obj)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.file_view)
        return [path("<int:pk>/file/", view, name="ams_document_file"), *super().get_urls()]

    def file_view(self, request: HttpRequest, pk: int) -> FileResponse:
        document = get_object_or_404(m.Document, pk=pk)
        answer = as_file(document.file, attachment=True)
        opened(request, document.individual_id)
        return answer


@admin.register(m.SentMail)
class SentMailAdmin(ReadOnlyRowAdmin):
    shown = (
        "template",
        "language",
        "recipient",
        "subject",
        "text",
        "state",
        "written_at",
        "sent_at",
        "failure",
    )
    tab = "letters"
    list_display = ("__str__", "person", "template", "state", "written_at", "sent_at", "failure")
    list_filter = ("state", "template")
    date_hierarchy = "written_at"
