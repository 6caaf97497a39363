"""A list in the console: uploaded, shown with its guessed headings, then taken over or only tried, then reported."""

from contextlib import suppress
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ams.console.names import me, names_of
from ams.imports import job as jobs
from ams.imports import layouts
from ams.imports.encodings import NAMES
from ams.imports.forms import SEPARATORS, MeaningForm, ReadingForm, UploadForm
from ams.imports.headings import FIELDS
from ams.imports.read import Table, Unreadable
from ams.imports.reasons import LEFT, REASONS, sentence
from ams.imports.refused_rows import FILE_NAME, OF_THE_LIST, rows_to_correct
from ams.models import Import, ImportRefusal
from privacy.admin import ReadOnlyAdmin
from privacy.numbers import row_or_404
from privacy.vault.files import SealedFile

State = Import.State
FIRST: Final = 5
A_PAGE: Final = 100
MEGABYTE: Final = 1024 * 1024


@admin.register(Import)
class ImportAdmin(ReadOnlyAdmin):
    pages = "imports/console"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may(request)

    def may(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return bool(user.has_perm("ams.add_import"))

    def must(self, request: HttpRequest) -> None:
        if not self.may(request):
            raise PermissionDenied

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<uuid:pk>/status/", view(require_safe(self.status_view)), name="ams_import_status"),
            path("<uuid:pk>/stop/", view(require_POST(self.stop_view)), name="ams_import_stop"),
            path("<uuid:pk>/now/", view(require_POST(self.now_view)), name="ams_import_now"),
            path("<uuid:pk>/correct/", view(require_POST(self.correct_view)), name="ams_import_correct"),
            path("<uuid:pk>/rows/", view(require_safe(self.rows_view)), name="ams_import_rows"),
            *super().get_urls(),
        ]

    def changelist_view(
        self,
        request: HttpRequest,
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 Django's signature
    ) -> HttpResponse:
        self.must(request)
        rows = Paginator(Import.objects.defer("file"), A_PAGE).get_page(request.GET.get("page"))
        names = names_of(row.started_by for row in rows)
        lines = [(row, names.get(row.started_by or row.pk, "")) for row in rows]
        return self.page(request, "imports", {"title": _("Lists taken over"), "lines": lines, "page": rows})

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",  # noqa: ARG002 as above
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 as above
    ) -> HttpResponse:
        """Nothing is written but the file, sealed."""
        self.must(request)
        data = (request.POST, request.FILES) if request.method == "POST" else ()
        form = UploadForm(*data)
        if request.method == "POST" and (job := self.received(request, form)):
            return redirect("admin:ams_import_change", job.pk)
        return self.page(request, "upload", {"title": _("Take over a list"), "form": form})

    def received(self, request: HttpRequest, form: UploadForm) -> Import | None:
        # Larger uploads would pass through plain temporary files, so no handler takes them.
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
            most = settings.FILE_UPLOAD_MAX_MEMORY_SIZE // MEGABYTE
            form.fields["file"].error_messages["required"] = _(
                "The file is larger than %(most)s MB. Cut it in two."
            ) % {"most": most}
        if not form.is_valid():
            return None
        upload = form.cleaned_data["file"]
        try:
            return jobs.received(upload.read(), upload.name, actor=me(request))
        except Unreadable as refusal:
            form.add_error("file", sentence(refusal))
            return None

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002 as above
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 as above
    ) -> HttpResponse:
        """By its state: the headings to confirm, how far it is, or the report."""
        self.must(request)
        job = row_or_404(Import, object_id)
        if job.state == State.UPLOADED and isinstance(job.file, SealedFile):
            return self.headings(request, job)
        rows = ImportRefusal.objects.filter(import_job=job)
        page = Paginator(rows.exclude(line=OF_THE_LIST), A_PAGE).get_page(request.GET.get("page"))
        refusals = [(row, FIELDS.get(row.field, ""), REASONS[row.reason], row.reason in LEFT) for row in page]
        whole = rows.filter(line=OF_THE_LIST).first()
        values = {**self.about(job), "refusals": refusals, "page": page}
        values["has_rows"] = bool(refusals) and isinstance(job.file, SealedFile)
        return self.page(request, "report", {**values, "why": REASONS[whole.reason] if whole else ""})

    def headings(self, request: HttpRequest, job: Import) -> HttpResponse:
        """First how the file is read, then what its headings mean: two forms, as the second follows from the first."""
        data = job.file.read()
        table = layouts.table_for(job, data)
        is_post, reads = request.method == "POST", "read" in request.POST
        reading = ReadingForm(job, request.POST if is_post and reads else None)
        if is_post and reads and reading.is_valid() and read_anew(job, reading):
            return redirect("admin:ams_import_change", job.pk)
        form = MeaningForm(job, table, request.POST if is_post and not reads else None)
        if is_post and not reads and form.is_valid():
            self.start(job, form, data, dry_run="try" in request.POST)
            return redirect("admin:ams_import_change", job.pk)
        values = {
            "reading": reading,
            "form": form,
            "columns": columns_to_show(table, form),
            "encoding": NAMES[job.encoding],
            "separator": SEPARATORS[job.delimiter],
        }
        return self.page(request, "headings", {**self.about(job), **values})

    def start(self, job: Import, form: MeaningForm, data: bytes, *, dry_run: bool) -> None:
        job.dry_run, job.country = dry_run, form.cleaned_data["country"]
        job.date_order = form.cleaned_data["date_order"]
        job.save(update_fields=["dry_run", "country", "date_order"])
        jobs.start(job, form.columns)
        layouts.remember(job, data)
        ring(job)

    def status_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Only the panel, which asks for itself; without script its link loads the page."""
        self.must(request)
        job = get_object_or_404(Import.objects.defer("file"), pk=pk)
        answer = render(request, "imports/console/progress.html", self.about(job))
        if not job.is_open:
            answer["HX-Refresh"] = "true"  # the report is the whole page
        return answer

    def stop_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        self.must(request)
        if jobs.cancel(get_object_or_404(Import, pk=pk)):
            messages.success(request, _("Stopped. Who was taken over until then stays."))
        return redirect("admin:ams_import_change", pk)

    def now_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """After a trial: the same file, with the same headings, in earnest."""
        with transaction.atomic():
            job = self.again(request, pk)
            if job:
                jobs.start(job, job.columns)
                ring(job)
        return redirect("admin:ams_import_change", job.pk) if job else redirect("admin:ams_import_add")

    def correct_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """After a trial: back to how it is read and what its headings mean."""
        with transaction.atomic():
            job = self.again(request, pk)
        return redirect("admin:ams_import_change", job.pk) if job else redirect("admin:ams_import_add")

    def again(self, request: HttpRequest, pk: UUID) -> Import | None:
        self.must(request)
        rows = Import.objects.select_for_update(of=("self",))  # no erasure empties it meanwhile
        tried = get_object_or_404(rows, pk=pk, dry_run=True, state=State.DONE)
        if isinstance(tried.file, SealedFile) and not jobs.is_overtaken(tried):
            with suppress(Unreadable):
                return jobs.again(tried, actor=me(request))
        messages.info(request, _("The file of this trial is gone. Upload it once more."))
        return None

    def rows_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """What was refused or left alone, to correct and upload again."""
        self.must(request)
        job = get_object_or_404(Import, pk=pk)
        if jobs.is_overtaken(job):
            raise Http404
        try:
            data = rows_to_correct(job)
        except Unreadable:
            raise Http404 from None
        answer = HttpResponse(data, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
        return answer

    def about(self, job: Import) -> dict[str, Any]:
        percent = 100 * job.read // job.rows if job.rows else 100
        return {"title": _("A list of people"), "job": job, "percent": min(percent, 100)}


def read_anew(job: Import, form: ReadingForm) -> bool:
    """False: it cannot be read like that, and the form says why."""
    try:
        jobs.read_anew(job, form.reading)
    except Unreadable as refusal:
        form.add_error("heading_line" if refusal.reason == "no_such_line" else "encoding", sentence(refusal))
        return False
    return True


def columns_to_show(table: Table, form: MeaningForm) -> list[dict[str, Any]]:
    """Each with the field that it means and what its first rows say."""
    rows = list(islice(table.rows(), FIRST))
    return [
        {"field": form[name], "cells": [row.cells[n] for row in rows if n < len(row.cells)]}
        for n, name in enumerate(form.of_columns)
    ]


def ring(job: Import) -> None:
    """Once the row is there for the worker to see. A lost bell costs seconds: the sweep rings again."""
    from ams.tasks import run_import  # noqa: PLC0415 the task's module needs this one's neighbours

    names = str(job.association_id), str(job.pk)
    transaction.on_commit(lambda: run_import.delay(*names), robust=True)
