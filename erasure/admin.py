"""Erasures in the console: staff ask for a member, a second person reads the plan and approves."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erasure import flow
from erasure.forms import Approval, StaffConfirmation
from erasure.links import certificate_url
from erasure.mention_pages import mentions_for_page
from erasure.models import Channel, Erasure, State
from erasure.pages import fates_of, owed_of, time_line
from erasure.plan import moments, plan
from erasure.second_person import had_a_hand
from erasure.views import CONFLICT, standing_of
from privacy.console import OpaqueAdmin
from privacy.inventory import individual_model
from privacy.numbers import row_or_404


@admin.register(Erasure)
class ErasureAdmin(OpaqueAdmin[Erasure]):
    pages = "erasure/console"
    list_display = ("number", "state", "channel", "requested_at", "cools_off_until", "completed_at")
    list_filter = ("state", "channel")
    ordering = ("-requested_at",)

    @admin.display(description=gettext_lazy("number"))
    def number(self, erasure: Erasure) -> str:
        return erasure.reference

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 Django's signature
        return False  # through the person's page: ask_view

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 as above
        return False  # it is the proof

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("ask/<uuid:uid>/", view(self.ask_view), name="erasure_erasure_ask"),
            path("<uuid:pk>/stop/", view(self.stop_view), name="erasure_erasure_stop"),
            *super().get_urls(),
        ]

    def ask_view(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        """For a member who asked in another way. Whoever does this cannot approve it."""
        self.require(request, "add")
        individual: Any = get_object_or_404(individual_model()._base_manager, pk=uid, erased_at=None)
        if erasure := flow.open_erasure(individual.pk):
            return redirect("admin:erasure_erasure_change", erasure.pk)
        form = StaffConfirmation(request.POST or None, individual=individual)
        if request.method == "POST" and form.is_valid() and (asked := self.ask(request, individual, form)):
            return redirect("admin:erasure_erasure_change", asked.pk)
        current = plan(individual)
        page = {
            "individual": individual,
            "plan": current,
            "fates": fates_of(current),
            "owed": owed_of(individual),
            "times": time_line(moments(individual.association.cooling_off_days)),
            "fingerprint": current.fingerprint,
            "mentions": mentions_for_page(individual),
            "form": form,
            "title": _("Erase for a member"),
        }
        return self.answer(request, "ask", page)

    def ask(self, request: HttpRequest, individual: Any, form: StaffConfirmation) -> Erasure | None:
        try:
            return flow.ask(
                individual,
                actor=actor_of(request),
                channel=Channel.STAFF,
                fingerprint=form.cleaned_data["fingerprint"],
                reason=form.cleaned_data["reason"],
            )
        except flow.Refused as refusal:
            form.add_error(None, str(refusal))
            return None

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002 Django's signature
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 as above
    ) -> HttpResponse:
        """The plan to approve, or how far the erasure is."""
        self.require(request, "view")
        erasure = row_or_404(Erasure.objects.select_related("individual", "association"), object_id)
        form = Approval(request.POST or None)
        if request.method == "POST" and form.is_valid() and self.approve(request, erasure, form):
            return redirect("admin:erasure_erasure_change", erasure.pk)
        page = {
            "erasure": erasure,
            "title": erasure.reference,
            "form": form,
            "states": State,
            "may_approve": self.has_right(request, "change") and erasure.state == State.REQUESTED,
            "same_person": erasure.requested_by == actor_of(request),
            "had_a_hand": had_a_hand(erasure.individual_id, actor_of(request)),
            "certificate": certificate_url(erasure) if erasure.rows_gone_at else "",
            **standing_of(erasure),
            **self.plan_page(erasure),
        }
        return self.answer(request, "erasure", page)

    def plan_page(self, erasure: Erasure) -> dict[str, Any]:
        if not erasure.can_stop:
            return {}
        current = plan(erasure.individual)
        person = erasure.individual
        return {
            "plan": current,
            "fates": fates_of(current),
            "fingerprint": current.fingerprint,
            "owed": owed_of(person),
            "mentions": mentions_for_page(person),
        }

    def approve(self, request: HttpRequest, erasure: Erasure, form: Approval) -> bool:
        self.require(request, "change")
        try:
            flow.approve(
                erasure,
                actor=actor_of(request),
                fingerprint=form.cleaned_data["fingerprint"],
                at_once=form.cleaned_data["at_once"],
            )
        except flow.Refused as refusal:
            form.add_error(None, str(refusal))
            return False
        messages.success(
            request, _("Approved. It is carried out as soon as the member can no longer stop it.")
        )
        return True

    def stop_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        if request.method != "POST" or not self.has_right(request, "add"):
            raise PermissionDenied
        erasure = get_object_or_404(Erasure, pk=pk)
        try:
            flow.cancel(erasure, actor=actor_of(request))
        except flow.Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The erasure is stopped. Nothing was erased."))
        return redirect("admin:erasure_erasure_change", pk)

    def answer(self, request: HttpRequest, name: str, values: dict[str, Any]) -> HttpResponse:
        """A step that was refused says so in its status too."""
        form = values["form"]
        refused = form.is_bound and form.non_field_errors()
        return self.page(request, name, values, status=CONFLICT if refused else 200)


def actor_of(request: HttpRequest) -> UUID:
    user: Any = request.user
    actor: UUID = user.individual_id
    return actor
