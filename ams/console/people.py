"""Individuals in the console: found by name in memory, opened on the record, corrected, never simply deleted."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ams.console import choices
from ams.console import person as page_of
from ams.console.deceased import deceased_view
from ams.console.leaving import leave_view
from ams.console.names import me, member, opened
from ams.console.person_form import AskedForm, StaffPersonForm
from ams.console.rows import PAUSED
from ams.directory import find
from ams.models import Individual
from ams.profile import pause as pausing
from ams.profile.views import as_file
from ams.roles import Role
from erasure.flow import open_erasure
from privacy import searching
from privacy.console import OpaqueAdmin
from privacy.everything import Read

AT_MOST = 50


@admin.register(Individual)
class IndividualAdmin(OpaqueAdmin[Individual]):
    """Pages of our own in place of Django's; only the addresses' names are Django's."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 Django's signature
        return False  # whoever goes is erased: with a plan, a second person and a proof

    def get_urls(self) -> list[URLPattern]:
        view, one, name = self.admin_site.admin_view, "<uuid:uid>", "ams_individual"
        return [
            path(f"{one}/edit/", view(self.edit_view), name=f"{name}_edit"),
            path(f"{one}/see/<slug:slug>/", view(self.see_view), name=f"{name}_see"),
            path(f"{one}/photo/", view(self.photo_view), name=f"{name}_photo"),
            path(f"{one}/pause/", view(require_POST(self.pause_view)), name=f"{name}_pause"),
            path(f"{one}/asked/", view(self.asked_view), name=f"{name}_asked"),
            path(f"{one}/deceased/", view(partial(deceased_view, self)), name=f"{name}_deceased"),
            path(f"{one}/leave/", view(partial(leave_view, self)), name=f"{name}_leave"),
            *choices.urls(self),
            *super().get_urls(),
        ]

    def changelist_view(
        self,
        request: HttpRequest,
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 Django's signature
    ) -> HttpResponse:
        """Searched by POST: a name in an address would stand in logs and in the browser's history."""
        self.require(request, "view")
        live = bool(getattr(request, "htmx", False))
        if request.method == "POST" and not live:
            return searching.redirected(request)
        text = request.POST.get("q", "").strip() if live else searching.text_of(request)
        found = find(request.association.pk, text, AT_MOST) if text else []  # type: ignore[attr-defined]  # the middleware's
        values = {"text": text, "found": found, "most": AT_MOST, "is_cut": len(found) == AT_MOST}
        if live:
            return render(request, "console/found.html", values)
        counted = {"title": _("Individuals"), "count": Individual.objects.filter(erased_at=None).count()}
        return self.page(request, "individuals", {**values, **counted})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002 Django's signature
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 as above
    ) -> HttpResponse:
        """The Privacy tab as the member sees it, and beside it what staff can do."""
        individual = self.person(request, object_id)
        page, rows = page_of.privacy_page(individual)
        values = {**page, "asked_form": AskedForm()}
        return self.on_the_record(request, individual, "individual", "", values, rows=rows)

    def see_view(self, request: HttpRequest, uid: UUID, slug: str) -> HttpResponse:
        individual = self.person(request, uid)
        if slug not in page_of.TABS:
            raise Http404
        user: Any = request.user
        sections = page_of.sections_of(individual, slug, user.has_perm)
        return self.on_the_record(request, individual, "rows", slug, {"sections": sections})

    def on_the_record(
        self,
        request: HttpRequest,
        individual: Individual,
        name: str,
        slug: str,
        values: dict[str, Any],
        *,
        rows: Read | None = None,
    ) -> HttpResponse:
        head = page_of.head_of(individual, rows)
        tabs = {"tabs": page_of.tabs_of(individual, slug), "title": member(individual)}
        answer = self.page(request, name, {**values, **head, **tabs})
        opened(request, individual.pk)
        return answer

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",  # noqa: ARG002 as above
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 as above
    ) -> HttpResponse:
        self.require(request, "add")
        form = self.form_for(request, Individual(association=request.association))  # type: ignore[attr-defined]  # the middleware's
        if request.method == "POST" and form.is_valid():
            entered = form.enter(me(request))
            messages.success(request, _("Entered. The person is told what we hold, if there is an address."))
            return redirect("admin:ams_individual_see", entered.pk, "profile")
        return self.page(request, "edit", {"title": _("Add a person"), "form": form, "individual": None})

    def edit_view(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        self.require(request, "change")
        individual = self.person(request, uid)
        if individual.is_erased:
            raise Http404
        if individual.is_restricted:
            messages.warning(request, str(PAUSED))
            return redirect("admin:ams_individual_change", uid)
        form = self.form_for(request, individual)
        if request.method == "POST" and form.is_valid():
            form.correct(me(request))
            messages.success(request, _("Saved. Whoever has the data is told what changed."))
            return redirect("admin:ams_individual_see", uid, "profile")
        name = page_of.head_of(self.person(request, uid))["name"]
        values = {"title": _("Correct %(name)s") % {"name": name}, "form": form, "individual": individual}
        answer = self.page(request, "edit", {**values, "name": name})
        if request.method == "GET":
            opened(request, uid)
        return answer

    def form_for(self, request: HttpRequest, individual: Individual) -> StaffPersonForm:
        user: Any = request.user
        data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        return StaffPersonForm(data, files, instance=individual, by=Role(user.role))

    def photo_view(self, request: HttpRequest, uid: UUID) -> FileResponse:
        return as_file(self.person(request, uid).thumbnail, attachment=False)

    def pause_view(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        """Art. 18 GDPR: asked for in another way, or while something is looked into."""
        self.require(request, "change")
        individual = self.person(request, uid)
        if open_erasure(uid):
            messages.warning(request, _("An erasure is under way: stop it first, then the pause can end."))
        elif individual.is_restricted:
            pausing.resume(individual, actor=me(request), channel="console")
            messages.success(
                request, _("The pause is over. The member has a letter, if there is an address.")
            )
        else:
            pausing.pause(individual, actor=me(request), channel="console")
            messages.success(request, _("Paused. The data is kept, and nothing is done with it."))
        return redirect("admin:ams_individual_change", uid)

    def asked_view(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        self.require(request, "change")
        individual = self.person(request, uid)
        form = AskedForm.of(request) if request.method == "POST" else AskedForm()
        if request.method == "POST" and form.is_valid():
            with transaction.atomic():
                asked = form.open(individual, me(request))
            messages.success(request, _("Recorded under %(number)s.") % {"number": asked.reference})
            return redirect("admin:privacy_request_change", asked.pk)
        values = {"title": _("Record a request"), "form": form, **page_of.head_of(individual)}
        return self.page(request, "asked", values)

    def person(self, request: HttpRequest, uid: UUID | str) -> Individual:
        self.require(request, "view")
        try:
            number = UUID(str(uid))
        except ValueError:
            raise Http404 from None
        rows = Individual.objects.select_related("association", "account")
        if request.method == "POST":  # of two who correct at once none is lost
            rows = rows.select_for_update(of=("self",), no_key=True)
        return get_object_or_404(rows, pk=number)
