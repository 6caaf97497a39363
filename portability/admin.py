"""Copies in the console: staff make one and write to the member, or take the document for paper, on the record."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portability import fetch
from portability.ask import request_export, running_for
from portability.download import as_download
from portability.finish import send_link
from portability.models import Channel, Export, Format
from portability.reach import reach_of
from privacy.access import password_required
from privacy.console import OpaqueAdmin
from privacy.inventory import individual_model
from privacy.openings import Purpose
from privacy.proof import second_proof_of

SHOWN = 10


@admin.register(Export)
class ExportAdmin(OpaqueAdmin[Export]):
    pages = "portability/console"
    list_display = ("number", "individual", "channel", "state", "created_at", "expires_at", "downloads")
    list_filter = ("state", "channel")
    ordering = ("-created_at",)
    list_select_related = ("individual",)

    @admin.display(description=gettext_lazy("reference"))
    def number(self, export: Export) -> str:
        return export.reference

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 Django's signature
        return False  # through the person: for_view

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 as above
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 as above
        return False  # the member sees that there was a copy

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ARG002 as above
        return [
            "individual",
            "channel",
            "state",
            "created_at",
            "ready_at",
            "expires_at",
            "downloads",
            "failure",
        ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("for/<uuid:uid>/", view(password_required(self.for_view)), name="portability_export_for"),
            path("<uuid:export_id>/send/", view(self.send_view), name="portability_export_send"),
            path(
                "<uuid:export_id>/paper/",
                view(password_required(self.paper_view)),
                name="portability_export_paper",
            ),
            *super().get_urls(),
        ]

    def for_view(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        """Make a copy for this member."""
        self.check_right(request)
        individual: Any = get_object_or_404(individual_model()._base_manager, pk=uid, erased_at=None)
        posted = request.POST if request.method == "POST" else None
        form = MakeForm(posted, individual=individual)
        if request.method == "POST" and form.is_valid():
            request_export(individual, actor=actor_of(request), channel=Channel.STAFF, **form.cleaned_data)
            messages.success(request, _("The copy is being made. The member sees that you asked for it."))
            return redirect("admin:portability_export_for", uid)
        page = {
            "individual": individual,
            "form": form,
            "running": running_for(individual),
            "reach": reach_of(individual),
            "asks": asked_of(individual),
            "copies": Export.objects.filter(individual=individual).order_by("-created_at")[:SHOWN],
            "title": _("A copy for %(name)s") % {"name": individual.display_name},
        }
        return self.page(request, "for", page)

    def send_view(self, request: HttpRequest, export_id: UUID) -> HttpResponse:
        """Send the member the link. It opens after signing in, or with a second proof, and for nobody else."""
        self.check_right(request)
        export = get_object_or_404(Export.objects.select_related("individual"), pk=export_id)
        if request.method == "POST" and export.is_ready:
            if send_link(export, actor=actor_of(request)):
                messages.success(request, _("The link is on its way to the member."))
            else:
                messages.error(
                    request, _("No letter by mail reaches this member: print the copy and post it.")
                )
        return redirect("admin:portability_export_for", export.individual_id)

    def paper_view(self, request: HttpRequest, export_id: UUID) -> HttpResponseBase:
        """The document for staff, to print or to answer with: what for, and why, on the record."""
        self.check_right(request)
        export = get_object_or_404(Export.objects.select_related("individual", "association"), pk=export_id)
        form = PaperForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                file = fetch.take_for_staff(export, actor=actor_of(request), **form.said())
            except fetch.Gone:
                messages.error(request, _("This copy is deleted. Make a new one."))
                return redirect("admin:portability_export_for", export.individual_id)
            return as_download(export, Format.PDF, file)
        title = _("The copy of %(name)s on paper") % {"name": export.individual.display_name}
        return self.page(request, "paper", {"export": export, "form": form, "title": title})

    def check_right(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied


class PaperForm(forms.Form):
    purpose = forms.ChoiceField(
        label=gettext_lazy("What you need the document for"),
        choices=Purpose.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what you need it for.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("In a sentence. The member reads it under “Who has my data”."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write in a sentence why you need it.")},
    )

    def said(self) -> dict[str, Any]:
        return {
            "purpose": Purpose(self.cleaned_data["purpose"]),
            "reason": self.cleaned_data["reason"],
        }


def asked_of(individual: Any) -> str:
    """What the letter's link asks of somebody without a login."""
    proof = second_proof_of(individual)
    words = {"birthday": _("the date of birth"), "postcode": _("the postcode")}
    return words[proof.kind] if proof else ""


class MakeForm(forms.Form):
    """Of somebody whose data is paused nothing is made without a reason (Art. 18(2) GDPR)."""

    tells = forms.BooleanField(
        label=gettext_lazy("Write to the member when it is ready"), required=False, initial=True
    )
    why = forms.CharField(
        label=gettext_lazy("Why a copy is made although the data is paused"),
        help_text=gettext_lazy(
            "Such as: the member asks for it. It is sealed beside the entry in the ledger."
        ),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write why a copy is made.")},
    )

    def __init__(self, *args: Any, individual: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if individual.restricted_at is None:
            del self.fields["why"]


def actor_of(request: HttpRequest) -> UUID:
    user: Any = request.user
    uid: UUID = user.individual_id
    return uid
