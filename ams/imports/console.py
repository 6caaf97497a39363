"""A list in the console: uploaded, shown with its guessed headings, then taken over or only tried, then reported."""

from typing import Any, Final
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from ams.console.names import me, names_of
from ams.imports import job as jobs
from ams.imports.headings import FIELDS
from ams.imports.read import Table, Unreadable, table_of
from ams.imports.reasons import REASONS, sentence
from ams.models import Import, ImportRefusal
from privacy.admin import ReadOnlyAdmin
from privacy.numbers import row_or_404
from privacy.vault.files import SealedFile

State = Import.State
FIRST: Final = 5
A_PAGE: Final = 100
MEGABYTE: Final = 1024 * 1024
ENCODINGS: Final = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "cp1252": "Windows-1252", "utf-16": "UTF-16"}
SEPARATORS: Final = {
    ",": gettext_lazy("comma"),
    ";": gettext_lazy("semicolon"),
    "\t": gettext_lazy("tab"),
}


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("The list"),
        help_text=gettext_lazy("CSV, from whatever program: any usual encoding, separator and line break."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
        allow_empty_file=True,
    )


class HeadingsForm(forms.Form):
    """One choice for each heading; a field may be meant once."""

    def __init__(self, table: Table, guessed: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Leave it out")), *FIELDS.items()]
        for number, (heading, name) in enumerate(zip(table.headings, guessed, strict=True)):
            label = heading or _("Column %(n)s, without a heading") % {"n": number + 1}
            self.fields[f"column-{number}"] = forms.ChoiceField(
                label=label, choices=choices, initial=name, required=False
            )

    @property
    def columns(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.fields]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        seen: set[str] = set()
        for name in self.fields:
            meant = values.get(name)
            if meant and meant in seen:
                told = _("%(field)s is chosen twice.") % {"field": FIELDS[meant]}
                self.add_error(name, told)
            seen.add(meant or "")
        if not self.errors and not jobs.says_who(self.columns):
            raise ValidationError(str(REASONS["no_columns"]))
        return values


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
        page = Paginator(rows.exclude(line=jobs.OF_THE_LIST), A_PAGE).get_page(request.GET.get("page"))
        refusals = [(row, REASONS.get(row.reason, row.reason)) for row in page]
        whole = rows.filter(line=jobs.OF_THE_LIST).first()
        values = {**self.about(job), "refusals": refusals, "page": page}
        return self.page(request, "report", {**values, "why": REASONS[whole.reason] if whole else ""})

    def headings(self, request: HttpRequest, job: Import) -> HttpResponse:
        table = table_of(job.file.read())
        form = HeadingsForm(table, job.columns, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            self.start(job, form.columns, dry_run="try" in request.POST)
            return redirect("admin:ams_import_change", job.pk)
        rows = [row for row, _number in zip(table.rows(), range(FIRST), strict=False)]
        columns = [
            {"field": field, "cells": [row.cells[n] if n < len(row.cells) else "" for row in rows]}
            for n, field in enumerate(form)
        ]
        values = {
            **self.about(job),
            "form": form,
            "columns": columns,
            "encoding": ENCODINGS.get(table.encoding, table.encoding.upper()),
            "separator": SEPARATORS[table.delimiter],
        }
        return self.page(request, "headings", values)

    def start(self, job: Import, columns: list[str], *, dry_run: bool) -> None:
        job.dry_run = dry_run
        job.save(update_fields=["dry_run"])
        jobs.start(job, columns)
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
        self.must(request)
        tried = get_object_or_404(Import, pk=pk, dry_run=True, state=State.DONE)
        if not isinstance(tried.file, SealedFile) or jobs.is_overtaken(tried):
            messages.info(request, _("The file of this trial is gone. Upload it once more."))
            return redirect("admin:ams_import_add")
        with transaction.atomic():
            job = jobs.received(tried.file.read(), tried.file.name, actor=me(request))
            jobs.drop_file(tried)
            self.start(job, tried.columns, dry_run=False)
        return redirect("admin:ams_import_change", job.pk)

    def about(self, job: Import) -> dict[str, Any]:
        percent = 100 * job.read // job.rows if job.rows else 100
        return {"title": _("A list of people"), "job": job, "percent": min(percent, 100)}


def ring(job: Import) -> None:
    """Once the row is there for the worker to see. A lost bell costs seconds: the sweep rings again."""
    from ams.tasks import run_import  # noqa: PLC0415 the task's module needs this one's neighbours

    names = str(job.association_id), str(job.pk)
    transaction.on_commit(lambda: run_import.delay(*names), robust=True)
